"""Move a change on once nothing is left to pay: to the panel, to a person, or to its renewal date."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.hours import HOURS_BY_HAND, promised_by
from palier.core.obstacle import UNKNOWN
from palier.core.periods import billing_date
from palier.core.policies import Policies
from palier.core.states import PLAN_CHANGE
from palier.events.record import record
from palier.plan_changes.fit import unknown_usage_of
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import target_of
from palier.plan_changes.queries import locked_change
from palier.provisioning.models import Service
from palier.provisioning.queries import job_of, service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_again import periods_billed_from, take_out
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.upcoming import set_upcoming
from palier.work.open_item import open_item
from palier.work.queries import open_item_about


@transaction.atomic
def after_payment(customer_id: UUID, change_id: UUID, *, house: House, at: datetime) -> None:
    """The change's invoice is paid. Does nothing unless it was waiting for that."""
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "awaiting_payment":
        return
    if change.expires_at is not None and at >= change.expires_at:
        return  # Too late: it expires, and what was paid goes to the credit balance.
    change.paid_at = at
    change.save(update_fields=["paid_at"])
    go_on(change, subscription, house=house, at=at)


def go_on(change: PlanChange, subscription: Subscription, *, house: House, at: datetime) -> None:
    """Nothing is left to pay: what comes next, comes now. The caller holds the subscription's lock."""
    if change.approved_at is None and change.quoted.approval != "none":
        ask_approval(change, house=house, at=at)
    elif change.at_renewal:
        schedule(change, subscription, house=house, at=at)
    else:
        begin(change, subscription, house=house, at=at)


def ask_approval(change: PlanChange, *, house: House, at: datetime) -> None:
    """Our team decides, by the time that the client is told."""
    path = house.catalog.path(change.origin.plan, change.target.plan)
    hours = (path.policies if path else Policies()).approval_hours
    change.promised_by = promised_by(at, hours, house.provider.hours)
    change.reason = "approval"
    change.save(update_fields=["promised_by", "reason"])
    open_item(
        change.customer_id,
        subject=("plan_change", change.id),
        reason="approval",
        facts={},
        promised_by=change.promised_by,
        at=at,
    )
    _move(change, "needs_approval", at)


def schedule(change: PlanChange, subscription: Subscription, *, house: House, at: datetime) -> None:
    """Let the renewal bill the target; the change is begun once that is paid and its day has come."""
    _bill_for_target(change, subscription, house, at)
    _move(change, "scheduled", at)


def begin(change: PlanChange, subscription: Subscription, *, house: House, at: datetime) -> None:
    """Start the work. The caller holds the subscription's lock.

    From here on renewal bills the target; a restart holds renewals until it is done or undone, and what was billed
    ahead and is not in its quote is credited.
    """
    if change.restarts:
        on = billing_date(at, house.provider.zone)
        ahead = periods_billed_from(subscription, change.paid_until_on)
        take_out(subscription, ahead, reason="billed_again", on=on, at=at)
        subscription.renewal_held = True
        subscription.save(update_fields=["renewal_held"])
    else:
        _bill_for_target(change, subscription, house, at)
    service = service_of(change.customer_id, change.subscription_id)
    change.begun_at = at
    if change.quoted.needs_person:
        # The hours promised count from when work can begin, which may be days after the quote.
        promise = promised_by(at, _lead_hours(change, house), house.provider.hours)
        change.promised_by = max(change.promised_by or promise, promise)
        unknown = _unknown(change, house)
        hand_to_person(
            change, "usage_unknown" if unknown else "path_needs_person", unknown, house=house, at=at
        )
        return
    _queue(change, service, house, at)
    _move(change, "applying", at)


def _unknown(change: PlanChange, house: House) -> dict[str, object]:
    """What could not be measured, where a person is needed for nothing else."""
    if house.catalog.person(change.origin, change.target):
        return {}
    told = (one for one in change.quoted.warnings if one.code == UNKNOWN["ask_person"])
    lines = [{"resource": one.resource, "used": None, "limit": one.limit} for one in told]
    return {"misfits": lines} if lines else {}


def _bill_for_target(change: PlanChange, subscription: Subscription, house: House, at: datetime) -> None:
    set_upcoming(
        subscription,
        change.target,
        change.agreed,
        change.discounts,
        from_on=change.paid_until_on,
        house=house,
        at=at,
    )


def _queue(change: PlanChange, service: Service, house: House, at: datetime) -> None:
    wanted = target_of(change, house)
    subject = ("plan_change", change.id)
    queue_job(
        service,
        "change",
        subject=subject,
        package=wanted.plan,
        privileges=wanted.privileges,
        limits=wanted.limits,
        unknown_usage=unknown_usage_of(change, house),
        at=at,
    )


@transaction.atomic
def hand_over(customer_id: UUID, change_id: UUID, *, house: House, at: datetime) -> None:
    """The panel could not: a person must.

    Does nothing unless the change is being applied and its latest job is given up, or was lost: it may have been
    tried again since.
    """
    change, _ = locked_change(customer_id, change_id)
    if change.state != "applying":
        return
    job = job_of(customer_id, ("plan_change", change_id))
    if job is None or job.state == "cancelled":
        hand_to_person(change, "unexpected", {}, house=house, at=at)
    elif job.state == "needs_person":
        hand_to_person(change, job.reason, job.told, house=house, at=at)


def hand_to_person(
    change: PlanChange, reason: str, facts: dict[str, object], *, house: House, at: datetime
) -> None:
    """Put it in the queue with a promised time. The client is told of it the first time, and once."""
    first_time = change.handed_over_at is None
    if change.promised_by is None or not first_time:
        change.promised_by = promised_by(at, _lead_hours(change, house), house.provider.hours)
    change.handed_over_at = change.handed_over_at or at
    change.reason = reason
    change.save(update_fields=["promised_by", "handed_over_at", "reason"])
    subject = ("plan_change", change.id)
    if open_item_about(change.customer_id, subject) is None:
        open_item(
            change.customer_id,
            subject=subject,
            reason=reason,
            facts=dict(facts),
            promised_by=change.promised_by,
            at=at,
        )
    _move(change, "needs_person", at, first_time=first_time)


def _lead_hours(change: PlanChange, house: House) -> int:
    person = house.catalog.person(change.origin, change.target)
    return int(person["working_hours"]) if person else HOURS_BY_HAND


@transaction.atomic
def begin_scheduled(customer_id: UUID, change_id: UUID, *, house: House, at: datetime) -> bool:
    """Begin a scheduled change whose day has come and whose renewal is paid; False when it must still wait."""
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "scheduled" or change.set_aside_by_id is not None:
        return False
    begin(change, subscription, house=house, at=at)
    return True


def _move(change: PlanChange, state: str, at: datetime, *, first_time: bool = True) -> None:
    if change.state != state:
        PLAN_CHANGE.check(change.state, state)
    change.state = state
    change.save(update_fields=["state", "begun_at"])
    record(
        f"plan_change.{state}",
        subject=("plan_change", change.id),
        customer_id=change.customer_id,
        stream_id=change.subscription_id,
        at=at,
        facts={
            "reason": change.reason,
            "promised_by": change.promised_by.isoformat() if change.promised_by else None,
            "first_time": first_time,
        },
    )
