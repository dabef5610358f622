"""Let a service keep the plan that its server has, at the price that was agreed: nobody is charged without a yes."""

from datetime import datetime

from palier.core.periods import billing_date
from palier.core.pricing import Configuration, discounted, plan_key, priced
from palier.drivers.panel import State, differences
from palier.events.record import Actor, record
from palier.plan_changes.panel_target import panel_target
from palier.plan_changes.queries import open_change_of
from palier.provisioning.models import Service
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription, agreed_discounts
from palier.subscriptions.queries import locked, periods_from


class NotOurs(Exception):
    """Our side cannot become what the server has. `code` is one of words/drifts.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def adopt_plan(service: Service, *, house: House, by: Actor, at: datetime) -> None:
    """In the caller's transaction. Raises `NotOurs` when the catalogue has no such plan, a change is under way, or the
    price could not stay what it is."""
    subscription = locked(service.customer_id, service.subscription_id)
    if subscription.next_configuration is not None or open_change_of(service.customer_id, subscription.id):
        raise NotOurs("change_open")
    before = subscription.configuration
    after = adoptable(service, subscription, house)
    if after is None:
        raise NotOurs("plan_unknown")
    unit = subscription.agreed.get(plan_key(before.plan, before.cycle))
    if unit is None:
        raise NotOurs("price_would_change")
    agreed = {**subscription.agreed, plan_key(after.plan, after.cycle): unit}
    lines = discounted(
        priced(after, {}, agreed),
        after,
        agreed_discounts(subscription.discounts),
        billing_date(at, house.provider.zone),
    )
    if sum(line.amount for line in lines) != subscription.price:
        raise NotOurs("price_would_change")
    subscription.plan_id, subscription.agreed = after.plan, agreed
    subscription.set_up = subscription.set_up | {f"plan:{after.plan}": 1}
    subscription.save(update_fields=["plan_id", "agreed", "set_up"])
    _hold_too(subscription, agreed, at, house)
    record(
        "subscription.plan_adopted",
        subject=("subscription", subscription.id),
        customer_id=service.customer_id,
        at=at,
        actor=by,
        facts={"before": before.plan, "after": after.plan},
    )


def adoptable(service: Service, subscription: Subscription, house: House) -> Configuration | None:
    """The level of the same product that is what the server has, limits and all; else one of its name; else None."""
    product = house.catalog.product_of(subscription.plan_id)
    found = State(service.package, service.limits, {}, service.suspended, service.privileges)
    named = [
        Configuration(plan.code, subscription.configuration.cycle, subscription.configuration.options)
        for plan in house.catalog.plans.values()
        if plan.product_code == product.code and plan.package == service.package and plan.package
    ]
    exact = [one for one in named if not differences(found, panel_target(one, house))]
    candidates = exact or named
    return candidates[0] if len(candidates) == 1 and candidates[0].plan != subscription.plan_id else None


def _hold_too(subscription: Subscription, agreed: dict[str, int], at: datetime, house: House) -> None:
    """The unit price counts in the periods that are paid, too: coming back to this level costs nothing."""
    on = billing_date(at, house.provider.zone)
    for period in periods_from(subscription.customer_id, subscription.id, on):
        period.agreed = {**period.agreed, **agreed}
        period.save(update_fields=["agreed"])
