"""A report as CSV and as JSON: codes, dates as ISO and amounts with a point, for programs and spreadsheets."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from palier.books.csv_line import line
from palier.books.reports.table import Cell, Column, Report, Table
from palier.books.reports.tax_documents import TaxedDocument
from palier.core.money import Money, plain_text


def as_csv(report: Report) -> Iterator[str]:
    """Line by line, all tables below each other: a heading for each table, its rows, its total."""
    for number, table in enumerate(report.tables):
        if number:
            yield "\r\n"
        yield line(
            (report.code, table.code, table.currency, str(report.span.start_on), str(report.span.until_on))
        )
        yield line([column.code for column in table.columns])
        for row in (*table.rows, *([table.total] if table.total else [])):
            yield line(
                plain(column, cell, table.currency) for column, cell in zip(table.columns, row, strict=True)
            )


def documents_as_csv(documents: Iterable[TaxedDocument]) -> Iterator[str]:
    """One line for each tax of each document."""
    yield line(TaxedDocument._fields)
    for one in documents:
        net, base, amount, total = (
            plain_text(Money(minor, one.currency)) for minor in (one.net, one.base, one.amount, one.total)
        )
        rate = percent(Fraction(one.rate)) if one.rate else ""
        written = one._asdict() | {"net": net, "base": base, "amount": amount, "total": total, "rate": rate}
        yield line(str(cell) for cell in written.values())


def as_json(report: Report) -> dict[str, Any]:
    return {
        "report": report.code,
        "from": str(report.span.start_on),
        "until": str(report.span.until_on),
        "holds": report.holds,
        "tables": [_table_json(table) for table in report.tables],
    }


def _table_json(table: Table) -> dict[str, Any]:
    def written(row: tuple[Cell, ...]) -> dict[str, Any]:
        cells = zip(table.columns, row, strict=True)
        return {column.code: plain(column, cell, table.currency) for column, cell in cells}

    return {
        "table": table.code,
        "currency": table.currency,
        "rows": [written(row) for row in table.rows],
        "total": written(table.total) if table.total else None,
    }


def plain(column: Column, cell: Cell, currency: str) -> str:
    """`18.00`, `3`, `9.975`, a code; empty for nothing."""
    if cell is None:
        return ""
    if column.kind == "money" and isinstance(cell, int):
        return plain_text(Money(cell, currency))
    return percent(Fraction(cell)) if column.kind == "rate" else str(cell)


def percent(rate: Fraction) -> str:
    """399/4000 is `9.975`; a rate is a decimal percentage in every law."""
    exact = rate * 100
    digits = next(n for n in range(12) if (exact * 10**n).denominator == 1 or n == 11)
    whole = str(int(exact * 10**digits)).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
