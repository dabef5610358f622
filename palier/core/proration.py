"""What a change costs inside a paid period: you hold a level, and pay the difference.

The rule is docs/explanation/money, "The rule". All prices are per full cycle, in minor units of one currency,
before tax. A share is an exact fraction; what a change costs is rounded once, at the end. The day of a change
is already on the new plan.

`periods` are a subscription's paid ones: the current and every later one. Those already over count for
nothing and are left as they are, so that passing more than needed does no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from palier.core.money import round_half_up, rounded
from palier.core.periods import BillingCycle, Span, boundary, days_left


class NotExtensible(ValueError):
    """Days were asked for of a plan that costs nothing: no leftover ever runs out on it."""


@dataclass(frozen=True, slots=True)
class PaidPeriod:
    """One paid billing period. `cycle_days` is the length of the cycle that the prices are for: more than the
    period's days for a stub, fewer for an extended one. `held_price` is the level the client has paid up to,
    `paid_price` the same at what was really paid."""

    start_on: date
    until_on: date
    cycle_days: int
    held_price: int
    paid_price: int

    def __post_init__(self) -> None:
        if self.until_on < self.start_on:
            raise ValueError(f"a period cannot end on {self.until_on}, before it starts on {self.start_on}")
        if self.cycle_days < 1:
            raise ValueError(f"a cycle has at least one day, not {self.cycle_days}")
        if self.held_price < 0 or self.paid_price < 0:
            raise ValueError(f"a price is 0 or more, not {self.held_price} held, {self.paid_price} paid")

    @property
    def span(self) -> Span:
        return Span(self.start_on, self.until_on)


def share(left: Fraction | int, full: Fraction | int) -> Fraction:
    """What is left of a full cycle, both in one unit: exact, and above 1 only where more than a cycle is left."""
    return Fraction(left) / full


def share_left(period: PaidPeriod, on: date) -> Fraction:
    """The share of a full cycle that is left of the period from that day. Above 1 only if extended."""
    return share(days_left(period.span, on), period.cycle_days)


def due(new_price: int, periods: Iterable[PaidPeriod], on: date) -> int:
    """What moving to `new_price` on that day costs, same cycle: never negative, rounded once."""
    return round_half_up(exact_due(new_price, periods, on))


def exact_due(new_price: int, periods: Iterable[PaidPeriod], on: date) -> Fraction:
    """The due before its one rounding: what is above the level held in each period, for its days left."""
    return sum((max(0, new_price - p.held_price) * share_left(p, on) for p in periods), start=Fraction(0))


def one_time_due(new_price: int, held_price: int) -> int:
    """What moving between two one-time prices costs: the whole difference, whenever it is."""
    return max(0, new_price - held_price)


def billed_part(billed_price: int, new_price: int) -> Fraction:
    """What is billed of a price in the first periods of a discount, over that price: 1 where there is none, or for a
    plan that costs nothing."""
    return Fraction(billed_price, new_price) if new_price else Fraction(1)


def held_after(
    periods: Iterable[PaidPeriod], new_price: int, on: date, billed: Fraction = Fraction(1)
) -> tuple[PaidPeriod, ...]:
    """The periods once a change to `new_price` is done on that day: what is held goes up, never down. `billed` is the
    part of the difference that was billed (`billed_part`)."""
    return tuple(
        _raised(period, new_price, billed) if share_left(period, on) else period for period in periods
    )


def _raised(period: PaidPeriod, new_price: int, billed: Fraction) -> PaidPeriod:
    difference = max(0, new_price - period.held_price)
    return replace(
        period,
        held_price=period.held_price + difference,
        paid_price=period.paid_price + round_half_up(difference * billed),
    )


def refund_credit(new_price: int, current_price: int, periods: Iterable[PaidPeriod], on: date) -> int:
    """What the `credit_balance` policy gives back on a move from `current_price` down to `new_price`: the
    levels above the new price, at what was paid for them, for the days left. Rounded once."""
    return round_half_up(
        sum(_given_back(p, new_price, current_price) * _paid_part(p) * share_left(p, on) for p in periods)
    )


def held_after_refund(
    periods: Iterable[PaidPeriod], new_price: int, current_price: int, on: date
) -> tuple[PaidPeriod, ...]:
    """The periods once that credit was given: held and paid fall by what it gave back."""
    return tuple(
        _lowered(period, new_price, current_price) if share_left(period, on) else period for period in periods
    )


def _lowered(period: PaidPeriod, new_price: int, current_price: int) -> PaidPeriod:
    level = _given_back(period, new_price, current_price)
    return replace(
        period,
        held_price=period.held_price - level,
        paid_price=period.paid_price - round_half_up(level * _paid_part(period)),
    )


def _given_back(period: PaidPeriod, new_price: int, current_price: int) -> int:
    return max(0, min(period.held_price, current_price) - new_price)


def _paid_part(period: PaidPeriod) -> Fraction:
    return Fraction(period.paid_price, period.held_price) if period.held_price else Fraction(0)


def carried(periods: Iterable[PaidPeriod], on: date, at_most: Fraction | int) -> Fraction:
    """What the days left are worth once taken out of their periods (restart, refund, cancellation).

    They count at what was paid for them, and for no more than `at_most`: what this subscription's invoice
    lines for these periods still hold before tax and net of credit notes, plus what was carried into them.
    Exact, and never negative.
    """
    worth = sum((p.paid_price * share_left(p, on) for p in periods), start=Fraction(0))
    return max(Fraction(0), min(worth, Fraction(at_most)))


@dataclass(frozen=True, slots=True)
class Unbilled:
    """What days of a paid period cost and no invoice has yet, in minor units: it counts as paid in the period, and
    waits for the next invoice."""

    start_on: date
    until_on: date
    amount: int

    def left(self, on: date) -> Fraction:
        """What is of the days from that one on."""
        left = days_left(Span(self.start_on, self.until_on), on)
        return Fraction(self.amount * left, (self.until_on - self.start_on).days) if left else Fraction(0)


def paid_and_unused(
    periods: Iterable[PaidPeriod], on: date, at_most: Fraction | int, unbilled: Iterable[Unbilled] = ()
) -> Fraction:
    """As `carried`, without what waits for an invoice: where everything ends, none comes that would bill it."""
    waits = sum((one.left(on) for one in unbilled), start=Fraction(0))
    return max(Fraction(0), carried(periods, on, at_most + waits) - waits)


def restart_due(new_price: int, carried_in: Fraction) -> int:
    """What a full new period starting today costs, less what is carried into it."""
    return round_half_up(max(Fraction(0), new_price - carried_in))


def leftover(new_price: int, carried_in: Fraction) -> Fraction:
    """What is carried above the price of the new period: for the `leftover` policy to settle."""
    return max(Fraction(0), carried_in - new_price)


def extension_days(left_over: Fraction, new_price: int, cycle_days: int) -> int:
    """The whole days that a leftover pays for at the new price. Raises NotExtensible towards a free plan."""
    if new_price <= 0:
        raise NotExtensible("a plan that costs nothing cannot be extended by what is left over")
    return rounded(Fraction(left_over * cycle_days, new_price), "down")


def restarted(
    on: date, cycle: BillingCycle, new_price: int, extra_days: int = 0, paid_price: int | None = None
) -> PaidPeriod:
    """The period that starts on that day, paid by what was carried and what was due: at `paid_price` where a discount
    made it less than the new price. That day anchors the next ones, or its end if the period is extended by days.
    Raises NotRecurring."""
    full_until_on = boundary(on, cycle, 1)
    paid = new_price if paid_price is None else paid_price
    return PaidPeriod(on, full_until_on + timedelta(extra_days), (full_until_on - on).days, new_price, paid)


def ended(periods: Iterable[PaidPeriod], on: date) -> tuple[PaidPeriod, ...]:
    """The periods cut off at that day; a later one keeps its start and no day."""
    return tuple(replace(p, until_on=max(p.start_on, min(p.until_on, on))) for p in periods)
