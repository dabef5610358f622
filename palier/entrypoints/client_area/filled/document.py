"""An invoice or a credit note as it prints: its own frozen columns, in its own language, and how it was paid."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from uuid import UUID

from django.db.models import OuterRef, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.billing.models import CreditNote, Document, Invoice, Payment
from palier.billing.queries import invoices_of, payment_methods
from palier.core.money import Money
from palier.core.postings import RECEIVABLE
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.check import payment_choices
from palier.entrypoints.client_area.filled.documents import status_of_document
from palier.entrypoints.client_area.pages.invoice import (
    DocumentLine,
    DocumentTax,
    InvoicePage,
    Party,
    Settlement,
)
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.ledger.models import Posting
from palier.people.permissions import PAY
from palier.words.languages import locale_of
from palier.words.reasons import credit_note_reason


def document_page(client: Client, document_id: UUID) -> InvoicePage:
    """Raises `CreditNote.DoesNotExist` when it is neither, for another customer's too."""
    invoice = invoices_of(client.customer_id).filter(id=document_id).first()
    if invoice is not None:
        return _invoice_page(client, invoice, invoice.owed, invoice.in_flight)
    notes = CreditNote.objects.select_related("invoice")
    return _credit_note_page(client, notes.get(customer_id=client.customer_id, id=document_id))


def _invoice_page(client: Client, invoice: Invoice, owed: int, in_flight: bool) -> InvoicePage:
    notes = list(invoice.credit_notes.filter(customer_id=client.customer_id).order_by("issued_at", "id"))
    found = {
        "kind": "invoice",
        "owed": owed,
        "in_flight": in_flight,
        "due": invoice.due_on,
        "total": invoice.total,
        "credited": sum(note.total for note in notes),
    }
    may_pay = owed > 0 and client.may(PAY)
    with override(invoice.language):
        settlements = tuple(_settlements(invoice))
    return InvoicePage(
        kind="invoice",
        number=invoice.number or "",
        issued_on=invoice.issued_on,
        supplier=_supplier(invoice.supplier),
        buyer=_buyer(invoice.buyer, invoice.language),
        lines=_lines(invoice),
        net=Money(invoice.net, invoice.currency),
        taxes=_taxes(invoice),
        total=invoice.amount,
        status=status_of_document(client, found),
        language=invoice.language,
        due_on=invoice.due_on,
        terms=invoice.supplier.get("terms", ""),
        settlements=settlements,
        owed=Money(owed, invoice.currency),
        credit_notes=tuple((note.number or "", to("invoice", note.id)) for note in notes),
        pay_url=to("pay", invoice.id) if may_pay else "",
        methods=payment_choices(payment_methods(client.customer_id), client.on) if may_pay else (),
        crumbs=crumbs(Crumb(invoice.number or ""), section="invoices"),
    )


def _credit_note_page(client: Client, note: CreditNote) -> InvoicePage:
    with override(note.language):
        reason = credit_note_reason(note.reason)
    return InvoicePage(
        kind="credit_note",
        number=note.number or "",
        issued_on=note.issued_on,
        supplier=_supplier(note.supplier),
        buyer=_buyer(note.buyer, note.language),
        lines=_lines(note),
        net=Money(note.net, note.currency),
        taxes=_taxes(note),
        total=note.amount,
        status="credit_note",
        language=note.language,
        reason=reason,
        invoice_number=note.invoice.number or "",
        invoice_url=to("invoice", note.invoice_id),
        crumbs=crumbs(Crumb(note.number or ""), section="invoices"),
    )


def _supplier(written: Mapping[str, str]) -> Party:
    return Party(
        written.get("name", ""),
        written.get("address", "").strip(),
        written.get("email", ""),
        written.get("phone", ""),
    )


def _buyer(written: Mapping[str, str], language: str) -> Party:
    region = f" ({written['region']})" if written.get("region") else ""
    town = f"{written.get('city', '')}{region}  {written.get('postal_code', '')}".strip()
    country = locale_of(language).territories.get(written.get("country", ""), written.get("country", ""))
    lines = (written.get("street", ""), town, country)
    return Party(written.get("name", ""), "\n".join(line for line in lines if line))


def _lines(document: Invoice | CreditNote) -> tuple[DocumentLine, ...]:
    lines = document.lines.filter(customer_id=document.customer_id).order_by("id")
    return tuple(DocumentLine(line.text, Money(line.amount, document.currency)) for line in lines)


def _taxes(document: Document) -> tuple[DocumentTax, ...]:
    return tuple(
        DocumentTax(
            tax["name"], Fraction(tax["rate"]), Money(tax["amount"], document.currency), tax.get("number", "")
        )
        for tax in document.taxes
    )


def _settlements(invoice: Invoice) -> Iterator[Settlement]:
    """What took from the amount owed, entry by entry, as the ledger has it."""
    method = Payment.objects.filter(customer_id=invoice.customer_id, id=OuterRef("entry__source_id"))
    note = CreditNote.objects.filter(customer_id=invoice.customer_id, id=OuterRef("entry__source_id"))
    legs = (
        Posting.objects.filter(customer_id=invoice.customer_id, invoice_id=invoice.id, account=RECEIVABLE)
        .exclude(entry__kind="invoice_issued")
        .values("entry__kind", "entry__on", "entry_id")
        .annotate(
            amount=Sum("amount"),
            card=Subquery(method.values("method__label")[:1]),
            note=Subquery(note.values("number")[:1]),
        )
        .order_by("entry_id")
    )
    for leg in legs:
        said = _settled_by(leg["entry__kind"], leg["card"] or "", leg["note"] or "")
        yield Settlement(leg["entry__on"], said, Money(-leg["amount"], invoice.currency))


def _settled_by(kind: str, card: str, note: str) -> str:
    match kind:
        case "payment_received":
            return card or _("Payment received")
        case "credit_balance_used":
            return _("Credit balance used")
        case "credit_note_issued":
            return _("Credit note %(number)s") % {"number": note}
        case "kept_for_customer":
            return _("Kept in your credit balance")
        case "charged_back":
            return _("Payment taken back by the bank")
    return _("Correction")
