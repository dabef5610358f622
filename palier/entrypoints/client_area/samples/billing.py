"""Samples of the billing details: as they are, and when saving would change the taxes."""

from palier.core.tax_due import TaxNote
from palier.entrypoints.client_area.pages.billing import BillingPage
from palier.entrypoints.client_area.samples.cast import TODAY, crumbs_to
from palier.entrypoints.design.billing_details import BillingDetailsForm, details_form
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.taxes_said import TaxesSaid, TaxesToCome
from palier.people.billing_details import BillingDetails
from palier.words.tax_notes import tax_note

QUEBEC = BillingDetails("Ateliers Boréale", "48, avenue Cartier", "Québec", "QC", "G1R 2S2", "CA")
PARIS = BillingDetails("Ateliers Boréale", "12, rue de la Paix", "Paris", "", "75002", "FR", "FR40303265045")


def _taxes() -> TaxesSaid:
    return TaxesSaid((said("TPS 5 %", "GST 5%"), said("TVQ 9,975 %", "QST 9.975%")))


def billing() -> BillingPage:
    return BillingPage(
        "#", "../invoices/", details_form(QUEBEC), _taxes(), crumbs=crumbs_to(said("Facturation", "Billing"))
    )


def billing_taxes_change() -> BillingPage:
    ontario = TaxesSaid((said("TVH 13 %", "HST 13%"),))
    to_come = TaxesToCome(_taxes(), ontario, "TVH=13/100")
    return BillingPage("#", "../invoices/", details_form(QUEBEC), _taxes(), to_come)


def billing_reverse_charge() -> BillingPage:
    note = tax_note(TaxNote("reverse_charge"), "", said("fr", "en"))
    return BillingPage("#", "../invoices/", details_form(PARIS), TaxesSaid((), (note,)), vat_checked_on=TODAY)


def billing_wrong() -> BillingPage:
    form = BillingDetailsForm(
        {"name": "Ateliers Boréale", "street": "48, avenue Cartier", "city": "Québec", "postal_code": "75002",
         "country": "CA", "vat_number": "FR123"}
    )  # fmt: skip
    return BillingPage("#", "../invoices/", form, _taxes())


SAMPLES = {
    "billing": Sample("client_area/billing.html", billing),
    "billing-taxes-change": Sample("client_area/billing.html", billing_taxes_change),
    "billing-reverse-charge": Sample("client_area/billing.html", billing_reverse_charge),
    "billing-wrong": Sample("client_area/billing.html", billing_wrong),
}
