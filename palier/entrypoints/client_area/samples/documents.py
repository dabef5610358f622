"""Samples of an invoice and a credit note."""

from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.invoice import (
    DocumentLine,
    DocumentTax,
    InvoicePage,
    Party,
    Settlement,
)
from palier.entrypoints.client_area.samples.cast import (
    TODAY,
    cad,
    crumbs_to,
)
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb


def _supplier() -> Party:
    return Party(
        "Hébergement Boréal inc.",
        "1250, rue de la Montagne, bureau 300\nMontréal (Québec)  H3G 1Z2\nCanada",
        "facturation@boreal.example",
        "514 555-0137",
    )


def invoice() -> InvoicePage:
    return InvoicePage(
        "invoice",
        "2026-1204",
        TODAY,
        _supplier(),
        Party(
            "Ateliers Boréale",
            "48, avenue Cartier\nQuébec (Québec)  G1R 2S2\nCanada",
            "alice@ateliers-boreale.example",
        ),
        lines=(
            DocumentLine(
                said(
                    "Passage du Forfait A au Forfait B, ateliers-boreale.ca",
                    "From Plan A to Plan B, ateliers-boreale.ca",
                ),
                cad(630),
                said(
                    "(18,00 $ − 9,00 $) × 21 jours sur 30, du 23 novembre au 14 décembre 2026",
                    "($18.00 − $9.00) × 21 days of 30, November 23 to December 14, 2026",
                ),
            ),
        ),
        net=cad(630),
        taxes=(
            DocumentTax(said("TPS", "GST"), Fraction(1, 20), cad(32), "123456789 RT0001"),
            DocumentTax(said("TVQ", "QST"), Fraction(399, 4000), cad(63), "1234567890 TQ0001"),
        ),
        total=cad(725),
        status="paid",
        due_on=TODAY,
        terms=said("Payable à la réception", "Due on receipt"),
        settlements=(Settlement(TODAY, "Visa •••• 4242", cad(725)),),
        owed=cad(0),
        pdf_url="#",
        crumbs=(*crumbs_to(_("Invoices"))[:-1], Crumb(_("Invoices"), "../invoices/"), Crumb("2026-1204")),
    )


def invoice_owed() -> InvoicePage:
    return replace(invoice(), status="overdue", settlements=(), owed=cad(725), pay_url="#")


def credit_note() -> InvoicePage:
    return replace(
        invoice(),
        kind="credit_note",
        number="NC-2026-032",
        status="credit_note",
        settlements=(),
        owed=None,
        due_on=None,
        terms="",
        invoice_number="2026-1204",
        invoice_url="../invoice/",
        reason=said("Le changement n’a pas pu être livré.", "The change could not be delivered."),
    )


SAMPLES = {
    "invoice": Sample("client_area/invoice.html", invoice),
    "invoice-owed": Sample("client_area/invoice.html", invoice_owed),
    "credit-note": Sample("client_area/invoice.html", credit_note),
}
