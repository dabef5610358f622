"""What a subscription owes for its next period: whether it renews, for which days, at what price, due when.

The one home of these rules (docs/explanation/money, "Dates"): a single bill and a round of a hundred thousand are both
thought through here. Amounts are in minor units of the subscription's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from palier.core.periods import BillingCycle, Span, boundary, period_containing
from palier.core.pricing import Configuration, PricedLine, billed_price, option_key, plan_key, price

#: A renewal is invoiced so many days before its period begins, and due on that day; at most these, so that no period is
#: billed before the one it follows has begun.
MOST_DAYS_AHEAD = 28


@dataclass(frozen=True, slots=True)
class Agreement:
    """As much of a subscription as decides whether it renews.

    `billed_until_on` is the end of what was billed so far, None when nothing was; `ends_on` the day on which a
    cancellation that was asked for falls, of an add-on that of its service too. One that a restart of its cycle holds
    up is billed when that is over.
    """

    billed_until_on: date | None
    is_over: bool = False
    is_held: bool = False
    ends_on: date | None = None


def horizon(on: date, days_ahead: int) -> date:
    """On that day, periods that begin by then are billed."""
    return on + timedelta(days_ahead)


def invoiced_on(start_on: date, on: date, days_ahead: int) -> date:
    """The day on which a period that begins then is billed, seen from a day before: its taxes are of that day."""
    return max(on, start_on - timedelta(days_ahead))


def renews_on(agreement: Agreement, until_on: date) -> date | None:
    """The first day of the period to bill, by that horizon; None while it is not time, and for what does not go on."""
    next_on = agreement.billed_until_on
    if next_on is None or next_on > until_on or agreement.is_over or agreement.is_held:
        return None
    return next_on if agreement.ends_on is None or next_on < agreement.ends_on else None


def next_span(anchor_on: date, cycle: BillingCycle, start_on: date) -> Span:
    """The period that starts then: on the anchor's own dates, or counted anew where the cycle leaves them."""
    span = period_containing(anchor_on, cycle, start_on)
    if span.start_on == start_on:
        return span
    return Span(start_on, boundary(start_on, cycle, 1))


@dataclass(frozen=True, slots=True)
class Bill:
    """What one period costs, before tax. `price` is the level per full cycle, `billed_price` what is billed for it:
    less, in the first periods of a discount. A bill of nothing is paid at once.

    `lines` are those of its invoice: what costs nothing is not written on it. `agreed` are the unit prices that the
    client keeps, by line key.
    """

    configuration: Configuration
    span: Span
    lines: tuple[PricedLine, ...]
    price: int
    billed_price: int
    agreed: Mapping[str, int]
    due_on: date

    @property
    def is_free(self) -> bool:
        return self.billed_price == 0


def bill(configuration: Configuration, lines: Sequence[PricedLine], span: Span, on: date) -> Bill:
    """The bill of a period, issued on that day: due when the period begins, or at once when it has begun."""
    return Bill(
        configuration,
        span,
        lines=tuple(line for line in lines if line.billed),
        price=price(lines),
        billed_price=billed_price(lines),
        agreed=unit_prices_of(configuration, lines),
        due_on=max(on, span.start_on),
    )


def unit_prices_of(configuration: Configuration, lines: Sequence[PricedLine]) -> dict[str, int]:
    """The unit prices agreed for a configuration, by line key."""
    keys = {"plan": plan_key, "option": option_key}
    return {keys[line.kind](line.code, configuration.cycle): line.unit_price for line in lines}
