"""Take what a disputed payment had paid for out of what is held, and bring it back.

A payment has raised the level of some periods (its differences). While its money is with the payer's bank these are out
of `held_price` and `paid_price`; they come back when the dispute is won, or what it was for is paid again.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from palier.core.money import round_half_up
from palier.subscriptions.models import Period, TakenOut


def take_out(
    customer_id: UUID,
    dispute_id: UUID,
    invoice_id: UUID,
    differences: Mapping[UUID, tuple[int, int]],
    part: Fraction,
    *,
    at: datetime,
) -> None:
    """`differences` are (held, paid) by period, of which `part` was paid with what is disputed. The caller holds the
    subscription's lock. A second call for the same dispute changes nothing."""
    if TakenOut.objects.filter(customer_id=customer_id, dispute_id=dispute_id).exists():
        return
    periods = Period.objects.filter(customer_id=customer_id, id__in=differences.keys())
    for period in periods.order_by("start_on"):
        held, paid = (round_half_up(amount * part) for amount in differences[period.id])
        held, paid = min(held, period.held_price), min(paid, period.paid_price)
        if held or paid:
            _move(period, -held, -paid)
            TakenOut.objects.create(
                customer_id=customer_id,
                period=period,
                dispute_id=dispute_id,
                invoice_id=invoice_id,
                held=held,
                paid=paid,
                taken_at=at,
            )


def bring_back(customer_id: UUID, *, at: datetime, **which: UUID) -> None:
    """What was taken out for a dispute (`dispute_id`) or for all of an invoice's (`invoice_id`). The caller holds the
    subscription's lock."""
    taken = TakenOut.objects.filter(customer_id=customer_id, returned_at=None, **which)
    for one in taken.select_related("period"):
        _move(one.period, one.held, one.paid)
        one.returned_at = at
        one.save(update_fields=["returned_at"])


def _move(period: Period, held: int, paid: int) -> None:
    period.held_price += held
    period.paid_price += paid
    period.save(update_fields=["held_price", "paid_price"])
