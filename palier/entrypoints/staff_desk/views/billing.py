"""The billing details of a customer, and the taxes they do not pay."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from palier.entrypoints.design.billing_details import BillingDetailsForm
from palier.entrypoints.design.taxes_said import AGREED, taxes_to_come
from palier.entrypoints.staff_desk.access import Desk, for_staff
from palier.entrypoints.staff_desk.filled.billing import billing_page, tax_choices
from palier.entrypoints.staff_desk.forms import EndForm, ExemptionForm
from palier.entrypoints.staff_desk.pages.billing import BillingPage
from palier.people.billing_details import buyer_with, change_billing_details
from palier.people.buyer import buyer_of
from palier.people.exempt import add_exemption, end_exemption
from palier.people.queries import across_customers_one


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def billing(request: HttpRequest, desk: Desk, customer_id: UUID) -> HttpResponse:
    customer = across_customers_one(customer_id)
    if request.method != "POST":
        return _answer(request, billing_page(desk, customer))
    form = BillingDetailsForm(request.POST)
    if not form.is_valid():
        return _answer(request, billing_page(desk, customer, form), status=422)
    details = form.details
    to_come = taxes_to_come(desk.house, buyer_of(customer), buyer_with(customer, details), desk.on)
    if to_come.differs and request.POST.get(AGREED) != to_come.agreed:
        return _answer(request, billing_page(desk, customer, form, to_come=to_come))
    if change_billing_details(customer_id, details, by=desk.actor, at=desk.at, on=desk.on):
        messages.success(request, _("Saved for the next invoices. Those already issued stay as they are."))
    return redirect("staff_desk:billing", customer_id)


@require_POST
@for_staff
def exempt(request: HttpRequest, desk: Desk, customer_id: UUID) -> HttpResponse:
    customer = across_customers_one(customer_id)
    form = ExemptionForm(request.POST, taxes=tax_choices(desk))
    if not form.is_valid():
        return _answer(request, billing_page(desk, customer, exempt_form=form), status=422)
    reason = form.cleaned_data["reason"]
    add_exemption(customer_id, form.exemption, reason=reason, by=desk.actor, at=desk.at)
    messages.success(request, _("The exemption is written: invoices of its days will name the certificate."))
    return redirect("staff_desk:billing", customer_id)


@require_POST
@for_staff
def end(request: HttpRequest, desk: Desk, customer_id: UUID, exemption_id: UUID) -> HttpResponse:
    form = EndForm(request.POST)
    if form.is_valid():
        until_on = form.cleaned_data["until_on"]
        end_exemption(customer_id, exemption_id, until_on=until_on, by=desk.actor, at=desk.at)
        messages.success(
            request, _("The exemption ends on that day. Invoices already issued stay as they are.")
        )
    else:
        messages.error(request, _("Nothing was written: choose the day on which it ends."))
    return redirect("staff_desk:billing", customer_id)


def _answer(request: HttpRequest, page: BillingPage, status: int = 200) -> HttpResponse:
    return render(request, "staff_desk/billing.html", {"page": page}, status=status)
