"""What staff do with a change that needs a person: take it, try the panel again, say that it is done, undo it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.states import PLAN_CHANGE
from palier.drivers.panel import Capability, Difference, Target, differences
from palier.events.record import Actor, record
from palier.people.models import User
from palier.plan_changes.finish import finish
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import change_of, locked_change
from palier.plan_changes.undo import undo
from palier.provisioning.inspect import inspect
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import job_of, service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_period import House
from palier.work.queries import open_item_about
from palier.work.take import close, take


class NotConfirmed(Exception):
    """The panel, read back, does not say what was promised: `found` holds what differs. Nothing was written."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        super().__init__(f"{len(found)} differences")
        self.found = found


@transaction.atomic
def take_change(customer_id: UUID, change_id: UUID, *, by: User, at: datetime) -> None:
    """The client reads that a person has it. Raises `Taken`."""
    item = open_item_about(customer_id, ("plan_change", change_id), lock=True)
    if item is None or item.taken_by == by:
        return
    take(item, by, at)
    _record(customer_id, change_id, "plan_change.taken", by, at)


@transaction.atomic
def retry(customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime) -> None:
    """Have the panel try again; if it cannot, the change comes back to the queue."""
    change, _ = locked_change(customer_id, change_id)
    if change.state != "needs_person":
        return
    PLAN_CHANGE.check(change.state, "applying")
    item = open_item_about(customer_id, ("plan_change", change_id), lock=True)
    if item is not None:
        close(item, state="cancelled", by=by, at=at)
    _replace_job(change, house, at)
    change.state = "applying"
    change.save(update_fields=["state"])
    _record(customer_id, change_id, "plan_change.retried", by, at)


def _replace_job(change: PlanChange, house: House, at: datetime) -> None:
    job = job_of(change.customer_id, ("plan_change", change.id))
    if job is not None and job.state == "needs_person":
        job.state, job.ended_at = "cancelled", at
        job.save(update_fields=["state", "ended_at"])
    queue_job(
        service_of(change.customer_id, change.subscription_id),
        "change",
        subject=("plan_change", change.id),
        package=house.catalog.plans[change.target.plan].package,
        limits=house.catalog.limits_of(change.target),
        at=at,
    )


def finish_by_person(
    customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime
) -> PlanChange:
    """A person says that it is done; where the panel can be read, it must say so too.

    Call it outside a transaction. Raises `NotConfirmed`, or the panel's errors when it cannot be read.
    """
    change = change_of(customer_id, change_id)
    if change.state == "needs_person":
        _confirm(change, house, at)
        _close_job(change, at)
    return finish(customer_id, change_id, house=house, at=at, by=Actor("staff", by.id))


def _confirm(change: PlanChange, house: House, at: datetime) -> None:
    """Read the panel back, unless the change ends on a machine that only people can read."""
    service = service_of(change.customer_id, change.subscription_id)
    here = house.catalog.product_of(change.origin.plan).server_code
    there = house.catalog.product_of(change.target.plan).server_code
    if here != there or Capability.INSPECT not in capabilities_of(service.server):
        return
    target = Target(house.catalog.plans[change.target.plan].package, house.catalog.limits_of(change.target))
    found = differences(inspect(service, at), target)
    if found:
        raise NotConfirmed(found)


def _close_job(change: PlanChange, at: datetime) -> None:
    job = job_of(change.customer_id, ("plan_change", change.id))
    if job is not None and job.state == "needs_person":
        job.state, job.ended_at = "done", at
        job.save(update_fields=["state", "ended_at"])


def undo_by_person(customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime) -> PlanChange:
    """It cannot be done: the client gets their money back, and is told."""
    return undo(customer_id, change_id, reason="cannot_be_done", house=house, at=at, by=Actor("staff", by.id))


def _record(customer_id: UUID, change_id: UUID, kind: str, by: User, at: datetime) -> None:
    change = change_of(customer_id, change_id)
    record(
        kind,
        subject=("plan_change", change_id),
        customer_id=customer_id,
        stream_id=change.subscription_id,
        at=at,
        actor=Actor("staff", by.id),
    )
