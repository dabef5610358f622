"""`palier books report`: what the staff desk shows, on the terminal, as CSV or as JSON."""

import argparse
import json
import sys

from rich.table import Table as Screen

from palier.books.reports import REPORTS
from palier.books.reports.days import named_days
from palier.books.reports.files import as_csv, as_json, documents_as_csv, plain
from palier.books.reports.table import Report, Table
from palier.books.reports.tax_documents import tax_documents
from palier.core.periods import Span, billing_date
from palier.entrypoints.cli.screen import console, errors
from palier.events import clock
from palier.people.queries import NoProvider, provider
from palier.words.reports import COLUMNS, TABLES, cell_words
from palier.words.reports import REPORTS as TITLES


def run(arguments: argparse.Namespace) -> int:
    try:
        zone = provider().zone
    except NoProvider as error:
        errors.print(f"[red]{error}[/]")
        return 1
    span = _span(arguments, named_days(arguments.days, billing_date(clock.now(), zone)))
    if span is None:
        errors.print("[red]The days end before they begin.[/] --until is the first day left out.")
        return 2
    if arguments.documents:
        sys.stdout.writelines(documents_as_csv(tax_documents(span)))
        return 0
    report = REPORTS[arguments.report](span, zone)
    if arguments.csv:
        sys.stdout.writelines(as_csv(report))
    elif arguments.json:
        print(json.dumps(as_json(report), indent=2))  # noqa: T201
    else:
        _show(report)
    return 0 if report.holds else 1


def _span(arguments: argparse.Namespace, named: Span) -> Span | None:
    """The days typed, each end of them the named days' where it is left out."""
    start_on = arguments.from_on or named.start_on
    until_on = arguments.until_on or named.until_on
    return Span(start_on, until_on) if start_on < until_on else None


def _show(report: Report) -> None:
    console.print(
        f"[bold]{TITLES[report.code]}[/], {report.span.start_on} to {report.span.until_on} (left out)"
    )
    if not report.tables:
        console.print("Nothing happened on these days.")
    for table in report.tables:
        console.print(_screen(table))
        if table.proof is not None and not table.proof.holds:
            errors.print(
                f"[red]Does not agree with {table.proof.code}:[/] {table.proof.table}, {table.proof.other}"
            )


def _screen(table: Table) -> Screen:
    screen = Screen(title=f"{TABLES[table.code]}, {table.currency}", title_justify="left")
    for column in table.columns:
        screen.add_column(str(COLUMNS[column.code]), justify="left" if column.kind == "text" else "right")
    rows = [*table.rows, *([table.total] if table.total else [])]
    for number, row in enumerate(rows):
        cells = [
            cell_words(column.code, cell) if isinstance(cell, str) else plain(column, cell, table.currency)
            for column, cell in zip(table.columns, row, strict=True)
        ]
        is_total = bool(table.total) and number == len(rows) - 1
        screen.add_row(*cells, style="bold" if is_total else None)
    return screen
