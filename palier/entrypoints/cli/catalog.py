"""`palier catalog apply FILE`: make the catalogue what a file says, and tell what changed."""

import argparse

from rich.markup import escape
from rich.table import Table

from palier.catalog.applied import Applied
from palier.catalog.file.document import Document
from palier.catalog.file.problems import InvalidCatalogue, Problem
from palier.entrypoints.cli.screen import console, errors
from palier.events.clock import now
from palier.provisioning.apply_catalogue import apply_document, read_catalogue
from palier.provisioning.ask_panels import verdict_of_panels

NAMES_SHOWN = 3


def run(arguments: argparse.Namespace) -> int:
    try:
        document = read_catalogue(arguments.file)
        _hear_the_panels(document)
        applied = apply_document(document, now())
    except InvalidCatalogue as error:
        for problem in error.problems:
            errors.print(_line(problem), soft_wrap=True)
        errors.print(f"[bold red]Nothing was applied.[/] Problems to correct: {len(error.problems)}.")
        return 1
    file = escape(str(arguments.file))
    if applied.is_nothing:
        console.print(f"The catalogue already says what {file} says: nothing to change.", soft_wrap=True)
    else:
        console.print(_table(applied))
        console.print(f"\n[green]Applied[/] {file}: this is version {applied.version}.", soft_wrap=True)
    return 0


def _hear_the_panels(document: Document) -> None:
    """Raises `InvalidCatalogue` with the plans that a panel does not know: nobody shall buy those. One that cannot be
    asked now is told, and stops nothing."""
    verdict = verdict_of_panels(document)
    if verdict.problems:
        raise InvalidCatalogue(verdict.problems)
    for code, look in verdict.unasked:
        errors.print(f"[bold yellow]Not compared:[/] {escape(code)} could not be asked for its plans now.")
        errors.print(f"  {escape(look.detail)}", soft_wrap=True)
        errors.print(
            f"  What is sold there is taken as written; [bold]palier server plans {escape(code)}[/] compares it later.",
            soft_wrap=True,
        )


def _line(problem: Problem) -> str:
    where = escape(f"{problem.file}:{problem.line}:")
    path = f" [cyan]{escape(problem.path)}[/]:" if problem.path else ""
    return f"[bold]{where}[/]{path} {escape(problem.sentence)}"


def _table(applied: Applied) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("what")
    for heading in ("added", "changed", "retired", "unchanged"):
        table.add_column(heading, justify="right")
    table.add_column("which", overflow="fold")
    for kind, counts in applied.kinds.items():
        numbers = (
            len(counts.added),
            len(counts.changed),
            len(counts.retired),
            counts.unchanged + counts.moved,
        )
        which = _some([*counts.changed, *counts.retired, *counts.added])
        table.add_row(kind, *(str(number or "") for number in numbers), escape(which))
    return table


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown}, …" if len(names) > NAMES_SHOWN else shown
