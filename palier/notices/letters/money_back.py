"""What a change gave back, and where it went, as sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from palier.billing.models import CreditNote, Refund
from palier.billing.queries import lines_about
from palier.core.money import Money
from palier.documents.paper import Key
from palier.subscriptions.settlement import REASON as ENDED_AT_ONCE
from palier.words.amounts import amount


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """One credit note of a change: why, how much of it was money we hold, taxes included, and its number."""

    reason: str
    money: Money
    number: str
    invoice: str
    id: UUID


def documents_of(notes: Iterable[MoneyBack], refunds: Iterable[Refund] = ()) -> tuple[Key, ...]:
    """What goes with the message: each credit note, and the receipt of each refund."""
    return (
        *(("credit_note", note.id) for note in notes),
        *(("refund", refund.id) for refund in refunds),
    )


def notes_of(customer_id: UUID, subscription_id: UUID, at: datetime) -> tuple[MoneyBack, ...]:
    """The credit notes issued for a subscription in the very act that is told of."""
    notes = (
        CreditNote.objects.filter(
            customer_id=customer_id, lines__subscription_id=subscription_id, issued_at=at
        )
        .select_related("invoice")
        .distinct()
        .order_by("number")
    )
    return tuple(
        MoneyBack(note.reason, note.amount, note.number or "", note.invoice.number or "", note.id)
        for note in notes
    )


def sent_back_at_end(customer_id: UUID, subscription_id: UUID, at: datetime) -> tuple[Refund, ...]:
    """The refunds to what had paid the invoices of a subscription that was ended in that same act."""
    invoices = lines_about(customer_id, subscription_id).values("invoice_id")
    refunds = Refund.objects.filter(
        customer_id=customer_id, payment__invoice_id__in=invoices, reason=ENDED_AT_ONCE, started_at=at
    )
    return tuple(refunds.select_related("payment__method").order_by("id"))


def sent_back(customer_id: UUID, invoice_id: UUID | None, at: datetime) -> tuple[Refund, ...]:
    """The refunds to what had paid an invoice, started in that same act."""
    if invoice_id is None:
        return ()
    refunds = Refund.objects.filter(customer_id=customer_id, payment__invoice_id=invoice_id, started_at=at)
    return tuple(refunds.select_related("payment__method").order_by("id"))


def late_sentence(notes: Iterable[MoneyBack], language: str) -> str:
    found = [note for note in notes if note.reason == "late"]
    if not found:
        return ""
    return _(
        "It was ready later than quoted: %(money)s went back to your credit balance (credit note %(number)s)."
    ) % _sum(found, language)


def returned_sentence(notes: Iterable[MoneyBack], language: str) -> str:
    found = [note for note in notes if note.reason == "returned"]
    if not found:
        return ""
    return _(
        "For the move to a lower level, %(money)s went to your credit balance (credit note %(number)s)."
    ) % _sum(found, language)


def where_it_went(
    notes: Sequence[MoneyBack], refunds: Sequence[Refund], language: str, *, reason: str
) -> tuple[str, ...]:
    """Where the money of an undone change or a service ended at once went: back to each card, and the rest to the
    credit balance."""
    found = [note for note in notes if note.reason == reason]
    if not found:
        return ()
    said = tuple(
        _("%(money)s are on their way back to %(method)s.")
        % {
            "money": amount(Money(refund.amount, refund.currency), language),
            "method": refund.payment.method.label if refund.payment.method else _("what you paid with"),
        }
        for refund in refunds
    )
    total = Money(sum(note.money.minor for note in found), found[0].money.currency)
    kept = total - Money(sum(refund.amount for refund in refunds), total.currency)
    if kept.minor > 0:
        said += (
            _("%(money)s are in your credit balance, which will pay your next invoices.")
            % {"money": amount(kept, language)},
        )
    numbers = ", ".join(note.number for note in found)
    return (*said, _("Your proof is credit note %(number)s.") % {"number": numbers})


def void_sentence(notes: Iterable[MoneyBack], language: str) -> str:
    """An invoice that nobody paid is cancelled."""
    found = [note for note in notes if note.reason == "unpaid"]
    if not found:
        return ""
    return _(
        "Nothing is owed for it any more: invoice %(invoice)s is cancelled by credit note %(number)s."
    ) % {"invoice": found[0].invoice, "number": found[0].number}


def _sum(notes: Sequence[MoneyBack], language: str) -> dict[str, str]:
    total = sum(note.money.minor for note in notes)
    return {
        "money": amount(Money(total, notes[0].money.currency), language),
        "number": ", ".join(note.number for note in notes),
    }
