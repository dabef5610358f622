"""`palier catalog apply FILE`: make the catalogue what a file says, and tell what changed."""

import argparse

from rich.markup import escape
from rich.table import Table

from palier.catalog.applied import Applied
from palier.catalog.file.problems import InvalidCatalogue, Problem
from palier.entrypoints.cli.screen import console, errors
from palier.events.clock import now
from palier.provisioning.apply_catalogue import apply_catalogue

NAMES_SHOWN = 4


def run(arguments: argparse.Namespace) -> int:
    try:
        applied = apply_catalogue(arguments.file, now())
    except InvalidCatalogue as error:
        for problem in error.problems:
            errors.print(_line(problem), soft_wrap=True)
        errors.print(f"[bold red]Nothing was applied.[/] Problems to correct: {len(error.problems)}.")
        return 1
    if applied.is_nothing:
        console.print(
            f"The catalogue already says what {escape(str(arguments.file))} says: nothing to change."
        )
    else:
        console.print(_table(applied))
        console.print(f"[green]Applied[/] {escape(str(arguments.file))}: this is version {applied.version}.")
    return 0


def _line(problem: Problem) -> str:
    where = escape(f"{problem.file}:{problem.line}:")
    path = f" [cyan]{escape(problem.path)}[/]:" if problem.path else ""
    return f"[bold]{where}[/]{path} {escape(problem.sentence)}"


def _table(applied: Applied) -> Table:
    table = Table("", "Added", "Changed", "Retired", "Unchanged", "")
    for kind, counts in applied.kinds.items():
        table.add_row(
            kind,
            str(len(counts.added)),
            str(len(counts.changed)),
            str(len(counts.retired)),
            str(counts.unchanged + counts.moved),
            escape(_some([*counts.changed, *counts.added, *counts.retired])),
        )
    for column in table.columns[1:5]:
        column.justify = "right"
    return table


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown}, …" if len(names) > NAMES_SHOWN else shown
