"""What a subscription that ends at once gives back of what was paid (docs/explanation/money, "Ending at once").

Taken out of its period, a paid day counts for what was paid (`proration.carried`). How much of that comes back is
the rule of the customer's law profile: nothing, or the share not used, less an indemnity that the law caps. Amounts
are in minor units of one currency, as prices are: before tax, unless prices include it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, get_args

from palier.core.money import round_half_up
from palier.core.periods import days_left
from palier.core.proration import PaidPeriod, Unbilled, paid_and_unused, share_left

PaysBack = Literal["none", "unused_share"]
RefundTo = Literal["payment", "credit_balance"]
#: Why that much comes back: the rule gives nothing, it is too late, nothing paid is left, all of it, or the share
#: that was not used.
Outcome = Literal["none", "too_late", "nothing_left", "in_full", "unused_share"]
#: Which of its two limits an indemnity came to.
Limit = Literal["", "percent", "amount"]

PAYS_BACK: tuple[str, ...] = get_args(PaysBack)
REFUND_TO: tuple[str, ...] = get_args(RefundTo)


@dataclass(frozen=True, slots=True)
class Indemnity:
    """What the host keeps of the share not used: the lesser of the limits that are set; nothing where none is.

    `percent` is exact (1/10 is 10 %), of the price of what was not supplied; `at_most` is in minor units.
    """

    percent: Fraction | None = None
    at_most: int | None = None

    def of(self, unused: Fraction) -> tuple[Fraction, Limit]:
        """The indemnity and the limit that it came to: never more than what was not used."""
        limits: list[tuple[Fraction, Limit]] = []
        if self.at_most is not None:
            limits.append((Fraction(self.at_most), "amount"))
        if self.percent is not None:
            limits.append((unused * self.percent, "percent"))
        kept, by = min(limits, key=lambda limit: limit[0], default=(Fraction(0), ""))
        return min(kept, unused), by if kept else ""


@dataclass(frozen=True, slots=True)
class PayBackRule:
    """A law profile's rule in one currency. Days are counted after the first one: within 14 days of the 1st is until
    the 15th, included. `full_within_days` is counted from the day the service was bought, `nothing_after_days` from
    the start of the period."""

    pays_back: PaysBack = "none"
    indemnity: Indemnity = Indemnity()
    full_within_days: int | None = None
    nothing_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class UnusedPart:
    """The days left of one paid period, at what was paid for them."""

    start_on: date
    until_on: date
    paid_price: int
    days: int
    cycle_days: int


@dataclass(frozen=True, slots=True)
class PayBack:
    """What comes back, explained: `unused` less `indemnity` is `back`. `is_held_down` says that the invoices hold less
    than the days left are worth, because some of it was given back before; `unbilled` is what of these days no invoice
    has yet, and none will have."""

    outcome: Outcome
    parts: tuple[UnusedPart, ...] = ()
    unused: int = 0
    indemnity: int = 0
    limit: Limit = ""
    is_held_down: bool = False
    unbilled: int = 0

    @property
    def back(self) -> int:
        return self.unused - self.indemnity


def pay_back(
    rule: PayBackRule,
    periods: Iterable[PaidPeriod],
    *,
    bought_on: date,
    on: date,
    at_most: Fraction | int,
    unbilled: Collection[Unbilled] = (),
) -> PayBack:
    """What ending on that day gives back of the paid `periods`: rounded once, the day itself included.

    `at_most` is what this subscription's invoice lines for these periods still hold, net of credit notes, plus what
    was carried into them: nothing comes back that is not there. `unbilled` counts as paid in the periods and never
    was: it does not come back either.
    """
    left = tuple(period for period in periods if days_left(period.span, on))
    parts = tuple(_part(period, on) for period in left)
    if rule.full_within_days is not None and on <= bought_on + timedelta(rule.full_within_days):
        return PayBack(
            "in_full" if at_most > 0 else "nothing_left", parts, unused=round_half_up(max(0, at_most))
        )
    if rule.pays_back == "none":
        return PayBack("none", parts)
    if _is_too_late(rule, left, on):
        return PayBack("too_late", parts)
    worth = sum((period.paid_price * share_left(period, on) for period in left), start=Fraction(0))
    waits = sum((one.left(on) for one in unbilled), start=Fraction(0))
    unused = paid_and_unused(left, on, at_most, unbilled)
    kept, limit = rule.indemnity.of(unused)
    gross, back = round_half_up(unused), round_half_up(unused - kept)
    if gross == 0:
        return PayBack("nothing_left", parts)
    return PayBack(
        "unused_share",
        parts,
        gross,
        gross - back,
        limit if gross > back else "",
        is_held_down=unused + waits < worth,
        unbilled=round_half_up(waits),
    )


def _part(period: PaidPeriod, on: date) -> UnusedPart:
    start_on = max(period.start_on, on)
    days = days_left(period.span, on)
    return UnusedPart(start_on, period.until_on, period.paid_price, days, period.cycle_days)


def _is_too_late(rule: PayBackRule, periods: tuple[PaidPeriod, ...], on: date) -> bool:
    begun = [period.start_on for period in periods if period.start_on <= on]
    limit = rule.nothing_after_days
    return limit is not None and bool(begun) and on > min(begun) + timedelta(limit)
