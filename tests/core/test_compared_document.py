"""docs/explanation/compared.md says what other systems' rules give: every table of numbers is worked out again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from palier.core.history import CalendarCycle, PastChange, ProrationRule, RecomputedChange, recomputed_change
from palier.core.money import Money, parse, plain_text
from palier.core.proration import PaidPeriod, carried, due, held_after, restart_due

DOCUMENT = (Path(__file__).parents[2] / "docs/explanation/compared.md").read_text()
SYSTEMS = {
    "Stripe": ProrationRule(unit="second", sides="each"),
    "Kill Bill": ProrationRule(sides="each", share_scale=9),
    "Lago": ProrationRule(sides="each", rounding="half_away"),
}
PRICES = {"A": 900, "B": 1800, "C": 3000}
FROM, UNTIL = datetime(2026, 11, 14, tzinfo=UTC), datetime(2026, 12, 14, tzinfo=UTC)

Row = dict[str, str]


def table(begins: str) -> list[Row]:
    """The rows of the table whose header begins so; those without a move are left out by the caller."""
    lines = DOCUMENT.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(begins))
    names = cells(lines[at])
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(names, cells(line), strict=True)))
    assert rows
    return rows


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def minor(text: str) -> int:
    return parse(text, "CAD").minor


def elsewhere(system: str, old: int, new: int, at: datetime, **more: CalendarCycle) -> RecomputedChange:
    return recomputed_change(SYSTEMS[system], PastChange(old, new, FROM, UNTIL, at, **more))


def november(held: int) -> PaidPeriod:
    return PaidPeriod(FROM.date(), UNTIL.date(), 30, held, held)


def test_four_changes_in_a_month() -> None:
    *rows, in_all = table("| Moment")
    periods: tuple[PaidPeriod, ...] = (november(PRICES["A"]),)
    sums = dict.fromkeys(("Palier", *SYSTEMS), 0)
    for row in rows:
        at = datetime.strptime(row["Moment (UTC)"], "%d %b %Y %H:%M").replace(tzinfo=UTC)
        old, new = (PRICES[plan] for plan in row["Move"].removesuffix(", now").split(" to "))
        found = {system: elsewhere(system, old, new, at).net for system in SYSTEMS}
        found["Palier"] = due(new, periods, at.date())
        periods = held_after(periods, new, at.date())
        for system, amount in found.items():
            assert row[system] == plain_text(Money(amount, "CAD")), (row["Move"], system)
            sums[system] += amount
    assert {system: minor(in_all[system]) for system in sums} == sums


def test_the_hour_of_the_click() -> None:
    for row in table("| Click at"):
        at = datetime.strptime(f"2026-11-23 {row['Click at (UTC)']}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        assert minor(row["Stripe"]) == elsewhere("Stripe", 900, 1800, at).net
        assert minor(row["Palier"]) == due(1800, [november(900)], at.date())


def test_one_rounding_or_two() -> None:
    start, until, on = (datetime(2028, *day, tzinfo=UTC) for day in ((2, 1), (3, 1), (2, 8)))
    given_back, charged, difference = table("| | Palier | Stripe")
    for system, rule in SYSTEMS.items():
        found = recomputed_change(rule, PastChange(10000, 30000, start, until, on))
        assert [minor(row[system]) for row in (given_back, charged, difference)] == [
            found.credit, found.charge, found.net,
        ]  # fmt: skip
    period = PaidPeriod(start.date(), until.date(), 29, 10000, 10000)
    assert minor(difference["Palier"]) == due(30000, [period], on.date())


def test_to_a_longer_cycle() -> None:
    [row] = [row for row in _last_table() if row[""] == "due"]
    on, year = date(2026, 11, 23), CalendarCycle("year", 1)
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    for system in SYSTEMS:
        assert minor(row[system]) == elsewhere(system, 900, 18000, midnight, restarts=year).net
    assert minor(row["Palier"]) == restart_due(18000, carried([november(900)], on, 900))


def _last_table() -> list[Row]:
    after = DOCUMENT.split("## To a longer cycle")[1]
    lines = [line for line in after.splitlines() if line.startswith("|")]
    names = cells(lines[0])
    return [dict(zip(names, cells(line), strict=True)) for line in lines[2:]]


WORDS: dict[str, Callable[[ProrationRule], str]] = {
    "Counts": lambda rule: (
        ("seconds" if rule.unit == "second" else "days")
        + (", the share to nine decimals" if rule.share_scale == 9 else "")
    ),
    "Rounds": lambda rule: "credit and charge apart" if rule.sides == "each" else "the difference, once",
}


@pytest.mark.parametrize("column", WORDS)
def test_the_rules_are_those_that_are_written(column: str) -> None:
    rules = {"Palier": ProrationRule(), **SYSTEMS}
    for row in table("| System"):
        assert row[column] == WORDS[column](rules[row["System"]])
