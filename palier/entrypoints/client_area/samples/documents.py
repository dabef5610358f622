"""Samples of documents: an invoice paid, owed in part, and paid beyond what was owed; a credit note, receipts."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.documents.paper import CreditedBy, Key, Kind, Line, Paper, Party, SentBack, Settlement, Tax
from palier.documents.sheet import linked, sheet
from palier.entrypoints.client_area.pages.check import PaymentChoice
from palier.entrypoints.client_area.pages.document import DocumentPage
from palier.entrypoints.client_area.samples.cast import RENEWAL, TODAY, cad, crumbs_to
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb

CARD = "Visa •••• 4242"
PAGES = {
    "invoice": "../invoice/",
    "credit_note": "../credit-note/",
    "payment": "../receipt/",
    "refund": "../refund-receipt/",
}


def key(kind: Kind) -> Key:
    return kind, UUID(int=1)


def supplier() -> Party:
    return Party(
        "Hébergement Boréal inc.",
        "1250, rue de la Montagne, bureau 300\nMontréal (Québec)  H3G 1Z2\nCanada",
        "facturation@hebergement-boreal.example",
        "514 555-0137",
        (("TPS", "123456789 RT0001"), ("TVQ", "1234567890 TQ0001")),
    )


def invoice_paper() -> Paper:
    """The founding document's change, paid by card."""
    line = said(
        "Passage du Forfait A au Forfait B, ateliers-boreale.ca : la différence du 23 novembre 2026 "
        "au 14 décembre 2026",
        "Change from Plan A to Plan B, ateliers-boreale.ca: the difference from November 23, 2026 "
        "to December 14, 2026",
    )
    return Paper(
        key=key("invoice"),
        name="2026-1204",
        language=get_language() or "fr",
        issued_on=TODAY,
        supplier=supplier(),
        buyer=Party("Ateliers Boréale", "48, avenue Cartier\nQuébec (Québec)  G1R 2S2\nCanada"),
        lines=(Line(line, cad(630)),),
        net=cad(630),
        taxes=(
            Tax(said("TPS", "GST"), Fraction(1, 20), cad(32), "123456789 RT0001"),
            Tax(said("TVQ", "QST"), Fraction(399, 4000), cad(63), "1234567890 TQ0001"),
        ),
        total=cad(725),
        size="us-letter",
        due_on=TODAY,
        terms=said("Payable à la réception.", "Due on receipt."),
        settlements=(paid(725),),
        owed=cad(0),
    )


def paid(amount: int, on: date = TODAY) -> Settlement:
    return Settlement(on, "payment_received", cad(amount), CARD, about=key("payment"))


def shown(paper: Paper, status: str, **more: object) -> DocumentPage:
    page = DocumentPage(
        sheet=linked(sheet(paper), lambda about: PAGES[about[0]]),
        pdf_url="#",
        status=status,
        crumbs=(*crumbs_to(_("Invoices"))[:-1], Crumb(_("Invoices"), "../invoices/"), Crumb(paper.name)),
    )
    return replace(page, **more)  # type: ignore[arg-type]


def invoice() -> DocumentPage:
    return shown(invoice_paper(), "paid")


def invoice_owed() -> DocumentPage:
    """Paid in part: the rest is to be paid."""
    paper = replace(invoice_paper(), settlements=(paid(300),), owed=cad(425), due_on=RENEWAL)
    methods = (
        PaymentChoice(
            "card", CARD, said("Bonne jusqu’au 31 août 2027", "Good until Aug. 31, 2027"), selected=True
        ),
    )
    return shown(paper, "due", owed=cad(425), pay_url="#", methods=methods)


def invoice_returned() -> DocumentPage:
    """Paid beyond what was owed; then a part was credited, and sent back to the card."""
    late = Settlement(TODAY, "credit_note_issued", cad(104), number="NC-2026-0032", about=key("credit_note"))
    paper = replace(
        invoice_paper(),
        settlements=(
            paid(1000),
            Settlement(TODAY, "kept_for_customer", cad(-275), CARD, about=key("payment")),
            late,
            Settlement(TODAY, "kept_for_customer", cad(-104), number="NC-2026-0032"),
        ),
        credit_notes=(CreditedBy(key("credit_note"), "NC-2026-0032", TODAY, "late", cad(104)),),
        refunds=(
            SentBack(key("refund"), TODAY, cad(275), CARD, "succeeded"),
            SentBack(key("refund"), TODAY, cad(104), CARD, "started"),
        ),
    )
    return shown(paper, "paid")


def credit_note() -> DocumentPage:
    line = said(
        "Forfait B, ateliers-boreale.ca, livré le 26 novembre 2026 : les 3 jours d’avant",
        "Plan B, ateliers-boreale.ca, delivered on November 26, 2026: the 3 days before",
    )
    whole = invoice_paper()
    paper = replace(
        whole,
        key=key("credit_note"),
        name="NC-2026-0032",
        lines=(Line(line, cad(90)),),
        net=cad(90),
        taxes=tuple(
            replace(tax, amount=Money(amount, "CAD")) for tax, amount in zip(whole.taxes, (5, 9), strict=True)
        ),
        total=cad(104),
        reason="late",
        about=("2026-1204", key("invoice")),
        due_on=None,
        settlements=(),
        owed=None,
    )
    return shown(paper, "credit_note")


def receipt() -> DocumentPage:
    paper = replace(
        invoice_paper(),
        key=key("payment"),
        name="2026-1204-1",
        lines=(),
        net=cad(1000),
        taxes=(),
        total=cad(1000),
        method=CARD,
        kept=cad(275),
        about=("2026-1204", key("invoice")),
        due_on=None,
        settlements=(),
    )
    return shown(paper, "")


def refund_receipt() -> DocumentPage:
    paper = replace(
        invoice_paper(),
        key=key("refund"),
        name="2026-1204-1",
        lines=(),
        net=cad(275),
        taxes=(),
        total=cad(275),
        method=CARD,
        state="started",
        about=("2026-1204", key("invoice")),
        due_on=None,
        settlements=(),
        owed=None,
    )
    return shown(paper, "started", status_kind="refund")


SAMPLES = {
    "invoice": Sample("client_area/document.html", invoice),
    "invoice-owed": Sample("client_area/document.html", invoice_owed),
    "invoice-returned": Sample("client_area/document.html", invoice_returned),
    "credit-note": Sample("client_area/document.html", credit_note),
    "receipt": Sample("client_area/document.html", receipt),
    "refund-receipt": Sample("client_area/document.html", refund_receipt),
}
