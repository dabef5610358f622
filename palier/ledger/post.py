"""Post balanced entries, and keep the running balances of the customer's accounts with them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from palier.core.postings import OF_CUSTOMER, RECEIVABLE, Leg
from palier.events.keys import new_id
from palier.ledger.models import JournalEntry, Posting


@dataclass(frozen=True, slots=True)
class Entry:
    """What to post. `source` is kind and id of the document; `invoice_id` the invoice its receivable is about."""

    kind: str
    source: tuple[str, UUID]
    legs: tuple[Leg, ...]
    invoice_id: UUID | None = None


def post(entries: Sequence[Entry], *, customer_id: UUID, currency: str, on: date, at: datetime) -> None:
    """Post `entries` in three statements, however many they are.

    Raises `IntegrityError` when one was posted before, does not balance (at commit), or overspends the credit balance.
    """
    rows, legs = [], []
    moved: dict[str, int] = defaultdict(int)
    for entry in entries:
        if not entry.legs:
            continue
        row = JournalEntry(
            customer_id=customer_id, kind=entry.kind, source_kind=entry.source[0], source_id=entry.source[1],
            currency=currency, on=on, at=at,
        )  # fmt: skip
        rows.append(row)
        for leg in entry.legs:
            moved[leg.account] += leg.amount
            legs.append(
                Posting(
                    customer_id=customer_id,
                    entry=row,
                    account=leg.account,
                    amount=leg.amount,
                    currency=currency,
                    invoice_id=entry.invoice_id if leg.account == RECEIVABLE else None,
                )  # fmt: skip
            )
    JournalEntry.objects.bulk_create(rows)
    Posting.objects.bulk_create(legs)
    _move_balances(
        customer_id, currency, {name: by for name, by in moved.items() if name in OF_CUSTOMER and by}
    )


def _move_balances(customer_id: UUID, currency: str, moved: dict[str, int]) -> None:
    if not moved:
        return
    rows = sorted(moved.items())  # one order for all writers: no deadlock between two customers' accounts
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO ledger_balance AS held (id, customer_id, account, currency, amount) VALUES {values}
            ON CONFLICT (customer_id, account, currency) DO UPDATE SET amount = held.amount + excluded.amount
            """,
            [value for account, by in rows for value in (new_id(), customer_id, account, currency, by)],
        )
