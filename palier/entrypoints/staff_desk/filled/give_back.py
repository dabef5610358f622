"""Before money is given back: the form, and what exactly would happen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.billing.credit_by_person import AskedCredit, CreditProposal
from palier.billing.models import Invoice, InvoiceLine
from palier.billing.refund import most_refundable, refundable
from palier.core.money import Money, plain_text
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.addresses import to_document
from palier.entrypoints.staff_desk.filled.document import document_crumbs
from palier.entrypoints.staff_desk.give_back_forms import CreditForm, RefundForm
from palier.entrypoints.staff_desk.pages.give_back import GiveBackPage, Outcome, OutcomeLine
from palier.people.queries import across_customers_one
from palier.words.amounts import amount, rate

BALANCE, METHOD = "credit_balance", "method"


def give_back_page(invoice: Invoice, act: str, form: CreditForm | RefundForm) -> GiveBackPage:
    customer = across_customers_one(invoice.customer_id)
    invoice_url = to_document(customer.id, ("invoice", invoice.id))
    page = GiveBackPage(
        act=act,
        number=str(invoice.number),
        customer_name=customer.name,
        url=reverse(f"staff_desk:{act}", args=[customer.id, invoice.id]),
        invoice_url=invoice_url,
        form=form,
    )
    return replace(page, crumbs=document_crumbs(customer, Crumb(page.number, invoice_url), Crumb(page.title)))


def credit_form(desk: Desk, invoice: Invoice, typed: Mapping[str, Any] | None = None) -> CreditForm:
    lines = InvoiceLine.objects.filter(customer_id=invoice.customer_id, invoice=invoice, net__gt=0)
    found = list(lines.order_by("id"))
    said = [
        (str(line.id), f"{line.text} ({amount(Money(line.net, invoice.currency), desk.language)})")
        for line in found
    ]
    # Of an invoice of one line, the line is the whole.
    return CreditForm(
        typed, currency=invoice.currency, lines=said if len(said) > 1 else (), where=_where(invoice)
    )


def _where(invoice: Invoice) -> list[tuple[str, str]]:
    methods = methods_of(invoice)
    to_method = [(METHOD, _("What was paid: back to %(method)s") % {"method": methods})] if methods else []
    return [(BALANCE, _("What was paid: to the credit balance")), *to_method]


def methods_of(invoice: Invoice) -> str:
    """What an invoice was paid with at a gateway, as far as it can still take money back."""
    sources = refundable(invoice.customer_id, invoice.id)
    return ", ".join(
        str(one.payment.method.label) if one.payment.method else one.payment.gateway for one in sources
    )


def asked_credit(form: CreditForm) -> AskedCredit:
    """Of a form that was found right."""
    written = form.cleaned_data
    return AskedCredit(written["said"], form.net, form.line_id, written.get("to") == METHOD)


def credit_outcome(desk: Desk, invoice: Invoice, asked: AskedCredit, found: CreditProposal) -> Outcome:
    total = Money(found.total, invoice.currency)
    taxes = (
        OutcomeLine(f"{tax['name']} {rate(line.rate, desk.language)}", Money(line.amount, invoice.currency))
        for tax, line in zip(invoice.taxes, found.taxes, strict=True)
    )
    return Outcome(
        lines=(
            OutcomeLine(_("Given back, before tax"), Money(found.net, invoice.currency)),
            *taxes,
            OutcomeLine(_("Credit note"), total, is_total=True),
        ),
        sentences=tuple(_credit_sentences(desk, invoice, found)),
        figures=found.figures,
        fields=(
            ("line", str(asked.line_id or "all")),
            ("amount", plain_text(Money(found.net, invoice.currency))),
            ("said", asked.said),
            ("to", METHOD if asked.to_method else BALANCE),
        ),
        button=_("Issue a credit note of %(amount)s") % {"amount": amount(total, desk.language)},
    )


def _credit_sentences(desk: Desk, invoice: Invoice, found: CreditProposal) -> list[str]:
    def said(minor: int) -> str:
        return amount(Money(minor, invoice.currency), desk.language)

    kept = found.kept - found.to_method
    sentences = {
        _("%(amount)s is taken off what is still to pay.") % {"amount": said(found.off_owed)}: found.off_owed,
        _("Nothing is left to pay then: what the invoice is for goes on as if it were paid."): found.off_owed
        and found.off_owed == found.owed,
        _("%(amount)s goes back to %(method)s.")
        % {"amount": said(found.to_method), "method": methods_of(invoice)}: found.to_method,
        _("%(amount)s goes to the credit balance, which pays the next invoices.")
        % {"amount": said(kept)}: kept,
    }
    return [sentence for sentence, is_so in sentences.items() if is_so]


def refund_outcome(desk: Desk, invoice: Invoice, money: Money, said: str) -> Outcome:
    most = most_refundable(invoice.customer_id, invoice.id, invoice.currency)
    shown = amount(money, desk.language)
    return Outcome(
        lines=(OutcomeLine(_("Out of the credit balance"), money, is_total=True),),
        sentences=(
            _("%(amount)s goes back to %(method)s.") % {"amount": shown, "method": methods_of(invoice)},
        ),
        figures=str(most),
        fields=(("amount", plain_text(money)), ("said", said)),
        button=_("Send %(amount)s back") % {"amount": shown},
    )


def invoice_of(customer_id: UUID, invoice_id: UUID) -> Invoice:
    return Invoice.objects.get(customer_id=customer_id, id=invoice_id)
