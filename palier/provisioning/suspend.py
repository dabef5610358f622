"""Suspend a service, for an invoice that stays unpaid, and let it work again. The agreement and its dates go on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.states import SUBSCRIPTION
from palier.drivers.panel import Capability
from palier.events.record import Actor, record
from palier.provisioning.ask_person import withdraw_item
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.queries import locked
from palier.work.open_item import open_item


def suspend(customer_id: UUID, subscription_id: UUID, *, by: Actor, at: datetime) -> bool:
    """False when it was suspended or over already."""
    return _move(customer_id, subscription_id, "suspended", "suspend", by=by, at=at)


def resume(customer_id: UUID, subscription_id: UUID, *, by: Actor, at: datetime) -> bool:
    """False when it was not suspended."""
    return _move(customer_id, subscription_id, "active", "resume", by=by, at=at)


@transaction.atomic
def _move(
    customer_id: UUID, subscription_id: UUID, state: str, verb: str, *, by: Actor, at: datetime
) -> bool:
    """Write the state, and have the panel, or a person where no panel can, make it so.

    What was asked before and is not done yet is replaced: of suspending and resuming, the last one counts.
    """
    subscription = locked(customer_id, subscription_id)
    if not SUBSCRIPTION.allows(subscription.state, state):
        return False
    subscription.state = state
    subscription.save(update_fields=["state"])
    subject = ("subscription", subscription_id)
    record(
        f"subscription.{'suspended' if verb == 'suspend' else 'resumed'}",
        subject=subject,
        customer_id=customer_id,
        at=at,
        actor=by,
    )
    service = service_of(customer_id, subscription_id)
    if Capability.SUSPEND in capabilities_of(service.server):
        queue_job(service, verb, subject=subject, at=at)
    else:
        withdraw_item(customer_id, subject, at)
        facts = {"label": subscription.label}
        open_item(
            customer_id, subject=subject, reason=f"{verb}_by_hand", facts=facts, promised_by=None, at=at
        )
    return True
