"""The add-ons of a service on its page: those it has, and those it may have."""

from collections.abc import Iterator

from palier.catalog.for_sale import Plan
from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.core.pricing import plan_key
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.pages.product import AddonRow
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import CHANGE_PLAN
from palier.plan_changes.facts import Situation
from palier.subscriptions.models import Subscription


def addon_rows(client: Client, situation: Situation) -> tuple[AddonRow, ...]:
    """What the service has first; then, for who may buy, what is sold for it and it has not."""
    held = tuple(_held(client, one.subscription) for one in situation.addons)
    goes_on = situation.subscription.state == "active" and situation.standing.ends_on is None
    if not goes_on or not client.may(CHANGE_PLAN):
        return held
    return (*held, *_offered(client, situation))


def _held(client: Client, addon: Subscription) -> AddonRow:
    price, cycle = Money(addon.price, addon.currency), BillingCycle(addon.cycle)
    return AddonRow(client.plan_name(addon.plan_id), price, cycle, to("product", addon.id))


def _offered(client: Client, situation: Situation) -> Iterator[AddonRow]:
    """Of each add-on that the service has nothing of, the levels with their price in the service's own cycle, or in
    the shortest they are sold in."""
    subscription, catalog = situation.subscription, client.catalog
    has = {catalog.product_of(one.subscription.plan_id).code for one in situation.addons}
    for product in catalog.addons_of(subscription.plan_id):
        for plan in product.plans:
            cycles = catalog.cycles_of(plan.code, subscription.currency)
            if product.code not in has and cycles and not plan.retired:
                cycle = subscription.cycle if subscription.cycle in cycles else cycles[0]
                yield _offer(client, subscription, plan, BillingCycle(cycle))


def _offer(client: Client, subscription: Subscription, plan: Plan, cycle: BillingCycle) -> AddonRow:
    price = client.catalog.unit_prices(subscription.currency)[plan_key(plan.code, cycle)]
    return AddonRow(
        client.say(plan.names),
        Money(price, subscription.currency),
        cycle,
        to("addon", subscription.id, plan.code, query={"cycle": cycle.code}),
        summary=client.say(plan.summaries),
        is_offered=True,
    )


def added_to(client: Client, addon: Subscription) -> Crumb | None:
    """What an add-on was added to, with its page."""
    if addon.addon_of_id is None:
        return None
    parent = Subscription.objects.get(customer_id=client.customer_id, id=addon.addon_of_id)
    return Crumb(client.plan_name(parent.plan_id), to("product", parent.id))
