"""Staff send money that we hold for a customer back to what paid an invoice: exactly what was read, or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.billing.credit_by_person import Outdated, TooMuch
from palier.billing.models import Refund
from palier.billing.queries import locked_invoice
from palier.billing.refund import most_refundable, send_refund, start_refunds
from palier.events.record import Actor

#: Of words/reasons.py.
REASON = "sent_back"


def refund_by_person(
    customer_id: UUID, invoice_id: UUID, amount: int, *, figures: str, said: str, by: Actor, at: datetime
) -> list[Refund]:
    """`figures` is what could go back when the page was read: a second press of the same button is outdated. Call it
    outside a transaction: the gateway is told after the commit. Raises `Outdated`, or `TooMuch` for more than that.
    """
    refunds = _start(customer_id, invoice_id, amount, figures, said, by, at)
    for refund in refunds:
        send_refund(refund, at=at)
    return refunds


@transaction.atomic
def _start(
    customer_id: UUID, invoice_id: UUID, amount: int, figures: str, said: str, by: Actor, at: datetime
) -> list[Refund]:
    invoice = locked_invoice(customer_id, invoice_id)
    left = most_refundable(customer_id, invoice_id, invoice.currency)
    if str(left) != figures:
        raise Outdated(figures)
    if not 0 < amount <= left:
        raise TooMuch(left)
    return start_refunds(customer_id, invoice_id, amount, reason=REASON, by=by, at=at, said=said)
