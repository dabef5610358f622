"""What staff do with a change that needs a person: take it, try the panel again, say that it is done, undo it.

Whoever acts has the change's item, or takes it by acting: each of these raises `Taken` when someone else has it.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from palier.billing.models import Refund
from palier.billing.refund import send_refund, start_refunds
from palier.core.states import PLAN_CHANGE
from palier.drivers.panel import Capability, Difference, differences
from palier.events.record import Actor, record
from palier.ledger.queries import credit_balance
from palier.people.models import User
from palier.plan_changes.finish import finish
from palier.plan_changes.fit import unknown_usage_of
from palier.plan_changes.items import hold
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import target_of
from palier.plan_changes.queries import change_of, locked_change
from palier.plan_changes.returned import returned_by_undo
from palier.plan_changes.undo import undo
from palier.provisioning.inspect import inspect
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import job_of, service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_period import House
from palier.work.queries import open_item_about
from palier.work.take import close

ReturnTo = Literal["credit_balance", "card"]


class NotConfirmed(Exception):
    """The panel, read back, does not say what was promised: `found` holds what differs. Nothing was written."""

    def __init__(self, found: tuple[Difference, ...]) -> None:
        super().__init__(f"{len(found)} differences")
        self.found = found


class NotForMachines(Exception):
    """The path of this change, or its server, wants a person: there is no machine that could try again."""


@transaction.atomic
def take_change(customer_id: UUID, change_id: UUID, *, by: User, at: datetime) -> None:
    """The client reads that a person has it. Raises `Taken`."""
    item = open_item_about(customer_id, ("plan_change", change_id), lock=True)
    if item is not None:
        hold(item, by=by, at=at)


def is_for_machines(change: PlanChange, service: Service, house: House) -> bool:
    """Could the panel do all of it by itself?"""
    by_hand = house.catalog.person(change.origin, change.target)
    can = capabilities_of(service.server)
    return not by_hand and _stays_on_server(change, house) and Capability.CHANGE in can


def panel_confirms(change: PlanChange, service: Service, house: House) -> bool:
    """Can the panel be read to see that it is done? Not when the change ends on a machine only people can read."""
    return _stays_on_server(change, house) and Capability.INSPECT in capabilities_of(service.server)


def _stays_on_server(change: PlanChange, house: House) -> bool:
    here = house.catalog.product_of(change.origin.plan).server_code
    return here == house.catalog.product_of(change.target.plan).server_code


@transaction.atomic
def retry(customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime) -> PlanChange:
    """Have the panel try again; if it cannot, the change comes back to the queue. Raises `NotForMachines`.

    A change that is no longer with a person stays as it is.
    """
    change, _ = locked_change(customer_id, change_id)
    if change.state != "needs_person":
        return change
    service = service_of(change.customer_id, change.subscription_id)
    if not is_for_machines(change, service, house):
        raise NotForMachines(str(change.id))
    PLAN_CHANGE.check(change.state, "applying")
    item = open_item_about(customer_id, ("plan_change", change_id), lock=True)
    if item is not None:
        hold(item, by=by, at=at)
        close(item, state="cancelled", by=Actor("staff", by.id), at=at)
    before = _end_job(change, "cancelled", at)
    wanted = target_of(change, house)
    subject = ("plan_change", change.id)
    queue_job(
        service,
        "change",
        subject=subject,
        unsure=before is not None and before.acts_sent > 0,
        package=wanted.plan,
        privileges=wanted.privileges,
        limits=wanted.limits,
        # Who tries again has looked at what could not be measured.
        unknown_usage="warn" if change.reason == "usage_unknown" else unknown_usage_of(change, house),
        at=at,
    )
    change.state = "applying"
    change.save(update_fields=["state"])
    record(
        "plan_change.retried",
        subject=subject,
        customer_id=customer_id,
        stream_id=change.subscription_id,
        at=at,
        actor=Actor("staff", by.id),
    )
    return change


def finish_by_person(
    customer_id: UUID, change_id: UUID, *, house: House, by: User, at: datetime
) -> PlanChange:
    """A person says that it is done; where the panel can be read, it must say so too.

    Call it outside a transaction. Raises `NotConfirmed`, or the panel's errors (`PanelError`, `lease.InUse`,
    `NotConfigured`) when it cannot be read. A change that is no longer with a person stays as it is.
    """
    take_change(customer_id, change_id, by=by, at=at)
    change = change_of(customer_id, change_id)
    if change.state != "needs_person":
        return change
    service = service_of(customer_id, change.subscription_id)
    if panel_confirms(change, service, house):
        found = differences(inspect(service, at), target_of(change, house))
        if found:
            raise NotConfirmed(found)
    return _finish(change, house, by, at)


@transaction.atomic
def _finish(change: PlanChange, house: House, by: User, at: datetime) -> PlanChange:
    """While the panel was read, someone may have taken it over, tried again or undone it: then nothing is finished."""
    locked, _ = locked_change(change.customer_id, change.id)
    if locked.state != "needs_person":
        return locked
    take_change(change.customer_id, change.id, by=by, at=at)
    _end_job(locked, "done", at)
    return finish(change.customer_id, change.id, house=house, at=at, by=Actor("staff", by.id))


def _end_job(change: PlanChange, state: str, at: datetime) -> ProvisioningJob | None:
    """The change's latest job, which a person was asked about."""
    job = job_of(change.customer_id, ("plan_change", change.id))
    if job is not None and job.state == "needs_person":
        job.state, job.ended_at = state, at
        job.save(update_fields=["state", "ended_at"])
    return job


def undo_by_person(
    customer_id: UUID,
    change_id: UUID,
    *,
    house: House,
    by: User,
    at: datetime,
    sentence: str = "",
    return_to: ReturnTo = "credit_balance",
) -> PlanChange:
    """It cannot be done: the client gets their money back, and is told, with `sentence` as the reason.

    `card`: what was paid at a gateway goes back to it; what came from the credit balance returns there. Call it
    outside a transaction. A change that is no longer with a person stays as it is.
    """
    change, refunds = _undo(customer_id, change_id, house, by, at, sentence, return_to)
    for refund in refunds:
        send_refund(refund, at=at)
    return change


@transaction.atomic
def _undo(
    customer_id: UUID,
    change_id: UUID,
    house: House,
    by: User,
    at: datetime,
    sentence: str,
    return_to: ReturnTo,
) -> tuple[PlanChange, list[Refund]]:
    change, _ = locked_change(customer_id, change_id)
    if change.state != "needs_person":
        return change, []
    take_change(customer_id, change_id, by=by, at=at)
    returned = returned_by_undo(change, house, at)
    to_card = returned.to_card if return_to == "card" else 0
    actor = Actor("staff", by.id)
    facts = {
        "said": sentence,
        "returned": returned.total,
        "to_card": to_card,
        "currency": returned.currency,
    }
    change = undo(customer_id, change_id, reason="cannot_be_done", house=house, at=at, by=actor, facts=facts)
    if not to_card or returned.invoice is None:
        return change, []
    # A period that costs more without the change, billed again, may have taken some of it.
    amount = min(to_card, credit_balance(customer_id, returned.currency))
    refunds = start_refunds(customer_id, returned.invoice.id, amount, reason="undone", by=actor, at=at)
    return change, refunds
