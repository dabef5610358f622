"""Moments of the story, counted back from the day the world is built."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from palier.core.hours import WorkingHours
from palier.core.periods import BillingCycle, billing_date, boundary

MONTHLY = BillingCycle("monthly")


@dataclass(frozen=True)
class Moments:
    """`now` is the real instant of the build; civil times are the provider's."""

    now: datetime
    hours: WorkingHours

    @property
    def today(self) -> date:
        return billing_date(self.now, self.hours.time_zone)

    def on(self, day: date, at: str) -> datetime:
        """That day at that time: `on(day, "10:12")`."""
        local = datetime.combine(day, time.fromisoformat(at), ZoneInfo(self.hours.time_zone))
        return local.astimezone(UTC)

    def days_ago(self, days: int, at: str) -> datetime:
        return self.on(self.today - timedelta(days), at)

    def working_days_ago(self, days: int, at: str) -> datetime:
        """On the last working day before today (1), the one before (2), and so on."""
        day, left = self.today, days
        while left:
            day -= timedelta(1)
            left -= self.hours.window(day) is not None
        return self.on(day, at)

    def minutes_ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)


def founding_start(today: date) -> date:
    """The day the founding document's period began, so that about 21 of 30 days are left: nine days ago in a month
    of 30 days, where the move from Forfait A to B costs 6.30 before taxes; the nearest to it in another month."""
    starts = [today - timedelta(used) for used in (9, 8, 10, 7)]
    return min(starts, key=lambda start_on: abs(_share_left(start_on, today) - Fraction(21, 30)))


def _share_left(start_on: date, today: date) -> Fraction:
    until_on = boundary(start_on, MONTHLY, 1)
    return Fraction((until_on - today).days, (until_on - start_on).days)


def first_start(period_start_on: date, months: int) -> date:
    """When a monthly subscription began whose current period starts on that day: about so many months before.

    Fewer where the months are too short for the day, so that the dates of the period stay what they are.
    """
    for before in range(months, 0, -1):
        start_on = boundary(period_start_on, MONTHLY, -before)
        if start_on.day == period_start_on.day:
            return start_on
    return period_start_on
