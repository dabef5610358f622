"""`make conformance`: a line for each system, a column for each family, and every difference."""

import sys
from collections import Counter

from rich.console import Console
from rich.table import Table

from conformance.families import QUESTIONS, mistakes
from conformance.vectors import NoVectors, folder, read

console = Console(highlight=False)


def main() -> int:
    """0 when the product agrees with every vector, 1 when it does not, 2 when there is none."""
    try:
        families = read(tuple(QUESTIONS))
    except NoVectors as error:
        console.print(f"[bold red]No vectors.[/] {error}")
        return 2
    cases, wrong, said = Counter[tuple[str, str]](), Counter[tuple[str, str]](), list[str]()
    for family, vectors in families.items():
        for vector in vectors:
            found = mistakes(family, vector)
            cases[vector["system"], family] += 1
            wrong[vector["system"], family] += bool(found)
            said += found
    console.print(_table(list(families), cases, wrong))
    for line in said:
        console.print(f"[red]{line}[/]")
    total = cases.total()
    console.print(f"\n{total - wrong.total()} of {total} agree ({folder()}).", soft_wrap=True)
    return 1 if said else 0


def _table(families: list[str], cases: Counter[tuple[str, str]], wrong: Counter[tuple[str, str]]) -> Table:
    table = Table("System", title="What other systems invoiced, recomputed to the cent")
    for family in families:
        table.add_column(family, justify="right")
    for system in sorted({system for system, _family in cases}):
        table.add_row(system, *(_cell(cases[system, family], wrong[system, family]) for family in families))
    return table


def _cell(cases: int, wrong: int) -> str:
    if not cases:
        return ""
    return f"[red]{cases - wrong} of {cases}[/]" if wrong else str(cases)


if __name__ == "__main__":
    sys.exit(main())
