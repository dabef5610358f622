"""Give a customer credit as goodwill: money we hold for them that no invoice gave back."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.core import postings
from palier.core.money import Money
from palier.events.keys import new_id
from palier.events.record import Actor, record
from palier.ledger.post import Entry, post


@transaction.atomic
def give_credit(customer_id: UUID, money: Money, *, reason: str, by: Actor, on: date, at: datetime) -> UUID:
    """Post it to the customer's credit balance and return its id. `reason` is what staff wrote, kept with the event.

    Raises `ValueError` for nothing or less.
    """
    if money.minor <= 0:
        raise ValueError(f"goodwill is more than nothing, not {money.minor}")
    goodwill_id = new_id()
    entry = Entry("goodwill", ("goodwill", goodwill_id), postings.goodwill_given(money.minor))
    post([entry], customer_id=customer_id, currency=money.currency, on=on, at=at)
    record(
        "credit.given",
        subject=("goodwill", goodwill_id),
        customer_id=customer_id,
        at=at,
        actor=by,
        facts={"amount": money.minor, "currency": money.currency, "reason": reason},
    )
    return goodwill_id
