"""Post balanced entries, and keep the running balances of the customer's accounts with them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from palier.core.postings import OF_CUSTOMER, RECEIVABLE, Leg
from palier.events.copy_in import array_of
from palier.events.keys import new_id, new_ids
from palier.ledger.models import JournalEntry, Posting


@dataclass(frozen=True, slots=True)
class Entry:
    """What to post. `source` is kind and id of the document; `invoice_id` the invoice its receivable is about."""

    kind: str
    source: tuple[str, UUID]
    legs: tuple[Leg, ...]
    invoice_id: UUID | None = None


# One statement, because money moves in every act that a client waits for. Accounts are taken in one order by all
# writers, so that no two wait for each other.
_POST = """
    WITH entry AS (
        INSERT INTO ledger_journalentry (id, customer_id, kind, source_kind, source_id, currency, "on", at)
        SELECT id, %(customer)s, kind, source_kind, source_id, %(currency)s, %(on)s, %(at)s
        FROM jsonb_to_recordset(%(entries)s) AS new (id uuid, kind text, source_kind text, source_id uuid)
    ), posting AS (
        INSERT INTO ledger_posting (id, customer_id, entry_id, account, amount, currency, invoice_id)
        SELECT id, %(customer)s, entry_id, account, amount, %(currency)s, invoice_id
        FROM jsonb_to_recordset(%(legs)s)
            AS new (id uuid, entry_id uuid, account text, amount bigint, invoice_id uuid)
    )
    INSERT INTO ledger_balance AS held (id, customer_id, account, currency, amount)
    SELECT id, %(customer)s, account, %(currency)s, amount
    FROM jsonb_to_recordset(%(moved)s) AS new (id uuid, account text, amount bigint) ORDER BY account
    ON CONFLICT (customer_id, account, currency) DO UPDATE SET amount = held.amount + excluded.amount
"""


def post(entries: Sequence[Entry], *, customer_id: UUID, currency: str, on: date, at: datetime) -> None:
    """Post `entries` in one statement, however many they are.

    Raises `IntegrityError` when one was posted before, does not balance (at commit), or overspends the credit
    balance.
    """
    rows: list[dict[str, Any]] = []
    legs: list[dict[str, Any]] = []
    for entry in entries:
        if not entry.legs:
            continue
        kind, source_id = entry.source
        rows.append({"id": new_id(), "kind": entry.kind, "source_kind": kind, "source_id": source_id})
        legs += (_leg(leg, rows[-1]["id"], entry.invoice_id) for leg in entry.legs)
    balances = [
        {"id": new_id(), "account": account, "amount": by} for account, by in moved_by(entries).items()
    ]
    written = {"entries": rows, "legs": legs, "moved": balances}
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            {name: json.dumps(value, default=str) for name, value in written.items()}
            | {"customer": customer_id, "currency": currency, "on": on, "at": at},
        )


def rows_of(
    entry: Entry, *, customer_id: UUID, currency: str, on: date, at: datetime
) -> tuple[JournalEntry, tuple[Posting, ...]]:
    """An entry as new rows, for `copy_in`; `move_balances` goes with it."""
    kind, source_id = entry.source
    row = JournalEntry(
        customer_id=customer_id,
        kind=entry.kind,
        source_kind=kind,
        source_id=source_id,
        currency=currency,
        on=on,
        at=at,
    )
    legs = (_leg(leg, row.id, entry.invoice_id) for leg in entry.legs)
    return row, tuple(Posting(customer_id=customer_id, currency=currency, **leg) for leg in legs)


def moved_by(entries: Iterable[Entry]) -> dict[str, int]:
    """What each of the customer's own accounts moves by, where it moves."""
    moved: dict[str, int] = defaultdict(int)
    for entry in entries:
        for leg in entry.legs:
            if leg.account in OF_CUSTOMER:
                moved[leg.account] += leg.amount
    return {account: by for account, by in moved.items() if by}


def move_balances(moved: Mapping[tuple[str, str, str], int]) -> None:
    """Move running balances, by (customer, account, currency): taken in one order, as `post` takes those of one."""
    keys = sorted(moved)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ledger_balance AS held (id, customer_id, account, currency, amount)
            SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bigint[])
                AS new (id, customer_id, account, currency, amount)
            ORDER BY customer_id, account, currency
            ON CONFLICT (customer_id, account, currency) DO UPDATE SET amount = held.amount + excluded.amount
            """,
            [
                array_of(new_ids(len(keys))),
                array_of(customer_id for customer_id, _, _ in keys),
                array_of(account for _, account, _ in keys),
                array_of(currency for _, _, currency in keys),
                array_of(moved[key] for key in keys),
            ],
        )


def _leg(leg: Leg, entry_id: UUID, invoice_id: UUID | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "entry_id": entry_id,
        "account": leg.account,
        "amount": leg.amount,
        "invoice_id": invoice_id if leg.account == RECEIVABLE else None,
    }
