"""When this happened, do that: one table.

Recording an event queues its reactions in the same transaction; a worker runs them here, at least once each, and
each checks the state first, so that running one again changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import structlog
from django.db.models import QuerySet
from structlog.contextvars import bound_contextvars

from palier.catalog import snapshot
from palier.core.periods import billing_date
from palier.dunning.lift import lift_after
from palier.events.models import Event
from palier.events.prepared import only_one, prepared
from palier.events.record import queue_reaction
from palier.events.trace import ids_of
from palier.notices.write import write_notices
from palier.people.queries import provider
from palier.plan_changes.advance import after_payment, hand_over
from palier.plan_changes.at_renewal import begin_due
from palier.plan_changes.disputed import bring_paid_back, bring_won_back, take_disputed_out
from palier.plan_changes.finish import finish
from palier.plan_changes.queries import change_of
from palier.plan_changes.wait_for_transfer import wait_for_transfer
from palier.provisioning.set_up_addon import set_up_addon
from palier.reconciliation.after_server import across_customers_end_drifts_on
from palier.reconciliation.reconcile import compare_again
from palier.subscriptions.bill_period import House
from palier.subscriptions.pay_period import pay_period

log = structlog.get_logger()

Reaction = Callable[[Event], None]


def house() -> House:
    """The catalogue and the provider of this moment."""
    return House(snapshot.current(), provider())


def change_moves_on(event: Event) -> None:
    if event.facts["subject_kind"] == "plan_change":
        after_payment(_customer(event), UUID(event.facts["subject_id"]), house=house(), at=event.at)


def period_is_held(event: Event) -> None:
    if event.facts["subject_kind"] == "period":
        pay_period(_customer(event), UUID(event.facts["subject_id"]), event.at)


def scheduled_change_begins(event: Event) -> None:
    now = house()
    on = billing_date(event.at, now.provider.zone)
    begin_due(_customer(event), event.subject_id, house=now, on=on, at=event.at)


def suspension_is_lifted(event: Event) -> None:
    """Of the invoice that was paid, or that a credit note settles."""
    invoice_id = event.subject_id if event.kind == "invoice.paid" else UUID(event.facts["invoice"])
    lift_after(_customer(event), invoice_id, house=house(), at=event.at)


def addon_is_set_up(event: Event) -> None:
    set_up_addon(_customer(event), event.subject_id, house=house(), at=event.at)


def free_addon_is_set_up(event: Event) -> None:
    """A first period for which nothing is billed is paid with its bill."""
    if event.facts["invoice"] is None:
        addon_is_set_up(event)


def change_is_finished(event: Event) -> None:
    if event.facts["subject_kind"] == "plan_change":
        finish(_customer(event), UUID(event.facts["subject_id"]), house=house(), at=event.at)


def service_is_compared(event: Event) -> None:
    """A panel was read back: what differed may be gone. Of a change, its end compares nothing new."""
    if event.facts["subject_kind"] in ("subscription", "service"):
        compare_again(_customer(event), event.stream_id, house=house(), at=event.at)


def change_needs_person(event: Event) -> None:
    if event.facts["subject_kind"] == "plan_change":
        hand_over(_customer(event), UUID(event.facts["subject_id"]), house=house(), at=event.at)


def change_waits_for_transfer(event: Event) -> None:
    wait_for_transfer(_customer(event), event.subject_id, house=house(), at=event.at)


def differences_are_taken(event: Event) -> None:
    take_disputed_out(_customer(event), UUID(event.facts["invoice"]), at=event.at)


def change_was_disputed(event: Event) -> None:
    """A payment that was disputed before the change was done: nothing was held for it then."""
    invoice_id = change_of(_customer(event), event.subject_id).invoice_id
    if invoice_id is not None:
        take_disputed_out(_customer(event), invoice_id, at=event.at)


def won_differences_return(event: Event) -> None:
    bring_won_back(_customer(event), UUID(event.facts["dispute"]), at=event.at)


def paid_differences_return(event: Event) -> None:
    bring_paid_back(_customer(event), event.subject_id, at=event.at)


def differences_there_are_over(event: Event) -> None:
    across_customers_end_drifts_on(event.subject_id, event.at)


REACTIONS: Mapping[str, tuple[Reaction, ...]] = {
    "invoice.paid": (change_moves_on, period_is_held, suspension_is_lifted, paid_differences_return),
    "invoice.reminded": (write_notices,),
    "invoice.delay_granted": (write_notices,),
    "credit_note.issued": (suspension_is_lifted,),
    "period.paid": (scheduled_change_begins, addon_is_set_up),
    "job.done": (change_is_finished, service_is_compared),
    "job.needs_person": (change_needs_person,),
    "plan_change.needs_approval": (write_notices,),
    "plan_change.approved": (write_notices,),
    "plan_change.needs_person": (write_notices,),
    "plan_change.done": (change_was_disputed, write_notices),
    "plan_change.expired": (write_notices,),
    "plan_change.cancelled": (write_notices,),
    "plan_change.reversed": (write_notices,),
    "payment.failed": (write_notices,),
    "payment.awaiting_transfer": (change_waits_for_transfer,),
    "payment.disputed": (differences_are_taken,),
    "payment.dispute_won": (won_differences_return,),
    "payment.received": (write_notices,),
    "period.billed": (free_addon_is_set_up, write_notices),
    "subscription.renewal_announced": (write_notices,),
    "subscription.price_change_announced": (write_notices,),
    "subscription.cancellation_requested": (write_notices,),
    "subscription.cancellation_withdrawn": (write_notices,),
    "subscription.suspended": (write_notices,),
    "subscription.resumed": (write_notices,),
    "subscription.cancelled": (write_notices,),
    "service.password_changed": (write_notices,),
    "addon.set_up": (write_notices,),
    "server.retired": (differences_there_are_over,),
}


def react(event_id: UUID) -> None:
    """Run every reaction to one event. One that fails is run again with the rest: each may be repeated."""
    event = only_one(_events(event_id), Event)
    with bound_contextvars(**ids_of(event)):
        log.info(event.kind, actor=event.actor_kind, at=event.at.isoformat())
        for reaction in REACTIONS.get(event.kind, ()):
            reaction(event)


@prepared
def _events(event_id: UUID) -> QuerySet[Event]:
    return Event.objects.filter(id=event_id)


def react_to_all(event_ids: Sequence[UUID]) -> None:
    """React to events that one transaction recorded together. One whose reaction fails is queued again alone, so that
    it is tried as often as any other and holds up nobody."""
    for event_id in event_ids:
        try:
            react(event_id)
        except Exception:
            log.exception("reaction_failed", event_id=str(event_id))
            queue_reaction(event_id)


def _customer(event: Event) -> UUID:
    assert event.customer_id is not None
    return event.customer_id
