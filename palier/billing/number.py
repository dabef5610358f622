"""Give a document its number, as the last write of its transaction."""

from django.db import connection

from palier.billing.models import CreditNote, Invoice

_PREFIX = {"billing_invoice": "", "billing_creditnote": "NC-"}
#: The lock under which numbers are given, whatever the kind.
TURN = int.from_bytes(b"numbers")


def give_number(document: Invoice | CreditNote) -> str:
    """The next number of the document's kind and year: `2026-0042`, `NC-2026-0007`, `2026-10001`.

    The series is gapless because its counter is locked from here to the commit and rolled back with the document;
    so it is taken last, and nobody waits for longer than a commit. A transaction that makes several documents numbers
    the first before it writes the last: one turn for every kind of document keeps it from holding one series while
    another transaction holds the other, each waiting for what the other has.
    """
    table = document._meta.db_table
    year = document.issued_on.year
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH turn AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(%s)
            ), taken AS (
                INSERT INTO billing_series AS series (kind, year, next) SELECT %s, %s, 2 FROM turn
                ON CONFLICT (kind, year) DO UPDATE SET next = series.next + 1
                RETURNING next - 1 AS number
            )
            UPDATE {table} SET number = %s || lpad(taken.number::text, greatest(4, length(taken.number::text)), '0')
            FROM taken
            WHERE customer_id = %s AND id = %s AND {table}.number IS NULL
            RETURNING {table}.number
            """,  # noqa: S608 -- the table is one of two of ours
            [
                *(TURN, document._meta.model_name, year),
                *(f"{_PREFIX[table]}{year}-", document.customer_id, document.id),
            ],
        )
        (number,) = cursor.fetchone()
    document.number = number
    return str(number)


def take_numbers(model: type[Invoice | CreditNote], year: int, count: int) -> list[str]:
    """The next `count` numbers of a series, for documents that the caller writes with them as its last act."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH turn AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(%s)
            )
            INSERT INTO billing_series AS series (kind, year, next) SELECT %s, %s, 1 + %s FROM turn
            ON CONFLICT (kind, year) DO UPDATE SET next = series.next + %s
            RETURNING next - %s
            """,
            [TURN, model._meta.model_name, year, count, count, count],
        )
        (first,) = cursor.fetchone()
    prefix = f"{_PREFIX[model._meta.db_table]}{year}-"
    return [f"{prefix}{number:04}" for number in range(first, first + count)]
