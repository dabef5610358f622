"""How other systems prorate, so that a host's past invoices can be recomputed to the cent.

Nothing here prices anything new: that is proration.py. A rule is data; its default value is Palier's own
rule for one period without what is held, and the two agree. The variants, and the cases they come from, are
described in tests/core/vectors/README.md.

Units left and units in the period give a share; the share times a price gives money; money is rounded to a
whole minor unit. A moment is a civil date for the unit `day`, an instant (aware datetime) for `second`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from palier.core.money import RoundingMode, rounded, rounded_to
from palier.core.periods import BillingCycle, Span, boundary, period_containing
from palier.core.proration import share

Moment = date | datetime

_MONTHLY = BillingCycle("monthly")
_CYCLE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class ProrationRule:
    """How one system goes from prices and dates to an amount.

    `divisor` is `actual`, or a nominal number of days that caps what is left; `change_day` says whose
    the day of the change is; `sides`, whether credit and charge are rounded each or only their difference;
    `share_scale`, to how many decimals the share is rounded before it is used (None: it stays exact).
    """

    unit: Literal["day", "second"] = "day"
    divisor: Literal["actual"] | int = "actual"
    change_day: Literal["new", "old", "both"] = "new"
    sides: Literal["each", "difference"] = "difference"
    rounding: RoundingMode = "half_up"
    share_scale: int | None = None

    def __post_init__(self) -> None:
        if self.unit == "second" and self.change_day != "new":
            raise ValueError("an instant belongs to the new plan: only days can be shared otherwise")
        if self.divisor != "actual" and self.divisor < 1:
            raise ValueError(f"a nominal period has at least one day, not {self.divisor}")


@dataclass(frozen=True, slots=True)
class CalendarCycle:
    """A cycle of any length, as other systems have them. Boundaries count from the anchor, as ours do."""

    unit: Literal["day", "week", "month", "year"]
    count: int

    @property
    def months(self) -> int:
        return {"day": 0, "week": 0, "month": self.count, "year": 12 * self.count}[self.unit]

    @property
    def days(self) -> int:
        return {"day": self.count, "week": 7 * self.count, "month": 0, "year": 0}[self.unit]


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change of plan as it was made. Prices are for the whole quantity, per full period. `restarts` is the
    new cycle where a new period started that day. `billed`, where it differs from the old price, is what had
    really been billed (after a discount, with a tax, for a stub), from `billed_from` on."""

    old_price: int
    new_price: int
    start: Moment
    until: Moment
    change_at: Moment
    restarts: CalendarCycle | None = None
    billed: int | None = None
    billed_from: Moment | None = None


@dataclass(frozen=True, slots=True)
class RecomputedChange:
    """Credit and charge rounded each; `net` (negative: given back) as the rule's `sides` says."""

    credit: int
    charge: int
    net: int
    next_renewal_on: date


def recomputed_change(rule: ProrationRule, change: PastChange) -> RecomputedChange:
    """What that system invoiced for the change."""
    credit, charge = _exact_credit(rule, change), _exact_charge(rule, change)
    rounded_credit, rounded_charge = rounded(credit, rule.rounding), rounded(charge, rule.rounding)
    each, difference = rounded_charge - rounded_credit, rounded(charge - credit, rule.rounding)
    net = each if rule.sides == "each" else difference
    return RecomputedChange(rounded_credit, rounded_charge, net, _next_renewal_on(change))


def _exact_credit(rule: ProrationRule, change: PastChange) -> Fraction:
    value = change.old_price if change.billed is None else change.billed
    full_from = change.start if change.billed_from is None else change.billed_from
    first_new_day = change.change_at if rule.change_day == "new" else change.change_at + timedelta(1)
    return value * _share(rule, first_new_day, change.until, full_from, change.until)


