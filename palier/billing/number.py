"""Give a document its number, as the last write of its transaction."""

from django.db import connection

from palier.billing.models import CreditNote, Invoice

_PREFIX = {"billing_invoice": "", "billing_creditnote": "NC-"}


def give_number(document: Invoice | CreditNote) -> str:
    """The next number of the document's kind and year: `2026-0042`, `NC-2026-0007`.

    The series is gapless because its counter is locked from here to the commit and rolled back with the document;
    so it is taken last, and nobody waits for longer than a commit.
    """
    table = document._meta.db_table
    year = document.issued_on.year
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH taken AS (
                INSERT INTO billing_series AS series (kind, year, next) VALUES (%s, %s, 2)
                ON CONFLICT (kind, year) DO UPDATE SET next = series.next + 1
                RETURNING next - 1 AS number
            )
            UPDATE {table} SET number = %s || lpad(taken.number::text, 4, '0') FROM taken
            WHERE customer_id = %s AND id = %s AND {table}.number IS NULL
            RETURNING {table}.number
            """,  # noqa: S608 -- the table is one of two of ours
            [document._meta.model_name, year, f"{_PREFIX[table]}{year}-", document.customer_id, document.id],
        )
        (number,) = cursor.fetchone()
    document.number = number
    return str(number)
