"""What every report is made of: tables, one for each currency, whose totals add up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from django.db import connection

from palier.core.periods import Span

Kind = Literal["text", "money", "count", "rate"]
#: A code, minor units of the table's currency, a number, an exact rate, or nothing.
Cell = str | int | Fraction | None


@dataclass(frozen=True, slots=True)
class Column:
    """`code` is its name in files; words/reports.py says it to people."""

    code: str
    kind: Kind = "money"


@dataclass(frozen=True, slots=True)
class Proof:
    """Two figures that must be one: what the table adds up to, and what another source says, `code` by name."""

    code: str
    table: int
    other: int

    @property
    def holds(self) -> bool:
        return self.table == self.other


@dataclass(frozen=True, slots=True)
class Table:
    """`total` has a cell for each column, or is empty where nothing is to be added."""

    code: str
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Of the civil days of `span`; no table at all where nothing happened."""

    code: str
    span: Span
    tables: tuple[Table, ...]

    @property
    def holds(self) -> bool:
        """Do all its proofs?"""
        return all(table.proof is None or table.proof.holds for table in self.tables)


def summed(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> tuple[Cell, ...]:
    """The total row: a sum under each column of money or numbers, nothing under the others."""
    added = list(rows)
    return tuple(
        sum(cell for row in added if isinstance(cell := row[place], int))
        if column.kind in ("money", "count")
        else None
        for place, column in enumerate(columns)
    )


def by_currency(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows whose first value is a currency, by it and without it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for currency, *rest in rows:
        found.setdefault(currency, []).append(tuple(rest))
    return found


def selected(query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query of sums: as many as there are accounts, plans or taxes, not as many as entries."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def days_of(span: Span) -> dict[str, Any]:
    """The parameters of a query that is about the days of a span."""
    return {"from": span.start_on, "until": span.until_on}
