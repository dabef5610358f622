"""What each subscription was worth a month on a morning, and what moved that: read from what was agreed, and when.

On a morning a subscription is worth what it was before the first change done that day or later, else what it is worth
now: so the chain of its changes is its history, and a price that something else moved shows as a step between two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from palier.books.reports.table import days_of, selected
from palier.core.periods import BillingCycle, Span

_DONE = """done AS (
    SELECT customer_id, subscription_id, (ended_at AT TIME ZONE %(zone)s)::date AS done_on,
           from_configuration->>'plan' AS from_plan, from_configuration->>'cycle' AS from_cycle,
           (quote->>'origin_price')::bigint AS from_price,
           to_configuration->>'plan' AS to_plan, to_configuration->>'cycle' AS to_cycle, price AS to_price,
           lead(from_configuration->>'cycle') OVER w AS next_cycle,
           lead((quote->>'origin_price')::bigint) OVER w AS next_price,
           row_number() OVER w AS nth
    FROM plan_changes_planchange WHERE state = 'done'
    WINDOW w AS (PARTITION BY customer_id, subscription_id ORDER BY ended_at, id)
)"""
_FIRST_FROM = """SELECT DISTINCT ON (customer_id, subscription_id) customer_id, subscription_id, from_price, from_cycle
    FROM done JOIN subscriptions_subscription s USING (customer_id)
    WHERE s.id = subscription_id AND done_on >= {day} ORDER BY customer_id, subscription_id, nth"""
_LEVELS = f"""
    WITH {_DONE}, later AS ({_FIRST_FROM.format(day="%(on)s")})
    SELECT s.currency, coalesce(l.from_cycle, s.cycle), sum(coalesce(l.from_price, s.price))::bigint, count(*)
    FROM subscriptions_subscription s
    LEFT JOIN later l ON l.customer_id = s.customer_id AND l.subscription_id = s.id
    WHERE s.started_on < %(on)s AND (s.ended_on IS NULL OR s.ended_on >= %(on)s) GROUP BY 1, 2
"""  # noqa: S608 -- the texts are ours
_STARTED = f"""
    WITH {_DONE}, later AS ({_FIRST_FROM.format(day="s.started_on")})
    SELECT s.currency, EXISTS (
               SELECT 1 FROM subscriptions_subscription o
               WHERE o.customer_id = s.customer_id AND o.started_on < s.started_on
           ) AND NOT EXISTS (
               SELECT 1 FROM subscriptions_subscription o WHERE o.customer_id = s.customer_id
               AND o.started_on < s.started_on AND (o.ended_on IS NULL OR o.ended_on > s.started_on)
           ), coalesce(l.from_cycle, s.cycle), sum(coalesce(l.from_price, s.price))::bigint, count(*)
    FROM subscriptions_subscription s
    LEFT JOIN later l ON l.customer_id = s.customer_id AND l.subscription_id = s.id
    WHERE s.started_on >= %(from)s AND s.started_on < %(until)s GROUP BY 1, 2, 3
"""  # noqa: S608 -- the texts are ours
_ENDED = f"""
    WITH {_DONE}, later AS ({_FIRST_FROM.format(day="s.ended_on + 1")})
    SELECT s.currency, coalesce(l.from_cycle, s.cycle), sum(coalesce(l.from_price, s.price))::bigint, count(*)
    FROM subscriptions_subscription s
    LEFT JOIN later l ON l.customer_id = s.customer_id AND l.subscription_id = s.id
    WHERE s.ended_on >= %(from)s AND s.ended_on < %(until)s GROUP BY 1, 2
"""  # noqa: S608 -- the texts are ours
_CHANGED = f"""
    WITH {_DONE}
    SELECT s.currency, d.from_plan, d.to_plan, d.from_price, d.from_cycle, d.to_price, d.to_cycle,
           coalesce(d.next_price, s.price), coalesce(d.next_cycle, s.cycle), count(*)
    FROM done d JOIN subscriptions_subscription s ON s.customer_id = d.customer_id AND s.id = d.subscription_id
    WHERE d.done_on >= %(from)s AND d.done_on < %(until)s
      AND d.done_on >= s.started_on AND (s.ended_on IS NULL OR d.done_on <= s.ended_on)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""  # noqa: S608 -- the texts are ours


@dataclass(frozen=True, slots=True)
class Level:
    """What `number` subscriptions of one currency and cycle are worth a month, together."""

    currency: str
    number: int
    monthly: Fraction


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved the monthly worth, `number` times, in all. `kind` is one of `recurring.KINDS`."""

    currency: str
    kind: str
    number: int
    monthly: Fraction
    plans: tuple[str, str] = ("", "")


def monthly(price: int, cycle: str) -> Fraction:
    """A price per cycle as a price per month, exactly: 1/12 of a yearly one, nothing of one that does not recur."""
    months = BillingCycle(cycle).months
    return Fraction(price, months) if months else Fraction(0)


def levels_on(on: date, zone: ZoneInfo) -> Iterator[Level]:
    """On the morning of that day: what happens on it is not in it yet."""
    for currency, cycle, price, number in selected(_LEVELS, {"on": on, "zone": zone.key}):
        yield Level(currency, number, monthly(price, cycle))


def movements_in(span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    """Everything that moved it on the days of the span."""
    values = days_of(span) | {"zone": zone.key}
    for currency, has_returned, cycle, price, number in selected(_STARTED, values):
        yield Movement(currency, "returned" if has_returned else "new", number, monthly(price, cycle))
    for currency, cycle, price, number in selected(_ENDED, values):
        yield Movement(currency, "ended", number, -monthly(price, cycle))
    for row in selected(_CHANGED, values):
        yield from _of_changes(*row)


def _of_changes(
    currency: str, from_plan: str, to_plan: str, from_price: int, from_cycle: str,
    to_price: int, to_cycle: str, after_price: int, after_cycle: str, number: int,
) -> Iterator[Movement]:  # fmt: skip
    """Equal changes: the change of plan itself, and whatever else has moved the price before the next one."""
    agreed = monthly(to_price, to_cycle)
    by_change = agreed - monthly(from_price, from_cycle)
    if by_change:
        kind = "up" if by_change > 0 else "down"
        yield Movement(currency, kind, number, number * by_change, (from_plan, to_plan))
    otherwise = monthly(after_price, after_cycle) - agreed
    if otherwise:
        yield Movement(currency, "price", number, number * otherwise)
