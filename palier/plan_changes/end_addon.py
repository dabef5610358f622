"""End an add-on: with what it was added to, or because of a change of plan. The caller holds its lock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from palier.core.addons import unused
from palier.core.quote import Quote
from palier.events.record import SYSTEM, Actor
from palier.plan_changes.addons import addons_towards, held_addons
from palier.plan_changes.models import PlanChange
from palier.plan_changes.stop_service import stop_service
from palier.subscriptions.bill_period import House
from palier.subscriptions.cancel import end, request_cancellation
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import cancellation_of
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
