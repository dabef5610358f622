"""`palier books check`: every invariant of the books, and what breaks it."""

import argparse

from rich.progress import track
from rich.table import Table

from palier.books import CHECKS, Violation
from palier.entrypoints.cli.screen import console


def run(arguments: argparse.Namespace) -> int:
    found = [
        Violation(check.__name__, *row)
        for check in track(CHECKS, "Checking the books", console=console, transient=True)
        for row in check()
    ]
    if not found:
        console.print(f"[bold green]The books are right.[/] {len(CHECKS)} invariants hold.")
        return 0
    table = Table("Invariant", "What", "Found", title=f"{len(found)} things are wrong with the books")
    for violation in found:
        table.add_row(violation.check.replace("_", " "), violation.subject, violation.detail)
    console.print(table)
    return 1
