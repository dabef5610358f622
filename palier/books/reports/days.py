"""The days a report is about: a month, a quarter or a year, this one or the last, or any two dates."""

from datetime import date

from palier.core.periods import BillingCycle, Span, boundary, period_containing

_CYCLES = {
    "month": BillingCycle("monthly"),
    "quarter": BillingCycle("quarterly"),
    "year": BillingCycle("yearly"),
}
#: The names that are addressed and typed. Quarters and years are those of the calendar.
NAMED = tuple(f"{which}_{unit}" for unit in _CYCLES for which in ("this", "last"))


def named_days(name: str, today: date) -> Span:
    """`last_month` on 23 November 2026 is [1 October, 1 November). Raises `KeyError`."""
    which, _, unit = name.partition("_")
    if name not in NAMED:
        raise KeyError(name)
    first = date(today.year, 1, 1)
    now = period_containing(first, _CYCLES[unit], today)
    return now if which == "this" else Span(boundary(now.start_on, _CYCLES[unit], -1), now.start_on)
