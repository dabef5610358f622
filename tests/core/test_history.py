"""Every vector of tests/core/vectors, and Palier's own rule beside them."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.__main__ import main as conformance
from conformance.families import QUESTIONS, calendar_today, change_today, mistakes, sold_cycle
from conformance.vectors import CARRIED, Vector, read
from palier.core.history import (
    Moment,
    PastChange,
    ProrationRule,
    recomputed_change,
    recomputed_charge,
)
from palier.core.periods import BillingCycle, boundary
from palier.core.proration import PaidPeriod, due

CASES = [
    pytest.param(family, vector, id=f"{family}-{vector['id']}")
    for family, vectors in read(tuple(QUESTIONS), CARRIED).items()
    for vector in vectors
]


@pytest.mark.parametrize(("family", "vector"), CASES)
def test_what_another_system_invoiced_is_recomputed(family: str, vector: Vector) -> None:
    assert mistakes(family, vector) == []


@pytest.mark.parametrize("vector", read(("change",), CARRIED)["change"], ids=lambda vector: vector["id"])
def test_a_change_names_a_new_cycle_only_where_it_restarts(vector: Vector) -> None:
    assert (vector["cycle_rule"] == "restart_today") == ("new_cycle" in vector)


@pytest.mark.parametrize("unit", ["day", "week"])
def test_no_cycle_of_days_or_weeks_is_sold_here(unit: str) -> None:
    with pytest.raises(KeyError):
        sold_cycle({"unit": unit, "count": 1})


def test_every_vector_is_carried() -> None:
    counts = {family: len(vectors) for family, vectors in read(tuple(QUESTIONS), CARRIED).items()}
    assert counts == {"change": 39, "charge": 46, "calendar": 76, "cycles": 69}


def test_those_of_the_rule_that_we_sell_by_go_through_the_code_that_prices_changes() -> None:
    found = read(("change", "calendar"), CARRIED)
    assert sum(bool(change_today(vector)) for vector in found["change"]) >= 2
    assert sum(bool(calendar_today(vector)) for vector in found["calendar"]) >= 50


def test_a_difference_is_said_and_fails_and_so_does_a_folder_without_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIER_VECTORS", str(tmp_path))
    assert conformance() == 2
    vector = read(("charge",), CARRIED)["charge"][0]
    wrong = {**vector, "expected": {"amount_minor": vector["expected"]["amount_minor"] + 1}, "exact": True}
    (tmp_path / "charge.json").write_text(json.dumps([vector, wrong]))
    assert conformance() == 1
    told = capsys.readouterr().out
    assert "1 of 2" in told and f"{vector['id']}: amount_minor is " in told


NOVEMBER = PastChange(3000, 3000, date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("change_day", "sides"), [("new", (1500, 1500)), ("old", (1400, 1400)), ("both", (1400, 1500))]
)
def test_the_day_of_the_change_has_an_owner(change_day: Any, sides: tuple[int, int]) -> None:
    result = recomputed_change(ProrationRule(change_day=change_day), NOVEMBER)
    assert (result.credit, result.charge) == sides


def test_a_nominal_month_caps_what_is_left() -> None:
    july = date(2026, 7, 1), date(2026, 8, 1)
    assert recomputed_charge(ProrationRule(divisor=30), 3000, july, july) == 3000
    assert recomputed_charge(ProrationRule(divisor=30), 3000, july, (date(2026, 7, 17), july[1])) == 1500


def test_a_change_after_the_period_costs_and_returns_nothing() -> None:
    late = PastChange(900, 1800, date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 1))
    result = recomputed_change(ProrationRule(), late)
    assert (result.credit, result.charge, result.net) == (0, 0, 0)


def test_seconds_are_counted_as_they_elapse_across_a_change_of_clocks() -> None:
    midnight, half_past_twelve, next_midnight = (
        datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("America/Toronto"))
        for day, hour, minute in ((1, 0, 0), (1, 12, 30), (2, 0, 0))
    )
    full, half = (midnight, next_midnight), (half_past_twelve, next_midnight)
    assert recomputed_charge(ProrationRule(unit="second"), 5000, full, half) == 2300  # 11.5 of 25 hours


def test_a_rule_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="only days can be shared"):
        ProrationRule(unit="second", change_day="old")
    with pytest.raises(ValueError, match="at least one day"):
        ProrationRule(divisor=0)
    with pytest.raises(ValueError, match="instants with a time zone"):
        day: Moment = date(2026, 11, 1)
        recomputed_charge(ProrationRule(unit="second"), 1, (day, day), (day, day))


@given(
    st.dates(date(2020, 1, 1), date(2032, 1, 1)),
    st.sampled_from(["monthly", "quarterly", "yearly", "months:5"]).map(BillingCycle),
    st.integers(0, 400),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
)
def test_the_default_rule_and_palier_itself_agree(
    start_on: date, cycle: BillingCycle, passed: int, old: int, new: int
) -> None:
    until_on = boundary(start_on, cycle, 1)
    on = date.fromordinal(start_on.toordinal() + passed % ((until_on - start_on).days + 1))
    recomputed = recomputed_change(ProrationRule(), PastChange(old, new, start_on, until_on, on))
    period = PaidPeriod(start_on, until_on, (until_on - start_on).days, old, old)
    assert max(0, recomputed.net) == due(new, [period], on)
    assert recomputed.next_renewal_on == until_on
