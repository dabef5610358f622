"""The billing details of a customer, with exemptions."""

from datetime import date

from django.utils.translation import gettext as _

from palier.entrypoints.design.billing_details import details_form
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.taxes_said import TaxesSaid
from palier.entrypoints.staff_desk.forms import ExemptionForm
from palier.entrypoints.staff_desk.pages.billing import BillingPage, ExemptionRow
from palier.people.billing_details import BillingDetails

DETAILS = BillingDetails("Ateliers Boréale", "48, avenue Cartier", "Québec", "QC", "G1R 2S2", "CA")
TODAY = date(2026, 11, 23)


def billing() -> BillingPage:
    tps, tvq = said("TPS", "GST"), said("TVQ", "QST")
    return BillingPage(
        customer_name=DETAILS.name,
        url="#",
        back_url="../customer/",
        exempt_url="#",
        form=details_form(DETAILS),
        exempt_form=ExemptionForm(initial={"from_on": TODAY}, taxes=[("TPS", tps), ("TVQ", tvq)]),
        today=TODAY,
        taxes=TaxesSaid(
            (said("TPS 5 %", "GST 5%"),),
            (said("Exonération de la TVQ, certificat QC-4471.", "Exempt from QST, certificate QC-4471."),),
        ),
        exemptions=(
            ExemptionRow(
                "1", tvq, "QC-4471", said("Conseil de bande", "Band council"), date(2026, 1, 1), None, "#"
            ),
            ExemptionRow("2", _("All taxes"), "QC-3310", "", date(2024, 1, 1), date(2026, 1, 1)),
        ),
        crumbs=(
            Crumb(_("Customers"), "../customers/"),
            Crumb(DETAILS.name, "../customer/"),
            Crumb(_("Billing details")),
        ),
    )


SAMPLES = {"customer-billing": Sample("staff_desk/billing.html", billing)}
