"""The journal as a stream: every entry with its legs and documents, in the order of days, in constant memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from palier.core.money import Money

_AT_ONCE = 2000
_JOURNAL = """
    SELECT e.id, e."on", e.kind, e.source_kind, e.source_id, e.customer_id, c.name, e.currency, l.legs,
           n.number, i.number
    FROM ledger_journalentry e
    JOIN people_customer c ON c.id = e.customer_id
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_array(p.account, p.amount) ORDER BY p.id)::text AS legs,
               (array_agg(p.invoice_id) FILTER (WHERE p.invoice_id IS NOT NULL))[1] AS invoice_id
        FROM ledger_posting p WHERE p.customer_id = e.customer_id AND p.entry_id = e.id
    ) l
    LEFT JOIN billing_creditnote n
      ON e.source_kind = 'credit_note' AND n.customer_id = e.customer_id AND n.id = e.source_id
    LEFT JOIN billing_refund r ON e.source_kind = 'refund' AND r.customer_id = e.customer_id AND r.id = e.source_id
    LEFT JOIN billing_payment y ON y.customer_id = r.customer_id AND y.id = r.payment_id
    LEFT JOIN billing_invoice i ON i.customer_id = e.customer_id AND i.id = coalesce(l.invoice_id, y.invoice_id)
    WHERE (%(from)s::date IS NULL OR e."on" >= %(from)s) AND (%(until)s::date IS NULL OR e."on" < %(until)s)
    ORDER BY e."on", e.id
"""


@dataclass(frozen=True, slots=True)
class Written:
    """One entry. `legs` are (account, amount), a debit positive; `documents` the numbers it is about."""

    id: UUID
    on: date
    kind: str
    source: tuple[str, UUID]
    customer_id: UUID
    customer_name: str
    currency: str
    legs: tuple[tuple[str, Money], ...]
    documents: tuple[str, ...]


def journal(from_on: date | None = None, until_on: date | None = None) -> Iterator[Written]:
    """The entries of [from_on, until_on), all of them where a date is None; by day, then in the order of posting.

    One statement, so that what is read is one moment of the books, whatever is posted meanwhile.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_JOURNAL, {"from": from_on, "until": until_on})
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from map(_written, rows)


def _written(row: tuple[Any, ...]) -> Written:
    entry_id, on, kind, source_kind, source_id, customer_id, name, currency, legs, note, invoice = row
    return Written(
        id=entry_id,
        on=on,
        kind=kind,
        source=(source_kind, source_id),
        customer_id=customer_id,
        customer_name=name,
        currency=currency,
        legs=tuple((account, Money(minor, currency)) for account, minor in json.loads(legs or "[]")),
        documents=tuple(number for number in (note, invoice) if number),
    )
