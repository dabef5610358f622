"""The documents behind the tax report, as a stream: one line for each tax of each document, one for each without."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from palier.books.reports.table import days_of
from palier.core.periods import Span

_AT_ONCE = 2000
_LIST = """
    WITH documents AS (
        SELECT 'invoice' AS kind, number, issued_on, customer_id, buyer, currency, net, total, taxes, 1 AS sign
        FROM billing_invoice WHERE issued_on >= %(from)s AND issued_on < %(until)s
        UNION ALL
        SELECT 'credit_note', number, issued_on, customer_id, buyer, currency, net, total, taxes, -1
        FROM billing_creditnote WHERE issued_on >= %(from)s AND issued_on < %(until)s
    )
    SELECT d.issued_on::text, d.kind, d.number, d.customer_id, coalesce(d.buyer->>'country', ''),
           coalesce(d.buyer->>'region', ''), d.currency, d.sign * d.net, coalesce(tax->>'code', ''),
           coalesce(tax->>'rate', ''), d.sign * coalesce((tax->>'base')::bigint, 0),
           d.sign * coalesce((tax->>'amount')::bigint, 0), d.sign * d.total
    FROM documents d LEFT JOIN LATERAL jsonb_array_elements(d.taxes) tax ON true
    ORDER BY d.issued_on, d.kind DESC, d.number, 9
"""


class TaxedDocument(NamedTuple):
    """Amounts in minor units of `currency`, those of a credit note negative. `rate` is an exact fraction, as text."""

    issued_on: str
    kind: str
    number: str
    customer: UUID
    country: str
    region: str
    currency: str
    net: int
    tax: str
    rate: str
    base: int
    amount: int
    total: int


def tax_documents(span: Span) -> Iterator[TaxedDocument]:
    """In the order of days, kinds and numbers, in constant memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LIST, days_of(span))
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from map(TaxedDocument._make, rows)
