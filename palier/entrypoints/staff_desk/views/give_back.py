"""Give money back: what to give, then exactly what will happen, then the act. Nothing typed is lost on the way."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from palier.billing.credit_by_person import Outdated, TooMuch, credit_by_person, proposed_credit
from palier.billing.models import Invoice, Refund
from palier.billing.refund import most_refundable
from palier.billing.refund_by_person import refund_by_person
from palier.core.money import Money
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.give_back import (
    asked_credit,
    credit_form,
    credit_outcome,
    give_back_page,
    invoice_of,
    refund_outcome,
)
from palier.entrypoints.staff_desk.give_back_forms import CreditForm, RefundForm
from palier.entrypoints.staff_desk.pages.give_back import GiveBackPage
from palier.words.amounts import amount

#: In a POST, what would happen as it was read: there, it is the act that is asked for.
FIGURES = "figures"


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def credit(request: HttpRequest, desk: Desk, customer_id: UUID, invoice_id: UUID) -> HttpResponse:
    """A credit note of all or part of an invoice."""
    invoice = invoice_of(customer_id, invoice_id)
    if request.method != "POST":
        return _shown(request, give_back_page(invoice, "credit", credit_form(desk, invoice)))
    form = credit_form(desk, invoice, request.POST)
    if not form.is_valid():
        return _shown(request, give_back_page(invoice, "credit", form), 422)
    return _credit(request, desk, invoice, form)


def _credit(request: HttpRequest, desk: Desk, invoice: Invoice, form: CreditForm) -> HttpResponse:
    page, asked = give_back_page(invoice, "credit", form), asked_credit(form)
    try:
        found = proposed_credit(invoice, asked)
        page = replace(page, outcome=credit_outcome(desk, invoice, asked, found))
        if FIGURES not in request.POST:
            return _shown(request, page)
        note, refunds = credit_by_person(
            invoice.customer_id, invoice.id, asked,
            figures=request.POST[FIGURES], by=desk.actor, on=desk.on, at=desk.at,
        )  # fmt: skip
    except TooMuch as error:
        form.too_much(Money(error.left, invoice.currency), desk.language)
        page = replace(page, outcome=None, is_outdated=FIGURES in request.POST)
        return _shown(request, page, 422)
    except Outdated:
        return _shown(request, replace(page, is_outdated=True), 422)
    said = {"number": note.number, "amount": amount(note.amount, desk.language)}
    messages.success(request, _("Credit note %(number)s of %(amount)s is issued.") % said)
    _say_where(request, desk, invoice.customer_id, refunds)
    return redirect(page.invoice_url)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def refund(request: HttpRequest, desk: Desk, customer_id: UUID, invoice_id: UUID) -> HttpResponse:
    """What we hold for the customer goes back to what paid an invoice."""
    invoice = invoice_of(customer_id, invoice_id)
    if request.method != "POST":
        return _shown(request, give_back_page(invoice, "refund", RefundForm(currency=invoice.currency)))
    form = RefundForm(request.POST, currency=invoice.currency)
    if not form.is_valid():
        return _shown(request, give_back_page(invoice, "refund", form), 422)
    return _refund(request, desk, invoice, form)


def _refund(request: HttpRequest, desk: Desk, invoice: Invoice, form: RefundForm) -> HttpResponse:
    page, said = give_back_page(invoice, "refund", form), form.cleaned_data["said"]
    most = Money(most_refundable(invoice.customer_id, invoice.id, invoice.currency), invoice.currency)
    money = form.cleaned_data["amount"] or most
    if not 0 < money.minor <= most.minor:
        form.too_much(most, desk.language)
        return _shown(request, replace(page, is_outdated=FIGURES in request.POST), 422)
    page = replace(page, outcome=refund_outcome(desk, invoice, money, said))
    if FIGURES not in request.POST:
        return _shown(request, page)
    try:
        refunds = refund_by_person(
            invoice.customer_id, invoice.id, money.minor,
            figures=request.POST[FIGURES], said=said, by=desk.actor, at=desk.at,
        )  # fmt: skip
    except (Outdated, TooMuch):
        return _shown(request, replace(page, is_outdated=True), 422)
    _say_where(request, desk, invoice.customer_id, refunds)
    return redirect(page.invoice_url)


def _shown(request: HttpRequest, page: GiveBackPage, status: int = 200) -> HttpResponse:
    return render(request, "staff_desk/give_back.html", {"page": page}, status=status)


def _say_where(request: HttpRequest, desk: Desk, customer_id: UUID, refunds: list[Refund]) -> None:
    """What the gateways answered of each refund."""
    ids = [refund.id for refund in refunds]
    for refund in Refund.objects.filter(customer_id=customer_id, id__in=ids).order_by("id"):
        shown = {"amount": amount(Money(refund.amount, refund.currency), desk.language)}
        if refund.state == "failed":
            said = _(
                "The refund of %(amount)s was refused: the money is in the credit balance, see the queue."
            )
            messages.error(request, said % shown)
        else:
            messages.success(request, _("%(amount)s is on its way back.") % shown)
