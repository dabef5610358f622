"""A report, as staff read it: names for codes, amounts as their language writes them."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.books.models import DailyCheck
from palier.books.reports.table import Cell, Column, Proof, Report, Table
from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.days_asked import Asked
from palier.entrypoints.staff_desk.pages.report import (
    BooksChecked,
    Choice,
    Heading,
    ReportPage,
    ReportTable,
    Shown,
)
from palier.words.amounts import amount, number, rate
from palier.words.reports import ABOUT, COLUMNS, DAYS, PROOFS, REPORTS, TABLES, cell_words

#: The names of reports in addresses.
SLUGS = {"trial-balance": "balance", "revenue": "revenus", "taxes": "taxes", "recurring": "recurrents"}


def report_page(desk: Desk, report: Report, asked: Asked) -> ReportPage:
    query = urlencode(asked.query)
    return ReportPage(
        code=report.code,
        title=str(REPORTS[report.code]),
        about=str(ABOUT[report.code]),
        url=address(report.code),
        start_on=asked.span.start_on,
        until_on=asked.span.until_on,
        last_on=asked.span.until_on - timedelta(1),
        csv_url=f"{reverse('staff_desk:report_csv', args=[SLUGS[report.code]])}?{query}",
        documents_url=f"{reverse('staff_desk:tax_documents')}?{query}" if report.code == "taxes" else "",
        reports=tuple(Choice(code, str(REPORTS[code]), f"{address(code)}?{query}") for code in SLUGS),
        choices=tuple(
            Choice(code, str(name), f"{address(report.code)}?days={code}") for code, name in DAYS.items()
        ),
        days=asked.days,
        error=asked.error,
        tables=tuple(_table(desk, table) for table in report.tables),
        checked=_checked(),
        crumbs=(Crumb(_("Reports"), reverse("staff_desk:reports")), Crumb(str(REPORTS[report.code]))),
    )


def address(code: str) -> str:
    return reverse("staff_desk:report", args=[SLUGS[code]])


def _checked() -> BooksChecked | None:
    last = DailyCheck.objects.order_by("-on").first()
    return None if last is None else BooksChecked(last.on, last.invariants, last.rows)


def _table(desk: Desk, table: Table) -> ReportTable:
    return ReportTable(
        title=str(TABLES[table.code]),
        currency=table.currency,
        headings=tuple(Heading(str(COLUMNS[column.code]), column.kind != "text") for column in table.columns),
        rows=tuple(_row(desk, table, row) for row in table.rows),
        total=_total(desk, table),
        proof=_proof(table.proof, table.currency, desk.language) if table.proof else "",
        holds=table.proof is None or table.proof.holds,
    )


def _row(desk: Desk, table: Table, row: tuple[Cell, ...]) -> tuple[Shown, ...]:
    cells = zip(table.columns, row, strict=True)
    return tuple(
        replace(_cell(desk, column, cell, table.currency), label=str(COLUMNS[column.code]))
        for column, cell in cells
    )


def _total(desk: Desk, table: Table) -> tuple[Shown, ...]:
    """A total that has no name of its own is called one."""
    if not table.total:
        return ()
    first, *rest = _row(desk, table, table.total)
    return (first if first.text else Shown(_("Total")), *rest)


def _cell(desk: Desk, column: Column, cell: Cell, currency: str) -> Shown:
    if cell is None:
        return Shown("", column.kind != "text")
    if column.kind == "money":
        return Shown(amount(Money(int(cell), currency), desk.language), True)
    if column.kind == "rate":
        return Shown(rate(Fraction(cell), desk.language), True)
    if column.kind == "count":
        return Shown(number(int(cell), desk.language), True)
    return Shown(_name(desk, column.code, str(cell)))


def _name(desk: Desk, column: str, code: str) -> str:
    """The catalogue's name of a product or plan, and of a tax; the words of anything else."""
    catalog = desk.names.catalog
    if column == "product" and code in catalog.products:
        return desk.names.of(catalog.products[code].names)
    if column in ("plan", "from_plan", "to_plan") and code in catalog.plans:
        return desk.names.plan(code)
    if column == "tax" and code in catalog.tax_names:
        return desk.names.of(catalog.tax_names[code])
    return cell_words(column, code)


def _proof(proof: Proof, currency: str, language: str) -> str:
    if proof.holds:
        return str(PROOFS[proof.code])
    found = {
        "table": amount(Money(proof.table, currency), language),
        "other": amount(Money(proof.other, currency), language),
    }
    return _("The table makes %(table)s, what it must agree with makes %(other)s.") % found
