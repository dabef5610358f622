"""Every vector of tests/core/vectors, and Palier's own rule beside them."""

import json
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.history import (
    CalendarCycle,
    Moment,
    PastChange,
    ProrationRule,
    cycles_billed,
    past_boundary,
    past_period_containing,
    recomputed_change,
    recomputed_charge,
)
from palier.core.periods import BillingCycle, boundary, boundary_after, period_containing
from palier.core.proration import PaidPeriod, due

Vector = dict[str, Any]
VECTORS = Path(__file__).parent / "vectors"


def vectors(name: str) -> Any:
    cases = json.loads((VECTORS / f"{name}.json").read_text())
    return pytest.mark.parametrize("vector", [pytest.param(case, id=case["id"]) for case in cases])


def rule_of(vector: Vector) -> ProrationRule:
    written = dict(vector["rule"])
    if written["divisor"] != "actual":
        written["divisor"] = written["divisor"]["nominal_days"]
    return ProrationRule(**written)


def moment(text: str | None) -> Any:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def cycle_of(written: Vector | None) -> CalendarCycle | None:
    return CalendarCycle(written["unit"], written["count"]) if written else None


def expected(vector: Vector, key: str) -> Any:
    """What the rule gives: where the published number is something else, the vector says so."""
    return vector["expected"][key] if vector["exact"] else vector["exact_minor"]


@vectors("change")
def test_a_change_made_elsewhere_is_recomputed(vector: Vector) -> None:
    change = PastChange(
        old_price=vector["old_price_minor"] * vector["quantity_old"],
        new_price=vector["new_price_minor"] * vector["quantity_new"],
        start=moment(vector["period_start"]),
        until=moment(vector["period_end"]),
        change_at=moment(vector["change_at"]),
        restarts=cycle_of(vector.get("new_cycle")),
        billed=vector.get("held_minor"),
        billed_from=moment(vector.get("held_start")),
    )
    assert (vector["cycle_rule"] == "restart_today") == (change.restarts is not None)
    result = recomputed_change(rule_of(vector), change)
    got = {"credit_minor": result.credit, "charge_minor": result.charge, "net_minor": result.net}
    for key in vector["expected"]:
        if key == "next_renewal":
            assert result.next_renewal_on == date.fromisoformat(vector["expected"][key])
        else:
            assert got[key] == expected(vector, key), key


@vectors("charge")
def test_a_charge_made_elsewhere_is_recomputed(vector: Vector) -> None:
    full = moment(vector["full_period_start"]), moment(vector["full_period_end"])
    service = moment(vector["service_start"]), moment(vector["service_end"])
    amount = recomputed_charge(rule_of(vector), vector["price_minor"], full, service)
    assert amount == expected(vector, "amount_minor")


@vectors("calendar")
def test_the_dates_of_other_systems_are_found(vector: Vector) -> None:
    anchor_on, cycle = date.fromisoformat(vector["anchor"]), cycle_of(vector["cycle"])
    assert cycle is not None
    [(question, asked)] = vector["ask"].items()
    if question == "nth_boundary":
        found = {"date": past_boundary(anchor_on, cycle, asked)}
    else:
        period = past_period_containing(anchor_on, cycle, date.fromisoformat(asked))
        found = {"date": period.until_on, "period_start": period.start_on, "period_end": period.until_on}
    for key, written in vector["expected"].items():
        assert found[key] == date.fromisoformat(written), key


def cycle_in_months(vector: Vector) -> BillingCycle:
    return BillingCycle(
        f"months:{vector['cycle']['count'] * {'month': 1, 'year': 12}[vector['cycle']['unit']]}"
    )


@vectors("calendar")
def test_our_own_periods_give_the_same_dates(vector: Vector) -> None:
    if vector["cycle"]["unit"] in ("day", "week"):
        with pytest.raises(KeyError):
            cycle_in_months(vector)  # no such cycle is sold here: only history.py knows them
        return
    anchor_on, cycle, wanted = (
        date.fromisoformat(vector["anchor"]),
        cycle_in_months(vector),
        vector["expected"],
    )
    [(question, asked)] = vector["ask"].items()
    if question == "nth_boundary":
        assert boundary(anchor_on, cycle, asked).isoformat() == wanted["date"]
    elif question == "boundary_after":
        assert boundary_after(anchor_on, cycle, date.fromisoformat(asked)).isoformat() == wanted["date"]
    else:
        period = period_containing(anchor_on, cycle, date.fromisoformat(asked))
        got = {"period_start": period.start_on.isoformat(), "period_end": period.until_on.isoformat()}
        assert {key: got[key] for key in wanted} == wanted


@vectors("cycles")
def test_the_cycles_billed_elsewhere_are_counted(vector: Vector) -> None:
    start_on, until_on = moment(vector["service_start"]), moment(vector["service_end"])
    months = cycle_in_months(vector).months
    billed = cycles_billed(months, vector["anchor_day"], start_on, until_on, moment(vector["target_date"]))
    assert billed == Fraction(vector["expected"]["cycles"])


def test_every_vector_is_carried() -> None:
    counts = {path.stem: len(json.loads(path.read_text())) for path in VECTORS.glob("*.json")}
    assert counts == {"change": 39, "charge": 46, "calendar": 76, "cycles": 69}


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
