"""Working hours, and the moment until which something is promised.

Hours are real ones: a day on which clocks change is worked for as long as it really lasts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = frozenset(range(5))

#: The lead time, in working hours, of what a person must do and the catalogue says no hours of.
HOURS_BY_HAND = 8


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """From `opens` to `closes`, civil times in the time zone (closing at 00:00 is midnight), on the weekdays
    in `days` (Monday is 0), except on `holidays`."""

    time_zone: str
    days: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError(f"working days are some of 0 (Monday) to 6, not {sorted(self.days)}")
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError(f"working hours cannot close at {self.closes}, before they open at {self.opens}")

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """The instants (UTC) between which that civil day is worked; None when it is not."""
        if day.weekday() not in self.days or day in self.holidays:
            return None
        zone = ZoneInfo(self.time_zone)
        last_day = day + timedelta(1) if self.closes == time(0) else day
        opening = datetime.combine(day, self.opens, zone).astimezone(UTC)
        closing = datetime.combine(last_day, self.closes, zone).astimezone(UTC)
        return (opening, closing) if opening < closing else None


def promised_by(at: datetime, hours: int | Fraction, working_hours: WorkingHours) -> datetime:
    """The instant (UTC) at which that many working hours have passed since `at`, always within working hours.

    Eight hours from Monday 14:00, worked 9 to 17, is Tuesday 14:00. Fractions of a microsecond count as one.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is no instant")
    if hours < 0:
        raise ValueError(f"a promise is of 0 hours or more, not {hours}")
    left = timedelta(microseconds=-(-Fraction(hours) * 3_600_000_000 // 1))
    for opening, closing in _windows_from(at, working_hours):
        begins = max(opening, at.astimezone(UTC))
        if begins + left <= closing:
            return begins + left
        left -= max(timedelta(0), closing - begins)
    raise OverflowError("no working day is left in the calendar")


def _windows_from(at: datetime, working_hours: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    # The day before, because a window that closes at midnight may touch the instant.
    day = at.astimezone(ZoneInfo(working_hours.time_zone)).date() - timedelta(1)
    while day < date.max - timedelta(1):
        window = working_hours.window(day)
        if window:
            yield window
        day += timedelta(1)
