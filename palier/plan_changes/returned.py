"""What undoing a change gives back, before anyone decides it."""

from dataclasses import dataclass

from django.db.models import Sum

from palier.billing.models import CreditNote, Invoice
from palier.billing.refund import Refundable, refundable
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange


@dataclass(frozen=True, slots=True)
class Returned:
    """Amounts in minor units of `currency`, taxes included.

    `total` is all that was paid on the change's invoice and is not credited yet; `sources` are the payments at a
    gateway that `to_card` of it can go back to. The rest was paid from the credit balance, and returns there.
    """

    invoice: Invoice | None
    currency: str
    total: int
    sources: tuple[Refundable, ...] = ()

    @property
    def to_card(self) -> int:
        return min(self.total, sum(source.left for source in self.sources))


def returned_by_undo(change: PlanChange) -> Returned:
    """Nothing when the change had nothing to pay. Whoever undoes it has locked the subscription."""
    invoice, currency = change.invoice, change.subscription.currency
    if invoice is None:
        return Returned(None, currency, 0)
    notes = CreditNote.objects.filter(customer_id=change.customer_id, invoice=invoice)
    credited = notes.aggregate(sum=Sum("total"))["sum"] or 0
    paid = invoice.total - credited - max(0, owed_on(change.customer_id, invoice.id))
    return Returned(invoice, currency, max(0, paid), refundable(change.customer_id, invoice.id))
