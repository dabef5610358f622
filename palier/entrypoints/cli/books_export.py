"""`palier books export`: the journal, for beancount or as CSV, to standard output or a file."""

import argparse
import sys
from collections.abc import Iterator

from palier.books.export.as_beancount import beancount_journal
from palier.books.export.as_csv import csv_journal
from palier.books.export.journal import journal
from palier.entrypoints.cli.screen import errors
from palier.people.queries import NoProvider, provider


def run(arguments: argparse.Namespace) -> int:
    try:
        lines = _lines(arguments)
    except NoProvider as error:
        errors.print(f"[red]{error}[/]")
        return 1
    if arguments.output is None:
        sys.stdout.writelines(lines)
        return 0
    with arguments.output.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return 0


def _lines(arguments: argparse.Namespace) -> Iterator[str]:
    entries = journal(arguments.from_on, arguments.until_on)
    if arguments.format == "csv":
        return csv_journal(entries, names=arguments.names)
    host = provider()
    return beancount_journal(entries, title=host.name, currency=host.currency, names=arguments.names)
