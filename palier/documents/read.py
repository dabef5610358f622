"""Read a document from its rows: the frozen columns, and what the ledger and the payments say happened since.

Every function reads one customer's rows and raises `ObjectDoesNotExist` for another's.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.billing.models import CreditNote, Document, Invoice, Payment, Refund
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.core.postings import RECEIVABLE
from palier.documents.paper import CreditedBy, Key, Line, Paper, Party, SentBack, Settlement, Tax
from palier.documents.size import paper_size
from palier.ledger.models import Posting
from palier.ledger.queries import owed_on
from palier.people.models import Provider
from palier.words.languages import locale_of


def paper_of(customer_id: UUID, key: Key, host: Provider) -> Paper:
    """Any document by its key. Raises `ObjectDoesNotExist`."""
    kind, row_id = key
    read = {"invoice": _invoice, "credit_note": _credit_note, "payment": _receipt, "refund": _refund}
    return read[kind](customer_id, row_id, host)


def invoice_or_note(customer_id: UUID, document_id: UUID) -> Key:
    """Which of the two an id is of. Raises `CreditNote.DoesNotExist` when it is neither."""
    if Invoice.objects.filter(customer_id=customer_id, id=document_id).exists():
        return "invoice", document_id
    return "credit_note", CreditNote.objects.only("id").get(customer_id=customer_id, id=document_id).id


def _invoice(customer_id: UUID, invoice_id: UUID, host: Provider) -> Paper:
    invoice = Invoice.objects.get(customer_id=customer_id, id=invoice_id)
    return Paper(
        key=("invoice", invoice.id),
        name=invoice.number or "",
        issued_on=invoice.issued_on,
        lines=_lines(invoice),
        net=Money(invoice.net, invoice.currency),
        taxes=_taxes(invoice),
        total=invoice.amount,
        notes=tuple(invoice.notes),
        due_on=invoice.due_on,
        terms=invoice.supplier.get("terms", ""),
        settlements=_settlements(invoice),
        owed=Money(owed_on(customer_id, invoice.id), invoice.currency),
        credit_notes=_credit_notes(invoice),
        refunds=_refunds(invoice, host),
        **_common(invoice, host),
    )


def _credit_note(customer_id: UUID, note_id: UUID, host: Provider) -> Paper:
    note = CreditNote.objects.select_related("invoice").get(customer_id=customer_id, id=note_id)
    return Paper(
        key=("credit_note", note.id),
        name=note.number or "",
        issued_on=note.issued_on,
        lines=_lines(note),
        net=Money(note.net, note.currency),
        taxes=_taxes(note),
        total=note.amount,
        notes=tuple(note.notes),
        reason=note.reason,
        about=_about(note.invoice),
        **_common(note, host),
    )


def _receipt(customer_id: UUID, payment_id: UUID, host: Provider) -> Paper:
    """Of a payment that came in: what it paid, what went to the credit balance, what was left of the invoice then."""
    payments = Payment.objects.filter(customer_id=customer_id, received__gt=0)
    payment = payments.select_related("invoice", "method").get(id=payment_id)
    invoice, received = payment.invoice, Money(payment.received, payment.currency)
    assert payment.settled_at is not None
    moved = _movements(invoice)
    own = list(moved.filter(entry__source_kind="payment", entry__source_id=payment.id))
    kept = sum(leg["amount"] for leg in own if leg["entry__kind"] == "kept_for_customer")
    until = moved.filter(entry_id__lte=max(leg["entry_id"] for leg in own))
    return Paper(
        key=("payment", payment.id),
        name=f"{invoice.number}-{_rank(moved, payment.id)}",
        issued_on=billing_date(payment.settled_at, host.zone),
        lines=(),
        net=received,
        taxes=(),
        total=received,
        about=_about(invoice),
        method=_label(payment),
        kept=Money(kept, payment.currency),
        owed=Money(max(0, sum(leg["amount"] for leg in until)), payment.currency),
        **_common(invoice, host),
    )


def _refund(customer_id: UUID, refund_id: UUID, host: Provider) -> Paper:
    refunds = Refund.objects.filter(customer_id=customer_id)
    refund = refunds.select_related("payment__invoice", "payment__method").get(id=refund_id)
    invoice, money = refund.payment.invoice, Money(refund.amount, refund.currency)
    of_invoice = refunds.filter(payment__invoice_id=invoice.id).order_by("id")
    rank = list(of_invoice.values_list("id", flat=True)).index(refund.id) + 1
    return Paper(
        key=("refund", refund.id),
        name=f"{invoice.number}-{rank}",
        issued_on=billing_date(refund.settled_at or refund.started_at, host.zone),
        lines=(),
        net=money,
        taxes=(),
        total=money,
        about=_about(invoice),
        state=refund.state,
        method=_label(refund.payment),
        **_common(invoice, host),
    )


def _common(document: Document, host: Provider) -> dict[str, Any]:
    """What a document has from its own row, or a receipt from the row of its invoice."""
    with override(document.language):
        buyer = _buyer(document.buyer, document.language)
    return {
        "language": document.language,
        "supplier": _supplier(document),
        "buyer": buyer,
        "size": paper_size(host),
    }


def _supplier(document: Document) -> Party:
    written = document.supplier
    return Party(
        written.get("name", ""),
        written.get("address", "").strip(),
        written.get("email", ""),
        written.get("phone", ""),
        (
            *((tax["name"], tax["number"]) for tax in document.taxes if tax.get("number")),
            *((name, number) for name, number in written.get("numbers", ())),
        ),
    )


def _buyer(written: Mapping[str, str], language: str) -> Party:
    region = f" ({written['region']})" if written.get("region") else ""
    town = f"{written.get('city', '')}{region}  {written.get('postal_code', '')}".strip()
    country = locale_of(language).territories.get(written.get("country", ""), written.get("country", ""))
    lines = (written.get("street", ""), town, country)
    address = "\n".join(line for line in lines if line)
    vat = written.get("vat_number", "")
    return Party(written.get("name", ""), address, numbers=((_("VAT no."), vat),) if vat else ())


def _lines(document: Invoice | CreditNote) -> tuple[Line, ...]:
    lines = document.lines.filter(customer_id=document.customer_id).order_by("id")
    return tuple(Line(line.text, Money(line.amount, document.currency)) for line in lines)


def _taxes(document: Document) -> tuple[Tax, ...]:
    return tuple(
        Tax(
            tax["name"], Fraction(tax["rate"]), Money(tax["amount"], document.currency), tax.get("number", "")
        )
        for tax in document.taxes
    )


def _about(invoice: Invoice) -> tuple[str, Key]:
    return invoice.number or "", ("invoice", invoice.id)


def _movements(invoice: Invoice) -> "QuerySet[Any, Any]":
    """What moved the amount owed on an invoice, entry by entry, as the ledger has it."""
    legs = Posting.objects.filter(customer_id=invoice.customer_id, invoice_id=invoice.id, account=RECEIVABLE)
    entry = ("entry_id", "entry__kind", "entry__on", "entry__source_kind", "entry__source_id")
    moved: QuerySet[Any, Any] = legs.values(*entry).annotate(amount=Sum("amount"))
    return moved.order_by("entry_id")


def _settlements(invoice: Invoice) -> tuple[Settlement, ...]:
    own = {"customer_id": invoice.customer_id, "id": OuterRef("entry__source_id")}
    moved = _movements(invoice).exclude(entry__kind="invoice_issued")
    legs = moved.annotate(
        method=Subquery(Payment.objects.filter(**own).values("method__label")[:1]),
        number=Subquery(CreditNote.objects.filter(**own).values("number")[:1]),
    )
    return tuple(
        Settlement(
            on=leg["entry__on"],
            kind=leg["entry__kind"],
            amount=Money(-leg["amount"], invoice.currency),
            method=leg["method"] or "",
            number=leg["number"] or "",
            about=_document_of(leg),
        )
        for leg in legs
    )


def _document_of(leg: Mapping[str, Any]) -> Key | None:
    """The document of what moved money: a receipt, a credit note. Where it went then is said there too."""
    if leg["entry__kind"] == "payment_received":
        return "payment", leg["entry__source_id"]
    return ("credit_note", leg["entry__source_id"]) if leg["entry__kind"] == "credit_note_issued" else None


def _credit_notes(invoice: Invoice) -> tuple[CreditedBy, ...]:
    notes = CreditNote.objects.filter(customer_id=invoice.customer_id, invoice=invoice)
    return tuple(
        CreditedBy(("credit_note", note.id), note.number or "", note.issued_on, note.reason, note.amount)
        for note in notes.order_by("issued_at", "id")
    )


def _refunds(invoice: Invoice, host: Provider) -> tuple[SentBack, ...]:
    refunds = Refund.objects.filter(customer_id=invoice.customer_id, payment__invoice_id=invoice.id)
    return tuple(
        SentBack(
            ("refund", refund.id),
            billing_date(refund.settled_at or refund.started_at, host.zone),
            Money(refund.amount, refund.currency),
            _label(refund.payment),
            refund.state,
        )
        for refund in refunds.select_related("payment__method").order_by("started_at", "id")
    )


def _rank(moved: "QuerySet[Any, Any]", payment_id: UUID) -> int:
    """Which payment of its invoice it was, as the ledger has them: what comes later does not change it, not even one
    whose instant is earlier and that waited for its turn."""
    received = [leg["entry__source_id"] for leg in moved.filter(entry__kind="payment_received")]
    return received.index(payment_id) + 1


def _label(payment: Payment) -> str:
    return payment.method.label if payment.method else ""
