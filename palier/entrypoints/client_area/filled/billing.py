"""The billing details of the customer, as they are or as they were just written."""

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.pages.billing import BillingPage
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.billing_details import BillingDetailsForm
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.taxes_said import TaxesToCome, taxes_said
from palier.people.buyer import buyer_of


def billing_page(client: Client, form: BillingDetailsForm, to_come: TaxesToCome | None = None) -> BillingPage:
    customer = client.customer
    return BillingPage(
        url=to("billing"),
        back_url=to("invoices"),
        form=form,
        taxes=taxes_said(client.house, buyer_of(customer), client.on),
        to_come=to_come,
        vat_checked_on=customer.vat_checked_on if customer.vat_number else None,
        crumbs=crumbs(Crumb(_("Invoices"), to("invoices")), Crumb(_("Billing details")), section=""),
    )
