"""The world of the samples: Ateliers Boréale, on 23 November 2026."""

from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.client_area.pages.parts import InvoiceRow, MessageRow, OpenChange, ServiceRow
from palier.entrypoints.design.gallery import said
from palier.entrypoints.design.parts import Crumb

MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")
NOW = datetime(2026, 11, 23, 19, 24, tzinfo=UTC)
MEASURED_AT = datetime(2026, 11, 23, 19, 12, tzinfo=UTC)
TODAY, RENEWAL = date(2026, 11, 23), date(2026, 12, 14)
PROMISED = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


def cad(minor: int) -> Money:
    return Money(minor, "CAD")


def crumbs_to(*last: str) -> tuple[Crumb, ...]:
    above = (Crumb(_("Home"), "/"), Crumb(_("Client area"), "../dashboard/"))
    addresses = ["../services/", "../product/", "../choose/"]
    middle = tuple(Crumb(label, url) for label, url in zip(last[:-1], addresses, strict=False))
    return (*above, *middle, Crumb(last[-1]))


def by_team() -> OpenChange:
    return OpenChange(
        said("Forfait D", "Plan D"),
        said("Serveur privé 2", "Private Server 2"),
        "boutique-boreale.ca",
        "needs_person",
        "../follow-person/",
        promised_by=PROMISED,
    )


def some_services() -> tuple[ServiceRow, ...]:
    hosting, machine, shield = (
        said("Hébergement Web", "Web Hosting"),
        said("Serveur privé virtuel", "Virtual Private Server"),
        said("Certificat SSL", "SSL Certificate"),
    )
    return (
        ServiceRow(
            "../product/",
            "server",
            hosting,
            said("Forfait A", "Plan A"),
            "ateliers-boreale.ca",
            "active",
            cad(900),
            MONTHLY,
            RENEWAL,
        ),
        ServiceRow(
            "../product-waiting/",
            "server",
            hosting,
            said("Forfait D", "Plan D"),
            "boutique-boreale.ca",
            "changing",
            cad(3000),
            MONTHLY,
            date(2026, 12, 2),
            change=by_team(),
        ),
        ServiceRow(
            "../product/",
            "machine",
            machine,
            said("Serveur privé 1", "Private Server 1"),
            "vps-1187",
            "suspended",
            cad(4200),
            MONTHLY,
            date(2026, 11, 8),
        ),
        ServiceRow(
            "../product/",
            "shield",
            shield,
            said("Certificat SSL", "SSL Certificate"),
            "ateliers-boreale.ca",
            "ending",
            cad(4900),
            YEARLY,
            ends_on=date(2027, 6, 14),
        ),
    )


def some_invoices() -> tuple[InvoiceRow, ...]:
    return (
        InvoiceRow(
            "../invoice/",
            "2026-1204",
            date(2026, 11, 23),
            said("Forfait B · ateliers-boreale.ca", "Plan B · ateliers-boreale.ca"),
            cad(725),
            "paid",
        ),
        InvoiceRow(
            "../invoice-owed/",
            "2026-1193",
            date(2026, 11, 8),
            said("Serveur privé 1 · vps-1187", "Private Server 1 · vps-1187"),
            cad(4829),
            "overdue",
            cad(4829),
            date(2026, 11, 15),
            "#",
        ),
        InvoiceRow(
            "../credit-note/",
            "NC-2026-031",
            date(2026, 11, 3),
            said("Forfait C · boutique-boreale.ca", "Plan C · boutique-boreale.ca"),
            cad(1691),
            "credit_note",
        ),
        InvoiceRow(
            "../invoice/",
            "2026-1187",
            date(2026, 11, 14),
            said("Forfait A · ateliers-boreale.ca", "Plan A · ateliers-boreale.ca"),
            cad(1035),
            "paid",
        ),
        InvoiceRow(
            "../invoice/",
            "2026-1050",
            date(2026, 10, 14),
            said("Forfait A · ateliers-boreale.ca", "Plan A · ateliers-boreale.ca"),
            cad(1035),
            "paid",
        ),
    )


def some_messages() -> tuple[MessageRow, ...]:
    return (
        MessageRow(
            "../message/",
            said("Notre équipe prépare votre Serveur privé 2", "Our team is preparing your Private Server 2"),
            datetime(2026, 11, 23, 15, 2, tzinfo=UTC),
            is_read=False,
        ),
        MessageRow(
            "../message/",
            said("Forfait B est pleinement opérationnel", "Plan B is fully operational"),
            datetime(2026, 11, 22, 14, 40, tzinfo=UTC),
        ),
        MessageRow(
            "../message/",
            said("Facture 2026-1187 : 10,35 $", "Invoice 2026-1187: $10.35"),
            datetime(2026, 11, 14, 6, 0, tzinfo=UTC),
        ),
    )
