"""End a subscription at the client's request: an open change is undone first, what the law of the customer gives back
is credited, then the service is suspended.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.billing.refund import queue_refund
from palier.core.periods import billing_date
from palier.drivers.panel import Capability
from palier.events.record import Actor
from palier.ledger.lock import lock_accounts
from palier.plan_changes.queries import open_change_of
from palier.plan_changes.returned import Returned, returned_by_undo
from palier.plan_changes.undo import cancel
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.bill_period import House
from palier.subscriptions.cancel import end, request_cancellation, withdraw_cancellation
from palier.subscriptions.models import CancellationRequest, Subscription
from palier.subscriptions.queries import cancellation_of, locked, periods_from
from palier.subscriptions.settlement import Settlement, carry_out, settlement
from palier.work.open_item import open_item


class SettlementOutdated(Exception):
    """What would be given back is not what the client has read. Nothing was done."""


@dataclass(frozen=True, slots=True)
class EndAtOnce:
    """What ending now would give back: by the rule, and what undoing the open change returns beside it."""

    settlement: Settlement
    undone: Returned | None

    @property
    def returned_beside(self) -> int:
        """What was paid for the open change, and for periods billed for it: to the credit balance."""
        if self.undone is None:
            return 0
        return self.undone.own + sum(period.paid for period in self.undone.periods)


def end_at_once(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> EndAtOnce:
    """Reads only. Raises `Subscription.DoesNotExist`, for another customer's too."""
    subscriptions = Subscription.objects.select_related("customer")
    subscription = subscriptions.get(customer_id=customer_id, id=subscription_id)
    on = billing_date(at, house.provider.zone)
    change = open_change_of(customer_id, subscription_id)
    if change is None:
        return EndAtOnce(settlement(subscription, house=house, on=on), None)
    undone = returned_by_undo(change, house, at)
    settled = settlement(
        subscription,
        house=house,
        on=on,
        # They are billed again, and then credited in full: nobody has paid for them as they are then.
        without_periods=[period.start_on for period in undone.periods],
        without_invoice=change.invoice_id,
    )
    return EndAtOnce(settled, undone)


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
    promise: str | None = None,
) -> CancellationRequest:
    """At renewal: at the end of what is paid. At once: today, and what the law of the customer gives back is credited.

    `promise` is what the client read of that (`Settlement.promise`). Raises `NotCancellable`, `WorkHasBegun` or
    `SettlementOutdated`.
    """
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
    if not at_renewal:
        _settle(subscription, request, promise, house=house, on=on, at=at, by=by)
    if ends_on <= on:
        carry_out_end(customer_id, subscription_id, house=house, at=at)
    return request


def _settle(
    subscription: Subscription,
    request: CancellationRequest,
    promise: str | None,
    *,
    house: House,
    on: date,
    at: datetime,
    by: Actor,
) -> None:
    """Worked out again under the locks: what was promised, or nothing."""
    lock_accounts(subscription.customer_id, subscription.currency)
    settled = settlement(subscription, house=house, on=on)
    if promise is not None and promise != settled.promise:
        raise SettlementOutdated(settled.promise)
    for refund in carry_out(subscription, settled, house=house, on=on, at=at, by=by):
        # By the queue: no gateway is asked inside a transaction, and what a worker loses is asked again.
        queue_refund(refund, at=at)
    request.settlement = settled.to_json()
    request.save(update_fields=["settlement"])


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
