"""End a subscription at the client's request: an open change is undone first, then the service is suspended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.periods import billing_date
from palier.drivers.panel import Capability
from palier.events.record import Actor
from palier.plan_changes.queries import open_change_of
from palier.plan_changes.undo import cancel
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_period import House
from palier.subscriptions.cancel import end, request_cancellation, withdraw_cancellation
from palier.subscriptions.models import CancellationRequest
from palier.subscriptions.queries import cancellation_of, locked, periods_from
from palier.work.open_item import open_item


@transaction.atomic
def request_end(
    customer_id: UUID,
    subscription_id: UUID,
    *,
    at_renewal: bool,
    reason: str,
    house: House,
    by: Actor,
    at: datetime,
) -> CancellationRequest:
    """At renewal: at the end of what is paid. At once: today. Raises `NotCancellable` or `WorkHasBegun`."""
    subscription = locked(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    # One that was set aside returns when the other ends, and must end too.
    while (open_change := open_change_of(customer_id, subscription_id)) is not None:
        cancel(customer_id, open_change.id, house=house, at=at, by=by)
    subscription.refresh_from_db()
    paid = [period for period in periods_from(customer_id, subscription_id, on) if period.is_paid]
    ends_on = max((period.until_on for period in paid), default=on) if at_renewal else on
    request = request_cancellation(
        subscription, at_renewal=at_renewal, ends_on=ends_on, reason=reason, by=by, on=on, at=at
    )
    if ends_on <= on:
        carry_out_end(customer_id, subscription_id, house=house, at=at)
    return request


@transaction.atomic
def withdraw(customer_id: UUID, subscription_id: UUID, *, by: Actor, at: datetime) -> bool:
    """The client stays; False when there is nothing to withdraw any more."""
    locked(customer_id, subscription_id)
    request = cancellation_of(customer_id, subscription_id)
    if request is None:
        return False
    withdraw_cancellation(request, by=by, at=at)
    return True


@transaction.atomic
def carry_out_end(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> None:
    """The day has come: the subscription is over and its service suspended. Nothing is deleted: a person does that."""
    subscription = locked(customer_id, subscription_id)
    request = cancellation_of(customer_id, subscription_id)
    if request is None:
        return
    end(subscription, request, on=billing_date(at, house.provider.zone), at=at)
    service = service_of(customer_id, subscription_id)
    subject = ("cancellation_request", request.id)
    if Capability.SUSPEND in capabilities_of(service.server):
        queue_job(service, "suspend", subject=subject, at=at)
    else:
        facts = {"label": subscription.label}
        open_item(customer_id, subject=subject, reason="end_by_hand", facts=facts, promised_by=None, at=at)
