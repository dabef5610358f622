"""What a check finds, and how it looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

#: Whose it is (None: a series of numbers is nobody's), what the row is, and its numbers.
Row = tuple[UUID | None, str, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must never be: which check found it, whose it is, what it is about, and the numbers."""

    check: str
    customer_id: UUID | None
    subject: str
    detail: str


def rows(query: str) -> Iterator[Row]:
    """The rows of a query that selects whose, what and the numbers, read a few at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        yield from cursor
