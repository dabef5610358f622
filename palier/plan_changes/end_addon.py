"""End an add-on: with what it was added to, or because of a change of plan. The caller holds its lock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from palier.core.addons import unused
from palier.core.quote import Quote
from palier.events.record import SYSTEM, Actor
from palier.plan_changes.addons import addons_towards, held_addons, held_periods
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import open_change_of
from palier.plan_changes.stop_service import stop_service
from palier.plan_changes.undo import give_up
from palier.subscriptions.bill_period import House
from palier.subscriptions.cancel import end, request_cancellation
from palier.subscriptions.credit_rest import credit_days_left
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import addons_of, cancellation_of
from palier.subscriptions.settlement import credit, unused_of


def end_addons(change: PlanChange, quote: Quote, *, house: House, on: date, at: datetime) -> None:
    """What a change that is done makes of the add-ons that its quote named. What was used since the quote does not
    come back: only ever downwards."""
    held = {
        str(one.subscription.id): one for one in held_addons(change.customer_id, change.subscription_id, on)
    }
    for outcome in quote.addons:
        one = held.get(outcome.subscription_id)
        if one is None or outcome.fate == "keep":
            continue
        if give_up_changes(one.subscription, house=house, at=at, by=SYSTEM):
            one = replace(one, periods=held_periods(one.subscription, on))
        if outcome.fate == "convert":
            # The client goes on having it, in what was paid for the new level.
            credit_days_left(one.subscription, on=on, at=at)
        (addon,) = addons_towards([one], house.catalog, quote.origin.plan, quote.target.plan)
        given = unused_of(one.subscription, min(outcome.returned, unused(addon, on)), on=on)
        credit(one.subscription, given, code="unused", house=house, on=on, at=at, by=SYSTEM)
        settled = {
            "net": sum(part.net for part in given),
            "total": sum(part.total for part in given),
            "to_payment": 0,
            "currency": one.subscription.currency,
        }
        cause = "converted" if outcome.fate == "convert" else "change"
        end_addon(one.subscription, settled, cause=cause, on=on, at=at, by=SYSTEM)


def addons_without_changes(
    subscription: Subscription, *, house: House, at: datetime, by: Actor
) -> list[Subscription]:
    """The add-ons of a subscription that ends, once their own open changes are undone. Raises `WorkHasBegun`."""
    addons = list(addons_of(subscription.customer_id, subscription.id))
    for addon in addons:
        give_up_changes(addon, house=house, at=at, by=by)
    return addons


def give_up_changes(addon: Subscription, *, house: House, at: datetime, by: Actor) -> bool:
    """Undo its open change, and the one that returns with that; False where there was none. Raises `WorkHasBegun`."""
    found = False
    while (change := open_change_of(addon.customer_id, addon.id)) is not None:
        give_up(addon.customer_id, change.id, house=house, at=at, by=by)
        found = True
    if found:
        addon.refresh_from_db()
    return found


def end_addon(
    addon: Subscription, settled: Mapping[str, Any], *, cause: str, on: date, at: datetime, by: Actor
) -> None:
    """It is over today, as if it had been asked for; an end that was asked for later is carried out now. `settled` is
    what was given back of it."""
    request = cancellation_of(addon.customer_id, addon.id)
    if request is None:
        request = request_cancellation(addon, at_renewal=False, ends_on=on, reason="", by=by, on=on, at=at)
    request.ends_on, request.cause, request.settlement = on, cause, dict(settled)
    request.save(update_fields=["ends_on", "cause", "settlement"])
    end(addon, request, on=on, at=at)
    stop_service(addon, request, at=at)
