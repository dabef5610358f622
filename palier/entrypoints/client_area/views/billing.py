"""To whom invoices are made out. Where it changes taxes, that is read before anything is saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from palier.entrypoints.client_area.access import Client, for_client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.billing import billing_page
from palier.entrypoints.client_area.views.answers import SeeOther, page_answer
from palier.entrypoints.design.billing_details import BillingDetailsForm, details_form
from palier.entrypoints.design.taxes_said import AGREED, taxes_to_come
from palier.people.billing_details import BillingDetails, buyer_with, change_billing_details
from palier.people.buyer import buyer_of
from palier.people.permissions import BILLING_DETAILS


@require_http_methods(["GET", "HEAD", "POST"])
@for_client
def billing(request: HttpRequest, client: Client) -> HttpResponse:
    client.must(BILLING_DETAILS)
    if request.method == "POST":
        return _save(request, client, BillingDetailsForm(request.POST))
    form = details_form(BillingDetails.of(client.customer))
    return page_answer(request, "billing.html", billing_page(client, form))


def _save(request: HttpRequest, client: Client, form: BillingDetailsForm) -> HttpResponse:
    if not form.is_valid():
        return page_answer(request, "billing.html", billing_page(client, form), status=422)
    customer, details = client.customer, form.details
    to_come = taxes_to_come(client.house, buyer_of(customer), buyer_with(customer, details), client.on)
    if to_come.differs and request.POST.get(AGREED) != to_come.agreed:
        return page_answer(request, "billing.html", billing_page(client, form, to_come))
    if change_billing_details(customer.id, details, by=client.actor, at=client.at, on=client.on):
        messages.success(request, _("Saved for your next invoices. Those already issued stay as they are."))
    return SeeOther(to("billing"))
