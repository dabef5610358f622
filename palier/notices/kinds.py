"""The kinds of events that people are told of: to whom, and what (docs/reference/messages)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from palier.events.models import Event
from palier.notices.letter import Draft
from palier.notices.letters import (
    approval,
    dunning,
    payment,
    period,
    plan_change,
    price_change,
    renewal,
    service,
    subscription,
)
from palier.people.permissions import CANCEL, CHANGE_PLAN, PAY, SET_PASSWORD
from palier.subscriptions.bill_period import House


@dataclass(frozen=True, slots=True)
class Kind:
    """Members whose role may do `act` are told what `draft` says; None of it, and nobody is."""

    act: str
    draft: Callable[[Event, House], Draft | None]


KINDS: Mapping[str, Kind] = {
    "plan_change.needs_approval": Kind(CHANGE_PLAN, approval.needs_approval),
    "plan_change.approved": Kind(CHANGE_PLAN, approval.approved),
    "plan_change.needs_person": Kind(CHANGE_PLAN, plan_change.needs_person),
    "plan_change.done": Kind(CHANGE_PLAN, plan_change.done),
    "plan_change.expired": Kind(CHANGE_PLAN, plan_change.expired),
    "plan_change.cancelled": Kind(CHANGE_PLAN, plan_change.cancelled),
    "plan_change.reversed": Kind(CHANGE_PLAN, plan_change.reversed_),
    "payment.failed": Kind(PAY, payment.failed),
    "payment.received": Kind(PAY, payment.received),
    "period.billed": Kind(PAY, period.billed),
    "subscription.renewal_announced": Kind(PAY, renewal.announced),
    "subscription.price_change_announced": Kind(PAY, price_change.announced),
    "invoice.reminded": Kind(PAY, dunning.reminded),
    "invoice.delay_granted": Kind(PAY, dunning.delay_granted),
    "subscription.suspended": Kind(PAY, dunning.suspended),
    "subscription.resumed": Kind(PAY, dunning.resumed),
    "subscription.cancellation_requested": Kind(CANCEL, subscription.end_requested),
    "subscription.cancellation_withdrawn": Kind(CANCEL, subscription.end_withdrawn),
    "subscription.cancelled": Kind(CANCEL, subscription.ended),
    "addon.set_up": Kind(CHANGE_PLAN, service.addon_set_up),
    "service.password_changed": Kind(SET_PASSWORD, service.password_changed),
}
