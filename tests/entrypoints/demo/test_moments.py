"""The story's dates, on every day of the calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from palier.core.hours import MONDAY_TO_FRIDAY, WorkingHours
from palier.core.periods import BillingCycle, boundary
from palier.core.proration import PaidPeriod, due
from palier.entrypoints.demo.world.moments import Moments, first_start, founding_start

MONTHLY = BillingCycle("monthly")
EVERY_DAY = [date(2026, 11, 1) + timedelta(days) for days in range(800)]


def due_to_b(today: date) -> int:
    """What Forfait A to B costs today, before taxes."""
    start_on = founding_start(today)
    until_on = boundary(start_on, MONTHLY, 1)
    period = PaidPeriod(start_on, until_on, (until_on - start_on).days, 900, 900)
    return due(1800, [period], today)


def test_the_founding_day_is_the_founding_example():
    assert founding_start(date(2026, 11, 23)) == date(2026, 11, 14)
    assert due_to_b(date(2026, 11, 23)) == 630


def test_a_period_of_30_days_always_shows_the_founding_difference():
    of_30_days = [
        today
        for today in EVERY_DAY
        if (boundary(today - timedelta(9), MONTHLY, 1) - (today - timedelta(9))).days == 30
    ]
    assert len(of_30_days) > 250
    assert {due_to_b(today) for today in of_30_days} == {630}


def test_on_any_other_day_it_is_as_near_as_whole_days_allow():
    assert max(abs(due_to_b(today) - 630) for today in EVERY_DAY) <= 20


@pytest.mark.parametrize("months", [1, 2, 3])
def test_a_subscription_that_began_months_before_has_the_period_it_should(months):
    for period_on in EVERY_DAY:
        began_on = first_start(period_on, months)
        elapsed = (period_on.year - began_on.year) * 12 + period_on.month - began_on.month
        assert elapsed <= months
        assert boundary(began_on, MONTHLY, elapsed) == period_on
        assert boundary(began_on, MONTHLY, elapsed + 1) == boundary(period_on, MONTHLY, 1)


HOURS = WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(9), time(17), frozenset({date(2026, 11, 20)}))


def test_working_days_are_counted_back_over_weekends_and_holidays():
    moments = Moments(datetime(2026, 11, 23, 15, tzinfo=UTC), HOURS)
    assert moments.working_days_ago(1, "11:20") == datetime(2026, 11, 19, 16, 20, tzinfo=UTC)
    assert moments.working_days_ago(2, "11:20") == datetime(2026, 11, 18, 16, 20, tzinfo=UTC)


def test_days_are_the_providers_own():
    late_evening = Moments(datetime(2026, 11, 24, 3, tzinfo=UTC), HOURS)  # 22:00 on the 23rd in Québec
    assert late_evening.today == date(2026, 11, 23)
    assert late_evening.days_ago(1, "06:00") == datetime(2026, 11, 22, 11, tzinfo=UTC)
