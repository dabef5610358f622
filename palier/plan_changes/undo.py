"""Take a change back: before it is paid, when it was not paid, or because it cannot be done.

Whatever is undone, the subscription goes back to what it was for (or to the scheduled change that was set aside),
and what was paid goes to the customer's credit balance, or back to where it came from.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import Payment
from palier.billing.queries import locked_invoice
from palier.billing.settle import close_attempt, record_paid
from palier.billing.void import credit_all
from palier.core.periods import billing_date
from palier.core.states import OPEN_JOB, PAYMENT_OPEN, PLAN_CHANGE
from palier.events.record import SYSTEM, Actor, record
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import panel_target
from palier.plan_changes.queries import locked_change
from palier.provisioning.queries import jobs_about, service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_period import House
from palier.subscriptions.codes import give_back_code
from palier.subscriptions.models import Subscription
from palier.subscriptions.pending import billed_lines, drop, wait_again
from palier.subscriptions.queries import real_periods
from palier.subscriptions.upcoming import set_upcoming
from palier.work.queries import open_item_about
from palier.work.take import close


class WorkHasBegun(Exception):
    """It is too late to cancel: the panel was asked, or a person has taken it."""


@transaction.atomic
def cancel(customer_id: UUID, change_id: UUID, *, house: House, at: datetime, by: Actor) -> PlanChange:
    """The client changes their mind, until work has begun. Raises `WorkHasBegun`; an ended change stays as it is,
    and so does one that was set aside: it ends with the other, or returns when that one is cancelled."""
    change, subscription = locked_change(customer_id, change_id)
    if not change.is_open or change.set_aside_by_id is not None:
        return change
    if change.state == "scheduled" and _is_billed(change, billing_date(at, house.provider.zone)):
        raise WorkHasBegun(str(change.id))
    if change.state in ("applying", "needs_person"):
        if _has_begun(change):
            raise WorkHasBegun(str(change.id))
        return _take_back(change, subscription, "reversed", "by_client", house=house, at=at, by=by)
    return _take_back(change, subscription, _end_before_work(change), "by_client", house=house, at=at, by=by)


@transaction.atomic
def expire(customer_id: UUID, change_id: UUID, *, house: House, at: datetime) -> PlanChange:
    """Nobody paid in time. A payment that comes after all goes to the credit balance."""
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "awaiting_payment" or change.expires_at is None or change.expires_at > at:
        return change
    if change.invoice_id is not None and _was_paid_in_time(change, change.invoice_id):
        return change  # Its reaction is on the way.
    return _take_back(change, subscription, "expired", "unpaid", house=house, at=at, by=SYSTEM)


@transaction.atomic
def undo(
    customer_id: UUID,
    change_id: UUID,
    *,
    reason: str,
    house: House,
    at: datetime,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
) -> PlanChange:
    """It cannot be done: credit note, and the money to the customer's credit balance. Ended changes stay.

    `facts` go into the event beside the reason: what staff said of it to the client, for one.
    """
    change, subscription = locked_change(customer_id, change_id)
    if change.state not in ("applying", "needs_person"):
        return change
    return _take_back(change, subscription, "reversed", reason, house=house, at=at, by=by, facts=facts)


@transaction.atomic
def turn_down(
    customer_id: UUID,
    change_id: UUID,
    *,
    reason: str,
    house: House,
    at: datetime,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
) -> PlanChange:
    """Our team says no, or its yes came too late. A change that no longer waits for it stays as it is."""
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "needs_approval":
        return change
    state = _end_before_work(change)
    return _take_back(change, subscription, state, reason, house=house, at=at, by=by, facts=facts)


def _end_before_work(change: PlanChange) -> str:
    """What waits for approval after it was paid is given back; nothing was paid for anything else."""
    return "reversed" if change.state == "needs_approval" and change.invoice_id is not None else "cancelled"


@transaction.atomic
def drop_misfit(customer_id: UUID, change_id: UUID, *, house: House, at: datetime) -> PlanChange:
    """A scheduled change that no longer fits: the current plan is billed, and the client told."""
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "scheduled" or change.set_aside_by_id is not None:
        return change
    return _take_back(change, subscription, "cancelled", "no_longer_fits", house=house, at=at, by=SYSTEM)


@transaction.atomic
def drop_unpaid(customer_id: UUID, change_id: UUID, *, house: House, at: datetime, by: Actor) -> PlanChange:
    """A scheduled change whose subscription ends before its renewal was paid.

    The current plan is what was served. Where it costs less than what its periods were billed for, they are billed
    again; else they stay as they are, since nobody owes more than they were told.
    """
    change, subscription = locked_change(customer_id, change_id)
    if change.state != "scheduled":
        return change
    again_from_on = _served_from(change, subscription, house, at)
    return _take_back(
        change, subscription, "cancelled", "unpaid", house=house, at=at, by=by, again_from_on=again_from_on
    )


@transaction.atomic
def give_up(customer_id: UUID, change_id: UUID, *, house: House, at: datetime, by: Actor) -> PlanChange:
    """The change of an add-on that ends with its service, or with a level that has it: however far it has come, it is
    not made, and what was paid for it is given back. An ended change stays. Raises `WorkHasBegun` while the panel is
    being asked."""
    change, subscription = locked_change(customer_id, change_id)
    if not change.is_open:
        return change
    state, again_from_on = _end_before_work(change), None
    if change.state in ("applying", "needs_person"):
        state = "reversed"
    elif change.state == "scheduled":
        again_from_on = _served_from(change, subscription, house, at)
    return _take_back(
        change, subscription, state, "service_ended", house=house, at=at, by=by, again_from_on=again_from_on
    )


def _served_from(change: PlanChange, subscription: Subscription, house: House, at: datetime) -> date | None:
    """Of a scheduled change: periods before that day stay billed for the target, unless that is dearer than what was
    served (None)."""
    is_dearer = change.target.cycle == change.origin.cycle and change.price > subscription.price
    return None if is_dearer else billing_date(at, house.provider.zone)


def _was_paid_in_time(change: PlanChange, invoice_id: UUID) -> bool:
    late = Payment.objects.filter(
        customer_id=change.customer_id,
        invoice_id=invoice_id,
        state="succeeded",
        settled_at__gte=change.expires_at,
    )
    return owed_on(change.customer_id, invoice_id) <= 0 and not late.exists()


def _is_billed(change: PlanChange, on: date) -> bool:
    """Has the period that a scheduled change is for begun, billed for it? Then it is too late to go back."""
    begun = real_periods(change.customer_id, change.subscription_id).filter(
        start_on__gte=change.paid_until_on, start_on__lte=on, configuration=change.to_configuration
    )
    return begun.exists()


def _has_begun(change: PlanChange) -> bool:
    subject = ("plan_change", change.id)
    item = open_item_about(change.customer_id, subject, lock=True)
    # Locked, so that no worker begins between this look and the cancellation.
    jobs = jobs_about(change.customer_id, subject).select_for_update(of=("self",))
    return (item is not None and item.state == "taken") or any(job.attempts > 0 for job in jobs)


def _take_back(
    change: PlanChange,
    subscription: Subscription,
    state: str,
    reason: str,
    *,
    house: House,
    at: datetime,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    again_from_on: date | None = None,
) -> PlanChange:
    """`again_from_on`: periods before it stay billed as they are, although the change is not made."""
    PLAN_CHANGE.check(change.state, state)
    was_scheduled = change.state == "scheduled"
    _stop_work(change, house, by, at)
    if change.quoted.to_next_invoice.total:
        _take_off_next_invoice(change, subscription, house, at, by)
    if change.invoice_id is not None:
        _credit(
            change,
            subscription,
            change.invoice_id,
            "unpaid" if state in ("expired", "cancelled") else "undone",
            house,
            at,
            by,
        )
    change.state, change.reason, change.ended_at = state, reason, at
    change.save(update_fields=["state", "reason", "ended_at"])
    _restore(change, subscription, was_scheduled, again_from_on or change.paid_until_on, house, at)
    give_back_code(change.customer_id, change.id, at)
    record(
        f"plan_change.{state}",
        subject=("plan_change", change.id),
        customer_id=change.customer_id,
        stream_id=subscription.id,
        at=at,
        actor=by,
        facts={"reason": reason, **(facts or {})},
    )
    return change


def _stop_work(change: PlanChange, house: House, by: Actor, at: datetime) -> None:
    """Nobody need do it any more. Raises `WorkHasBegun` while the panel is being asked: who knows what it does then."""
    subject = ("plan_change", change.id)
    item = open_item_about(change.customer_id, subject, lock=True)
    if item is not None:
        close(item, state="cancelled", by=by, at=at)
    jobs = list(jobs_about(change.customer_id, subject).select_for_update(of=("self",)))
    for job in jobs:
        if job.state == "running":
            raise WorkHasBegun(str(change.id))
        if job.state in OPEN_JOB:
            job.state, job.ended_at = "cancelled", at
            job.save(update_fields=["state", "ended_at"])
    if any(job.acts_sent for job in jobs):
        _put_back(change, house, at)


def _put_back(change: PlanChange, house: House, at: datetime) -> None:
    """The panel was asked, and may have done it all or half: it is looked at, and put back on the level there was."""
    service = service_of(change.customer_id, change.subscription_id)
    before = panel_target(change.origin, house)
    subject = ("undone_change", change.id)
    queue_job(
        service,
        "change",
        subject=subject,
        package=before.plan,
        privileges=before.privileges,
        limits=before.limits,
        unsure=True,
        at=at,
    )


def _take_off_next_invoice(
    change: PlanChange, subscription: Subscription, house: House, at: datetime, by: Actor
) -> None:
    """What was too small to be paid alone waits no more; where it was billed since, it is credited there."""
    drop(subscription, change.id)
    for line in billed_lines(subscription, change.id):
        invoice = locked_invoice(change.customer_id, line.invoice_id)
        amount = min(line.net, left_to_credit(invoice))
        if amount > 0:
            back = LineToCredit(
                code="undone",
                amount=amount,
                tax_class=line.tax_class,
                product=line.product,
                plan=line.plan,
                facts=line.facts | {"taken_off": True},
                subscription_id=subscription.id,
                start_on=line.start_on,
                until_on=line.until_on,
            )
            owed = owed_on(change.customer_id, invoice.id)
            on = billing_date(at, house.provider.zone)
            note = issue_credit_note(invoice, [back], reason="undone", on=on, at=at, by=by)
            if 0 < owed <= note.total:
                record_paid(invoice, at)


def _credit(
    change: PlanChange,
    subscription: Subscription,
    invoice_id: UUID,
    reason: str,
    house: House,
    at: datetime,
    by: Actor,
) -> None:
    """Credit the invoice; what was paid of it, by card or from the balance, is then money we hold. What it had billed
    of changes before this one waits for the next."""
    invoice = locked_invoice(change.customer_id, invoice_id)
    hoped_for = Payment.objects.filter(
        customer_id=change.customer_id, invoice=invoice, state__in=PAYMENT_OPEN
    )
    for payment in hoped_for:
        close_attempt(payment, state="abandoned", failure="change_ended", at=at)
    credit_all(invoice, reason=reason, on=billing_date(at, house.provider.zone), at=at, by=by)
    wait_again(subscription, invoice)


def _restore(
    change: PlanChange,
    subscription: Subscription,
    was_scheduled: bool,
    from_on: date,
    house: House,
    at: datetime,
) -> None:
    """What the next renewal is for: the change that was set aside, which returns, or what it is for now."""
    if subscription.renewal_held:
        subscription.renewal_held = False
        subscription.save(update_fields=["renewal_held"])
    if was_scheduled or change.begun_at is not None:
        set_upcoming(subscription, None, None, None, from_on=from_on, house=house, at=at)
    waiting = PlanChange.objects.filter(
        customer_id=change.customer_id, set_aside_by=change, state="scheduled"
    ).first()
    if waiting is not None:
        _bring_back(waiting, subscription, house, at)


def _bring_back(waiting: PlanChange, subscription: Subscription, house: House, at: datetime) -> None:
    """A scheduled change that was set aside is for the first period that has not begun."""
    on = billing_date(at, house.provider.zone)
    begun = real_periods(subscription.customer_id, subscription.id).filter(start_on__lte=on)
    last = begun.order_by("-until_on").first()
    if last is not None and last.until_on > waiting.takes_effect_on:
        waiting.takes_effect_on = waiting.paid_until_on = last.until_on
    waiting.set_aside_by = None
    waiting.save(update_fields=["set_aside_by", "takes_effect_on", "paid_until_on"])
    set_upcoming(
        subscription,
        waiting.target,
        waiting.agreed,
        waiting.discounts,
        from_on=waiting.takes_effect_on,
        house=house,
        at=at,
    )
