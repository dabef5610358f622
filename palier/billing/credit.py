"""Give back part or all of an invoice with a credit note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from palier.billing.models import CreditNote, CreditNoteLine, Invoice
from palier.billing.number import give_number
from palier.billing.settle import await_no_transfer
from palier.core import postings
from palier.core.tax import TaxLine, credited
from palier.events.record import SYSTEM, Actor, record
from palier.ledger.post import Entry, post
from palier.ledger.queries import owed_on
from palier.words.document_lines import line_text


@dataclass(frozen=True)
class LineToCredit:
    """What is given back of one subscription, before tax, as a positive amount: of the product and plan billed."""

    code: str
    amount: int
    tax_class: str
    product: str
    plan: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    subscription_id: UUID | None = None
    start_on: date | None = None
    until_on: date | None = None


def left_to_credit(invoice: Invoice) -> int:
    """What the invoice still holds before tax, net of its credit notes."""
    return invoice.net - _credited_net(invoice)


def issue_credit_note(
    invoice: Invoice,
    lines: Sequence[LineToCredit],
    *,
    reason: str,
    on: date,
    at: datetime,
    by: Actor = SYSTEM,
) -> CreditNote:
    """Give back `lines` of an invoice that the caller has locked (`locked_invoice`), with their taxes; number the note.

    What was owed is owed no more; what was already paid goes to the customer's credit balance. The taxes are a share
    of the invoice's own, so that one credited whole or in pieces is given back to the cent. Raises `ValueError` when
    more is given back than the invoice holds.
    """
    net = sum(line.amount for line in lines)
    before = _credited_net(invoice)
    if not 0 < net <= invoice.net - before:
        raise ValueError(f"{net} cannot be credited: invoice {invoice.number} holds {invoice.net - before}")
    taxes = credited(invoice.tax_lines, invoice.net, net, before)
    note = _written(invoice, lines, net, taxes, reason, on, at)
    _post(note, invoice, taxes, on, at)
    facts = {"invoice": str(invoice.id), "reason": reason, "total": note.total, "currency": note.currency}
    record(
        "credit_note.issued",
        subject=("credit_note", note.id),
        customer_id=note.customer_id,
        at=at,
        actor=by,
        facts=facts,
    )
    give_number(note)
    return note


def _written(
    invoice: Invoice,
    lines: Sequence[LineToCredit],
    net: int,
    taxes: Sequence[TaxLine],
    reason: str,
    on: date,
    at: datetime,
) -> CreditNote:
    """The note and its lines as rows, not numbered yet."""
    note = CreditNote.objects.create(
        customer_id=invoice.customer_id,
        invoice=invoice,
        reason=reason,
        currency=invoice.currency,
        issued_on=on,
        issued_at=at,
        net=net,
        total=net + sum(tax.amount for tax in taxes),
        taxes=[
            {**written, "base": tax.base, "amount": tax.amount}
            for written, tax in zip(invoice.taxes, taxes, strict=True)
        ],
        notes=invoice.notes,
        subject_kind=invoice.subject_kind,
        subject_id=invoice.subject_id,
        language=invoice.language,
        supplier=invoice.supplier,
        buyer=invoice.buyer,
    )
    CreditNoteLine.objects.bulk_create(
        CreditNoteLine(
            customer_id=invoice.customer_id,
            credit_note=note,
            code=line.code,
            facts=dict(line.facts),
            text=line_text(line.code, line.facts, invoice.language),
            amount=line.amount,
            net=line.amount,
            product=line.product,
            plan=line.plan,
            tax_class=line.tax_class,
            subscription_id=line.subscription_id,
            start_on=line.start_on,
            until_on=line.until_on,
        )
        for line in lines
    )
    return note


def _post(note: CreditNote, invoice: Invoice, taxes: Sequence[TaxLine], on: date, at: datetime) -> None:
    source = ("credit_note", note.id)
    still_owed = owed_on(invoice.customer_id, invoice.id) - note.total
    entries = [Entry("credit_note_issued", source, postings.credit_note_issued(note.net, taxes), invoice.id)]
    if still_owed < 0:
        entries.append(
            Entry("kept_for_customer", source, postings.kept_for_customer(-still_owed), invoice.id)
        )
    post(entries, customer_id=invoice.customer_id, currency=invoice.currency, on=on, at=at)
    if still_owed <= 0:
        await_no_transfer(invoice.customer_id, invoice.id, at=at)


def _credited_net(invoice: Invoice) -> int:
    notes = CreditNote.objects.filter(customer_id=invoice.customer_id, invoice=invoice)
    return notes.aggregate(sum=Sum("net"))["sum"] or 0
