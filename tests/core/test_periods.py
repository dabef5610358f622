from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.periods import (
    BillingCycle,
    NotRecurring,
    Span,
    UnknownCycle,
    billing_date,
    boundary,
    boundary_after,
    cycle_days,
    days_left,
    period_containing,
    stub,
)

MONTHLY, QUARTERLY, YEARLY = (BillingCycle(code) for code in ("monthly", "quarterly", "yearly"))

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
cycles = st.sampled_from(
    ["monthly", "quarterly", "semiannual", "yearly", "biennial", "triennial", "months:5", "months:18"]
).map(BillingCycle)


@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("monthly", 1),
        ("quarterly", 3),
        ("semiannual", 6),
        ("yearly", 12),
        ("biennial", 24),
        ("triennial", 36),
        ("months:5", 5),
    ],
)
def test_a_cycle_is_a_number_of_months(code: str, months: int) -> None:
    assert BillingCycle(code).months == months
    assert BillingCycle(code).is_recurring


@pytest.mark.parametrize("code", ["one_time", "free"])
def test_one_time_and_free_do_not_recur(code: str) -> None:
    cycle = BillingCycle(code)
    assert (cycle.is_recurring, cycle.months) == (False, 0)
    with pytest.raises(NotRecurring):
        boundary(date(2026, 11, 14), cycle, 1)
    with pytest.raises(NotRecurring):
        period_containing(date(2026, 11, 14), cycle, date(2026, 11, 14))


def test_twelve_months_are_a_year_however_they_are_written() -> None:
    assert BillingCycle("months:12") == YEARLY
    assert BillingCycle("months:012").code == "yearly"
    assert BillingCycle.parse(" Monthly ") == MONTHLY


@pytest.mark.parametrize("code", ["", "weekly", "months:0", "months:", "months:-1", "months:1.5", "Monthly"])
def test_what_is_not_a_cycle_is_refused_with_those_that_are(code: str) -> None:
    with pytest.raises(UnknownCycle, match="is not a billing cycle; one of monthly, quarterly"):
        BillingCycle(code)


def test_a_month_end_is_counted_from_the_anchor_and_never_from_a_clamped_date() -> None:
    assert [boundary(date(2026, 1, 31), MONTHLY, n) for n in range(5)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_29_february_yearly_is_28_in_common_years_and_29_in_leap_years() -> None:
    assert [boundary(date(2024, 2, 29), YEARLY, n) for n in range(5)] == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_boundaries_go_back_before_the_anchor_too() -> None:
    assert boundary(date(2026, 3, 31), MONTHLY, -1) == date(2026, 2, 28)
    assert boundary_after(date(2026, 3, 31), MONTHLY, date(2026, 2, 1)) == date(2026, 2, 28)


def test_the_day_of_a_boundary_is_in_the_period_it_begins() -> None:
    anchor_on = date(2026, 11, 14)
    assert period_containing(anchor_on, MONTHLY, date(2026, 12, 14)) == Span(
        date(2026, 12, 14), date(2027, 1, 14)
    )
    assert boundary_after(anchor_on, MONTHLY, date(2026, 12, 14)) == date(2027, 1, 14)
    assert boundary_after(anchor_on, MONTHLY, date(2026, 12, 13)) == date(2026, 12, 14)


@given(days, cycles, days)
def test_every_day_is_in_exactly_one_period_and_periods_follow_each_other(
    anchor_on: date, cycle: BillingCycle, on: date
) -> None:
    period = period_containing(anchor_on, cycle, on)
    assert on in period
    assert period_containing(anchor_on, cycle, period.until_on).start_on == period.until_on
    assert boundary_after(anchor_on, cycle, on) == period.until_on > on


@given(days, cycles, st.integers(-30, 30))
def test_a_boundary_keeps_the_anchors_day_unless_the_month_lacks_it(
    anchor_on: date, cycle: BillingCycle, n: int
) -> None:
    there = boundary(anchor_on, cycle, n)
    months = (there.year - anchor_on.year) * 12 + there.month - anchor_on.month
    assert months == n * cycle.months
    tomorrow = date.fromordinal(there.toordinal() + 1)
    assert there.day == anchor_on.day or (there.day < anchor_on.day and tomorrow.day == 1)


@given(days, cycles, days)
def test_a_stub_is_the_end_of_a_full_cycle(anchor_on: date, cycle: BillingCycle, start_on: date) -> None:
    begun = stub(anchor_on, cycle, start_on)
    assert 1 <= begun.days <= cycle_days(anchor_on, cycle, start_on)
    assert (begun.days == cycle_days(anchor_on, cycle, start_on)) == (
        period_containing(anchor_on, cycle, start_on).start_on == start_on
    )


def test_a_stub_costs_days_of_the_cycle_it_is_cut_from() -> None:
    assert stub(date(2026, 12, 1), MONTHLY, date(2026, 11, 23)) == Span(date(2026, 11, 23), date(2026, 12, 1))
    assert cycle_days(date(2026, 12, 1), MONTHLY, date(2026, 11, 23)) == 30
    assert cycle_days(date(2024, 3, 1), QUARTERLY, date(2024, 2, 29)) == 91


def test_days_left_count_the_day_itself() -> None:
    period = Span(date(2026, 11, 14), date(2026, 12, 14))
    asked = [
        date(2026, 11, 1),
        *(date(2026, m, d) for m, d in ((11, 14), (11, 23), (12, 13), (12, 14), (12, 15))),
    ]
    assert [days_left(period, on) for on in asked] == [30, 30, 21, 1, 0, 0]


def test_a_span_may_be_empty_but_not_backwards() -> None:
    empty = Span(date(2026, 11, 14), date(2026, 11, 14))
    assert (empty.days, date(2026, 11, 14) in empty) == (0, False)
    with pytest.raises(ValueError, match="before it starts"):
        Span(date(2026, 11, 14), date(2026, 11, 13))


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 23, 4, 0, tzinfo=UTC), date(2026, 7, 23)),
    ],
)
def test_an_instant_becomes_a_date_in_the_providers_zone(at: datetime, on: date) -> None:
    assert billing_date(at, "America/Toronto") == on
    assert billing_date(at, ZoneInfo("America/Toronto")) == on


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        billing_date(datetime(2026, 11, 23, 12, 0), "America/Toronto")