def _exact_charge(rule: ProrationRule, change: PastChange) -> Fraction:
    if change.restarts:
        return Fraction(change.new_price)
    first_paid_day = change.change_at + timedelta(1) if rule.change_day == "old" else change.change_at
    return change.new_price * _share(rule, first_paid_day, change.until, change.start, change.until)


def _next_renewal_on(change: PastChange) -> date:
    if change.restarts:
        return past_boundary(_civil(change.change_at), change.restarts, 1)
    return _civil(change.until)


def _civil(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def recomputed_charge(
    rule: ProrationRule, price: int, full: tuple[Moment, Moment], service: tuple[Moment, Moment]
) -> int:
    """A price for part of its full period (or a credit for it); both are (start, until)."""
    return rounded(price * _share(rule, *service, *full), rule.rounding)


def _share(
    rule: ProrationRule, start: Moment, until: Moment, full_start: Moment, full_until: Moment
) -> Fraction:
    left = _length(rule, start, until)
    if not left:
        return Fraction(0)
    if rule.divisor == "actual":
        exact = share(left, _length(rule, full_start, full_until))
    else:
        exact = share(min(left, Fraction(rule.divisor)), rule.divisor)
    return exact if rule.share_scale is None else rounded_to(exact, rule.share_scale, rule.rounding)


def _length(rule: ProrationRule, start: Moment, until: Moment) -> Fraction:
    """In days, exact; 0 when it would end before it starts."""
    if rule.unit == "day":
        return Fraction(max(0, (_civil(until) - _civil(start)).days))
    elapsed = _instant(until) - _instant(start)
    return max(Fraction(0), Fraction(elapsed // timedelta(microseconds=1), 86_400_000_000))


def _instant(moment: Moment) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"to the second, moments are instants with a time zone, not {moment!r}")
    return moment.astimezone(UTC)


def past_boundary(anchor_on: date, cycle: CalendarCycle, n: int) -> date:
    """Boundary n, any integer, of the anchor."""
    if cycle.days:
        return anchor_on + timedelta(n * cycle.days)
    return boundary(anchor_on, _MONTHLY, n * cycle.months)


def past_period_containing(anchor_on: date, cycle: CalendarCycle, on: date) -> Span:
    """The period that holds the day."""
    if cycle.days:
        n = (on - anchor_on).days // cycle.days
        return Span(past_boundary(anchor_on, cycle, n), past_boundary(anchor_on, cycle, n + 1))
    return period_containing(anchor_on, BillingCycle(f"months:{cycle.months}"), on)


def cycles_billed(
    months: int, anchor_day: int, start_on: date, until_on: date | None, target_on: date
) -> Fraction:
    """How many cycles of that many months are billed in advance up to the target day, on the grid of an
    anchor day: each piece that begins by then, rounded half up to nine decimals, then added."""
    billed = Fraction(0)
    for piece, full_days in _pieces(months, anchor_day, start_on, until_on):
        if piece.start_on > target_on:
            break
        billed += rounded_to(Fraction(piece.days, full_days), _CYCLE_DECIMALS, "half_up")
    return billed


def _pieces(
    months: int, anchor_day: int, start_on: date, until_on: date | None
) -> Iterator[tuple[Span, int]]:
    """The service cut at its boundaries, each piece with the days of the cycle it is a part of."""
    # January has 31 days: the anchor day stays whole there, and is clamped anew in each month from it.
    january = date(start_on.year, 1, anchor_day)
    month = start_on.month - 1
    if boundary(january, _MONTHLY, month) < start_on:
        month += months
    last_on = until_on or date.max
    first_on = boundary(january, _MONTHLY, month)
    if start_on < min(first_on, last_on):
        cycle_back = first_on - boundary(first_on, _MONTHLY, -months)
        yield Span(start_on, min(first_on, last_on)), cycle_back.days
    while first_on < last_on:
        month += months
        next_on = boundary(january, _MONTHLY, month)
        yield Span(first_on, min(next_on, last_on)), (next_on - first_on).days
        first_on = next_on
