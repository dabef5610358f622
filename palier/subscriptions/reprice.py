"""Move the agreed prices of a subscription to the catalogue's: at a renewal, after the notice that its law asks for.

The client is told at once, with the day. What begins before it is billed as before; its renewal, and what follows, at
the new prices (`Subscription.agreed_from`), which the round of that day makes the agreed ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from palier.core.periods import billing_date
from palier.core.pricing import discounted, price, priced
from palier.core.renewal import next_span
from palier.events.record import SYSTEM, Actor, record
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription, agreed_discounts
from palier.subscriptions.queries import cancellation_of, last_period, locked


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a subscription will cost from a renewal on: the unit prices that differ, and the price per cycle before and
    after, in minor units."""

    from_on: date
    unit_prices: Mapping[str, int]
    before: int
    after: int

    @property
    def rises(self) -> bool:
        return self.after > self.before


def across_customers_on_plans(plans: list[str]) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of every subscription on these plans that goes on."""
    going_on = Subscription.objects.filter(~Q(state="cancelled"), plan_id__in=plans)
    return iter(going_on.order_by("customer_id", "id").values_list("customer_id", "id"))


def across_customers_to_move(on: date) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of the price changes that begin on that day or before."""
    told = Subscription.objects.filter(
        ~Q(state="cancelled"), price_changes_to__isnull=False, price_changes_on__lte=on
    )
    return iter(told.order_by("customer_id", "id").values_list("customer_id", "id"))


def price_change(
    subscription: Subscription, wanted_on: date, *, house: House, on: date
) -> PriceChange | None:
    """What `reprice` would tell on that day; None where prices are the catalogue's already, where nothing will renew,
    and while a change that was told has not begun."""
    last = last_period(subscription.customer_id, subscription.id)
    going_on = subscription.state != "cancelled" and subscription.configuration.cycle.is_recurring
    ends = cancellation_of(subscription.customer_id, subscription.id) is not None
    if not going_on or last is None or ends or subscription.price_changes_to is not None:
        return None
    catalogue, agreed = house.catalog.unit_prices(subscription.currency), subscription.agreed
    differing = {key: catalogue[key] for key in agreed if key in catalogue and catalogue[key] != agreed[key]}
    if not differing:
        return None
    customer = subscription.customer
    law = house.catalog.law_of(customer.kind, customer.jurisdiction, on)
    earliest_on = max(wanted_on, on + timedelta(law.price_change_notice_days))
    starts_on = last.until_on
    while starts_on < earliest_on:
        starts_on = next_span(subscription.anchor_on, subscription.configuration.cycle, starts_on).until_on
    lines = priced(subscription.configuration, {}, agreed | differing)
    discounts = agreed_discounts(subscription.discounts)
    after = price(discounted(lines, subscription.configuration, discounts, starts_on))
    return PriceChange(starts_on, differing, subscription.price, after)


@transaction.atomic
def reprice(
    customer_id: UUID,
    subscription_id: UUID,
    wanted_on: date,
    *,
    house: House,
    at: datetime,
    by: Actor = SYSTEM,
) -> PriceChange | None:
    """Tell the client of it, for the first renewal on that day or later. A second run finds nothing to tell."""
    subscription = locked(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    change = price_change(subscription, wanted_on, house=house, on=on)
    if change is None:
        return None
    subscription.price_changes_on, subscription.price_rises = change.from_on, change.rises
    subscription.price_changes_to = dict(change.unit_prices)
    subscription.save(update_fields=["price_changes_on", "price_rises", "price_changes_to"])
    facts = {"from_on": change.from_on.isoformat(), "before": change.before, "after": change.after}
    _record(subscription, "subscription.price_change_announced", facts, at, by)
    return change


@transaction.atomic
def move_price(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> None:
    """The day has come: its new prices are the agreed ones. A second run finds nothing to move."""
    subscription = locked(customer_id, subscription_id)
    on, from_on = billing_date(at, house.provider.zone), subscription.price_changes_on
    if subscription.price_changes_to is None or from_on is None or from_on > on:
        return
    before, subscription.agreed = subscription.price, subscription.agreed_from(on)
    subscription.price_changes_to = None
    subscription.price = price(subscription.lines_from(on))
    subscription.save(update_fields=["agreed", "price", "price_changes_to"])
    facts = {"before": before, "after": subscription.price}
    _record(subscription, "subscription.price_changed", facts, at, SYSTEM)


def _record(
    subscription: Subscription, kind: str, facts: Mapping[str, object], at: datetime, by: Actor
) -> None:
    record(
        kind,
        subject=("subscription", subscription.id),
        customer_id=subscription.customer_id,
        at=at,
        actor=by,
        facts={**facts, "currency": subscription.currency},
    )
