"""Make the server what our side says, by a job: its read-back ends the drift, or a person has to do it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.drivers.panel import Capability
from palier.events.record import Actor, record
from palier.plan_changes.panel_target import panel_target
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queue_job import queue_job
from palier.reconciliation.models import Drift
from palier.reconciliation.queries import drift_of, is_being_worked_on
from palier.subscriptions.bill_period import House

#: What the driver must be able to do.
NEEDS = {
    "plan": Capability.CHANGE,
    "limits": Capability.CHANGE,
    "suspended": Capability.SUSPEND,
    "missing": Capability.CREATE,
}


def can_repair_server(drift: Drift) -> bool:
    return NEEDS[drift.kind] in capabilities_of(drift.service.server)


@transaction.atomic
def repair_server(customer_id: UUID, drift_id: UUID, *, house: House, by: Actor, at: datetime) -> bool:
    """False when there is nothing to do any more, or somebody is at it. Raises `Drift.DoesNotExist`."""
    drift = drift_of(customer_id, drift_id, lock=True)
    service = drift.service
    if drift.ended_at is not None or is_being_worked_on(service) or not can_repair_server(drift):
        return False
    _queue(drift.kind, service, house, at)
    drift.asked_at = at
    drift.save(update_fields=["asked_at"])
    record(
        "service.repair_asked",
        subject=("service", service.id),
        customer_id=customer_id,
        stream_id=service.subscription_id,
        at=at,
        actor=by,
        facts={"what": drift.kind, "side": "server"},
    )
    return True


def _queue(kind: str, service: Service, house: House, at: datetime) -> None:
    subscription = service.subscription
    if kind == "suspended":
        verb = "resume" if subscription.state == "active" else "suspend"
        queue_job(service, verb, subject=("subscription", subscription.id), at=at)
        return
    target = panel_target(subscription.configuration, house)
    verb = "create" if kind == "missing" else "change"
    queue_job(
        service,
        verb,
        # Another subject than a suspension's: what a person is asked about the one is not over with the other.
        subject=("service", service.id),
        package=target.plan,
        privileges=target.privileges,
        limits=target.limits,
        unsure=True,
        at=at,
    )
