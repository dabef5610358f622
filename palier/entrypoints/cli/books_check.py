"""`palier books check`: every invariant of the books, and what breaks it."""

import argparse
import json

from rich.progress import track
from rich.table import Table

from palier.books.checks import CHECKS, found_by
from palier.books.checks.found import Violation
from palier.entrypoints.cli.screen import console, errors


def run(arguments: argparse.Namespace) -> int:
    checks = track(CHECKS, "Checking the books", console=errors, transient=True)
    found = [violation for check in checks for violation in found_by(check)]
    if arguments.json:
        print(json.dumps(_json(found), ensure_ascii=False, indent=2))  # noqa: T201
    elif found:
        console.print(_table(found))
    else:
        console.print(f"[bold green]The books are right.[/] {len(CHECKS)} invariants hold.")
    return 1 if found else 0


def _json(found: list[Violation]) -> dict[str, object]:
    """`invariants` has the sentence of each; `violations` names every row that breaks one."""
    return {
        "invariants": {check.__name__: _sentence(check.__doc__) for check in CHECKS},
        "violations": [
            {
                "invariant": violation.check,
                "customer": str(violation.customer_id) if violation.customer_id else None,
                "subject": violation.subject,
                "detail": violation.detail,
            }
            for violation in found
        ],
    }


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def _table(found: list[Violation]) -> Table:
    table = Table(
        "Invariant", "Customer", "What", "Found", title=f"{len(found)} things are wrong with the books"
    )
    for violation in found:
        customer = str(violation.customer_id or "")
        table.add_row(violation.check.replace("_", " "), customer, violation.subject, violation.detail)
    return table
