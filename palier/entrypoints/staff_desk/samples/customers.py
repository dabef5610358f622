"""A customer, and the list of them."""

from datetime import UTC, date, datetime
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.cancellation import Indemnity, PayBackRule
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb, Paging
from palier.entrypoints.staff_desk.pages.customer import (
    ChangeRow,
    CustomerPage,
    DocumentRow,
    Law,
    MovementRow,
    PersonRow,
    ServiceRow,
)
from palier.entrypoints.staff_desk.pages.customers import CustomerRow, CustomersPage
from palier.entrypoints.staff_desk.samples.overdue import rows
from palier.words.customers import customer_kind
from palier.words.law import law_sentence
from palier.words.roles import role_name

MONTHLY = BillingCycle("monthly")


def customer() -> CustomerPage:
    return CustomerPage(
        "Ateliers Boréale",
        "48, avenue Cartier\nQuébec (Québec)  G1R 2S2\nCanada",
        said("Français", "French"),
        date(2024, 6, 14),
        customer_kind("consumer"),
        Law(
            said("Consommateur au Québec", "Consumer in Québec"),
            law_sentence(
                PayBackRule("unused_share", Indemnity(Fraction(1, 10), 5000)), "CAD", get_language() or "en"
            ),
            (
                (
                    said(
                        "Loi sur la protection du consommateur (RLRQ, c. P-40.1), art. 214.7",
                        "Consumer Protection Act (CQLR, c. P-40.1), s. 214.7",
                    ),
                    "https://www.legisquebec.gouv.qc.ca/",
                ),
            ),
        ),
        billing_url="../customer-billing/",
        people=(
            PersonRow("Alice Tremblay", "alice@ateliers-boreale.example", role_name("owner")),
            PersonRow("Bob Gagnon", "bob@ateliers-boreale.example", role_name("technical")),
        ),
        services=(
            ServiceRow(
                said("Forfait A", "Plan A"),
                "ateliers-boreale.ca",
                "active",
                Money(900, "CAD"),
                MONTHLY,
                "srv-mtl-01",
                "ateliers",
                date(2026, 12, 14),
                measured_at=datetime(2026, 11, 23, 17, 3, tzinfo=UTC),
            ),
            ServiceRow(
                said("Forfait D", "Plan D"),
                "boutique-boreale.ca",
                "changing",
                Money(3000, "CAD"),
                MONTHLY,
                "srv-mtl-02",
                "boutique",
                date(2026, 12, 2),
            ),
        ),
        changes=(
            ChangeRow(
                date(2026, 11, 23),
                "boutique-boreale.ca",
                said("Forfait D", "Plan D"),
                said("Serveur privé 2", "Private Server 2"),
                "needs_person",
                "../work-item/",
            ),
        ),
        overdue=rows()[1:],
        documents=(
            DocumentRow("../staff-invoice/", "#", "2026-1204", date(2026, 11, 23), Money(725, "CAD"), "paid"),
            DocumentRow(
                "../staff-invoice/", "#", "2026-1193", date(2026, 11, 8), Money(4829, "CAD"), "overdue"
            ),
        ),
        movements=(
            MovementRow(
                date(2026, 11, 23),
                said("Utilisé sur la facture 2026-1204", "Used on invoice 2026-1204"),
                Money(-160, "CAD"),
                Money(340, "CAD"),
            ),
            MovementRow(
                date(2026, 11, 8),
                said("Note de crédit NC-2026-0031", "Credit note NC-2026-0031"),
                Money(500, "CAD"),
                Money(500, "CAD"),
            ),
        ),
        owed=Money(4829, "CAD"),
        credit_balance=Money(340, "CAD"),
        crumbs=(Crumb(_("Customers"), "../customers/"), Crumb("Ateliers Boréale")),
    )


def customers() -> CustomersPage:
    rows = (
        CustomerRow("../customer/", "Ateliers Boréale", "Québec, QC", date(2024, 6, 14)),
        CustomerRow("../customer/", "Fromagerie du Lac", "Roberval, QC", date(2025, 2, 3)),
        CustomerRow("../customer/", "Librairie Vagabonde", "Montréal, QC", date(2023, 9, 1)),
    )
    return CustomersPage("#", "", 3, rows, Paging(1, 2, next_url="#"))


SAMPLES = {
    "customer": Sample("staff_desk/customer.html", customer),
    "customers": Sample("staff_desk/customers.html", customers),
}
