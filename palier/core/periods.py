"""Billing cycles and the dates of their periods (docs/explanation/money, "Dates").

Boundary n of an anchor is the anchor plus n cycles, counted from the anchor and clamped to the month's end:
31 January, 28 February, 31 March. Periods are half-open: the day they end is the first day of the next one.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

_MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12, "biennial": 24, "triennial": 36}
_NAMES = {months: name for name, months in _MONTHS.items()}
_NOT_RECURRING = ("one_time", "free")
_COUNTED = re.compile(r"months:([0-9]{1,3})")


class UnknownCycle(ValueError):
    """A text is not the code of a billing cycle."""


class NotRecurring(ValueError):
    """A one-time or free cycle was asked for the dates of its periods; it has none."""


@dataclass(frozen=True, slots=True)
class BillingCycle:
    """How often a price is due: `monthly`, `quarterly`, `semiannual`, `yearly`, `biennial`, `triennial`,
    `months:N`, `one_time` or `free`. `months:12` and `yearly` are the same cycle and compare equal."""

    code: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", _canonical(self.code))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cycle a person or a file wrote. Raises UnknownCycle."""
        return cls(text.strip().lower())

    @property
    def is_recurring(self) -> bool:
        return self.code not in _NOT_RECURRING

    @property
    def months(self) -> int:
        """Months from one period to the next; 0 for a cycle that does not recur."""
        if not self.is_recurring:
            return 0
        return _MONTHS[self.code] if self.code in _MONTHS else int(self.code.removeprefix("months:"))

    def __str__(self) -> str:
        return self.code


def _canonical(code: str) -> str:
    if code in _MONTHS or code in _NOT_RECURRING:
        return code
    counted = _COUNTED.fullmatch(code)
    if counted is None or int(counted[1]) == 0:
        known = ", ".join((*_MONTHS, "months:N", *_NOT_RECURRING))
        raise UnknownCycle(f"“{code}” is not a billing cycle; one of {known} is.")
    months = int(counted[1])
    return _NAMES.get(months, f"months:{months}")


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start_on` up to, not including, `until_on`; empty when they are equal."""

    start_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.until_on < self.start_on:
            raise ValueError(f"a span cannot end on {self.until_on}, before it starts on {self.start_on}")

    @property
    def days(self) -> int:
        return (self.until_on - self.start_on).days

    def __contains__(self, on: date) -> bool:
        return self.start_on <= on < self.until_on


def boundary(anchor_on: date, cycle: BillingCycle, n: int) -> date:
    """Boundary n (any integer) of the anchor. Raises NotRecurring."""
    return _months_later(anchor_on, n * _recurring_months(cycle))


def _recurring_months(cycle: BillingCycle) -> int:
    if not cycle.is_recurring:
        raise NotRecurring(f"a {cycle.code} price has no periods")
    return cycle.months


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_containing(anchor_on: date, cycle: BillingCycle, on: date) -> Span:
    """The full period of the anchor's grid that holds the day, before the anchor too. Raises NotRecurring."""
    months = _recurring_months(cycle)
    n = ((on.year - anchor_on.year) * 12 + on.month - anchor_on.month) // months
    if boundary(anchor_on, cycle, n) > on:
        n -= 1
    return Span(boundary(anchor_on, cycle, n), boundary(anchor_on, cycle, n + 1))


def boundary_after(anchor_on: date, cycle: BillingCycle, on: date) -> date:
    """The first boundary strictly after the day. Raises NotRecurring."""
    return period_containing(anchor_on, cycle, on).until_on


def stub(anchor_on: date, cycle: BillingCycle, start_on: date) -> Span:
    """What is left of the grid's period for a service that starts on that day: a cycle at most."""
    return Span(start_on, boundary_after(anchor_on, cycle, start_on))


def cycle_days(anchor_on: date, cycle: BillingCycle, start_on: date) -> int:
    """Days of the full cycle that a period starting on that day belongs to: what its price is for."""
    return period_containing(anchor_on, cycle, start_on).days


def days_left(span: Span, on: date) -> int:
    """Days of the span from that day on, that day included; all of them before it starts, 0 after it."""
    return max(0, (span.until_on - max(span.start_on, on)).days)


def billing_date(at: datetime, time_zone: tzinfo | str) -> date:
    """The civil date of an instant in the provider's billing time zone: the only way from instant to date."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is no instant")
    return at.astimezone(ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone).date()
