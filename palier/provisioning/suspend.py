"""Suspend a service for a reason, and let it work again when no reason is left. The agreement and its dates go on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from palier.core.states import SUBSCRIPTION
from palier.drivers.panel import Capability
from palier.events.record import Actor, record
from palier.provisioning.ask_person import withdraw_item
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.models import Subscription, Suspension
from palier.subscriptions.queries import locked
from palier.work.open_item import open_item

#: `unpaid` is dunning's, lifted by a payment; `staff` is whatever people decide (abuse, a court), lifted by people.
Reason = Literal["unpaid", "staff"]


@transaction.atomic
def suspend(
    customer_id: UUID,
    subscription_id: UUID,
    *,
    reason: Reason = "staff",
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """False when it was suspended for that reason, or over, already. Suspended for another, it is so for both.

    `facts` are those of the event besides the reason: what to tell the client.
    """
    subscription = locked(customer_id, subscription_id)
    held = _holding(subscription)
    if subscription.state == "cancelled" or held.filter(reason=reason).exists():
        return False
    Suspension.objects.create(
        customer_id=customer_id, subscription=subscription, reason=reason, note=note, suspended_at=at
    )
    if subscription.state == "active":
        _move(subscription, "suspended", "suspend", {"reason": reason, **(facts or {})}, by=by, at=at)
    return True


@transaction.atomic
def resume(
    customer_id: UUID, subscription_id: UUID, *, reason: Reason = "staff", by: Actor, at: datetime
) -> bool:
    """Lift one reason; the service works again when it was the last. False when it did not hold, or all is over."""
    subscription = locked(customer_id, subscription_id)
    lifted = _holding(subscription).filter(reason=reason).update(lifted_at=at)
    if not lifted or subscription.state != "suspended":
        return False
    if not _holding(subscription).exists():
        _move(subscription, "active", "resume", {"reason": reason}, by=by, at=at)
    return True


def _holding(subscription: Subscription) -> Any:
    return Suspension.objects.filter(
        customer_id=subscription.customer_id, subscription=subscription, lifted_at=None
    )


def _move(
    subscription: Subscription, state: str, verb: str, facts: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Write the state, and have the panel, or a person where no panel can, make it so.

    What was asked before and is not done yet is replaced: of suspending and resuming, the last one counts.
    """
    customer_id, subject = subscription.customer_id, ("subscription", subscription.id)
    SUBSCRIPTION.check(subscription.state, state)
    subscription.state = state
    subscription.save(update_fields=["state"])
    record(
        f"subscription.{'suspended' if verb == 'suspend' else 'resumed'}",
        subject=subject,
        customer_id=customer_id,
        at=at,
        actor=by,
        facts=facts,
    )
    service = service_of(customer_id, subscription.id)
    if Capability.SUSPEND in capabilities_of(service.server):
        queue_job(service, verb, subject=subject, at=at)
    else:
        withdraw_item(customer_id, subject, at)
        open_item(
            customer_id,
            subject=subject,
            reason=f"{verb}_by_hand",
            facts={"label": subscription.label},
            promised_by=None,
            at=at,
        )
