"""Recurring revenue: what the living subscriptions bring a month, and what moved it.

Nothing keeps this figure: it is derived, for any day, from when each subscription started and ended and from the
changes done to it, each with the price before and after. So opening and movements make closing by construction; each
total is exact and rounded once, and what is shown of a movement is the difference of two such totals.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

from palier.books.reports.movements import Movement, levels_on, movements_in
from palier.books.reports.table import Cell, Column, Proof, Report, Table, summed
from palier.core.money import round_half_up
from palier.core.periods import Span

COLUMNS = (
    Column("movement", "text"),
    Column("subscriptions", "count"),
    Column("changes", "count"),
    Column("amount"),
)
PLAN_COLUMNS = (
    Column("from_plan", "text"),
    Column("to_plan", "text"),
    Column("changes", "count"),
    Column("amount"),
)
#: In the order in which they are added. A price moves without a change of plan when something else set it.
KINDS = ("new", "returned", "up", "down", "price", "ended")
_COUNTED = {"new": 1, "returned": 1, "ended": -1}


@dataclass
class Moved:
    """What happened in one currency, exactly."""

    opening: Fraction = Fraction(0)
    closing: Fraction = Fraction(0)
    living: int = 0
    left: int = 0
    by_kind: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_plans: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    plan_numbers: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


def recurring(span: Span, zone: ZoneInfo) -> Report:
    """Opening is the morning of the first day, closing the morning after the last. Suspended subscriptions count."""
    tables: list[Table] = []
    for currency, moved in sorted(moved_in(span, zone).items()):
        tables.append(_table(currency, moved))
        if moved.by_plans:
            tables.append(_plans(currency, moved))
    return Report("recurring", span, tuple(tables))


def moved_in(span: Span, zone: ZoneInfo) -> dict[str, Moved]:
    """By currency; one statement each for both ends and for what lies between."""
    found: dict[str, Moved] = defaultdict(Moved)
    for level in levels_on(span.start_on, zone):
        found[level.currency].opening += level.monthly
        found[level.currency].living += level.number
    for level in levels_on(span.until_on, zone):
        found[level.currency].closing += level.monthly
        found[level.currency].left += level.number
    for movement in movements_in(span, zone):
        _add(found[movement.currency], movement)
    return dict(found)


def _add(moved: Moved, movement: Movement) -> None:
    moved.by_kind[movement.kind] += movement.monthly
    moved.numbers[movement.kind] += movement.number
    if movement.kind in ("up", "down"):
        moved.by_plans[movement.plans] += movement.monthly
        moved.plan_numbers[movement.plans] += movement.number


def _table(currency: str, moved: Moved) -> Table:
    rows: list[tuple[Cell, ...]] = [("opening", moved.living, None, round_half_up(moved.opening))]
    exact = moved.opening
    for kind in KINDS:
        before, exact = exact, exact + moved.by_kind[kind]
        number = moved.numbers[kind]
        if number or exact != before:
            counted = kind in _COUNTED
            rows.append(
                (
                    kind,
                    number * _COUNTED[kind] if counted else None,
                    None if counted else number,
                    round_half_up(exact) - round_half_up(before),
                )
            )
    total = ("closing", *summed(COLUMNS, rows)[1:])
    proof = Proof("closing_level", round_half_up(exact), round_half_up(moved.closing))
    return Table("recurring", currency, COLUMNS, tuple(rows), total, proof)


def _plans(currency: str, moved: Moved) -> Table:
    """Which way people went. Rounded so that the rows add up to the total."""
    exact, rows = Fraction(0), []
    for plans, amount in sorted(moved.by_plans.items()):
        before, exact = exact, exact + amount
        rows.append((*plans, moved.plan_numbers[plans], round_half_up(exact) - round_half_up(before)))
    return Table("changes", currency, PLAN_COLUMNS, tuple(rows), summed(PLAN_COLUMNS, rows))
