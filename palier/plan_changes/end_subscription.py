"""End a subscription at the client's request: an open change is undone first, what the law of the customer gives back
is credited, then the service is suspended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.billing.refund import queue_refund
from palier.core.periods import billing_date
from palier.events.record import SYSTEM, Actor
from palier.ledger.lock import lock_accounts
from palier.plan_changes.end_addon import addons_without_changes, end_addon
from palier.plan_changes.queries import open_change_of
from palier.plan_changes.returned import Returned, returned_by_undo
from palier.plan_changes.stop_service import stop_service
from palier.plan_changes.undo import cancel
from palier.subscriptions.bill_period import House
from palier.subscriptions.cancel import end, request_cancellation, withdraw_cancellation
from palier.subscriptions.credit_rest import credit_days_left
from palier.subscriptions.models import CancellationRequest, Subscription
from palier.subscriptions.queries import addons_of, cancellation_of, locked, periods_from
from palier.subscriptions.settlement import Settlement, carry_out, settlement


class SettlementOutdated(Exception):
    """What would be given back is not what the client has read. Nothing was done."""


@dataclass(frozen=True, slots=True)
class EndAtOnce:
    """What ending now would give back: by the rule, of it and of its add-ons, and what undoing their open changes
    returns beside it."""

    settlement: Settlement
    undone: tuple[Returned, ...]
    addons: tuple[tuple[Subscription, Settlement], ...] = ()

    @property
    def promise(self) -> str:
        """What a page has promised, of it and of its add-ons."""
        return promise_of([self.settlement, *(settled for _, settled in self.addons)])

    @property
    def taken_off(self) -> int:
        """What is taken off invoices that are not paid, for the days that they would have been for."""
        return self.settlement.taken_off + sum(settled.taken_off for _, settled in self.addons)

    @property
    def returned_beside(self) -> int:
        """What was paid for open changes, and for periods billed for them: to the credit balance."""
        return sum(one.own + sum(period.paid for period in one.periods) for one in self.undone)


def end_at_once(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> EndAtOnce:
    """Reads only. Raises `Subscription.DoesNotExist`, for another customer's too."""
    subscriptions = Subscription.objects.select_related("customer")
    subscription = subscriptions.get(customer_id=customer_id, id=subscription_id)
    addons = list(addons_of(customer_id, subscription_id))
    settled, *of_addons = [_settled(one, house, at) for one in (subscription, *addons)]
    return EndAtOnce(
        settled[0],
        undone=tuple(undone for _, undone in (settled, *of_addons) if undone is not None),
        addons=tuple((addon, found) for addon, (found, _) in zip(addons, of_addons, strict=True)),
    )


def _settled(subscription: Subscription, house: House, at: datetime) -> tuple[Settlement, Returned | None]:
    """Once its open change is undone, and what that returns."""
    on = billing_date(at, house.provider.zone)
    change = open_change_of(subscription.customer_id, subscription.id)
    if change is None:
        return settlement(subscription, house=house, on=on), None
    undone = returned_by_undo(change, house, at)
    found = settlement(
        subscription,
        house=house,
        on=on,
        # They are billed again, and then credited in full: nobody has paid for them as they are then.
        without_periods=[period.start_on for period in undone.periods],
        undone=(change.id, change.invoice),
    )
    return found, undone


def promise_of(settlements: Iterable[Settlement]) -> str:
    """Of several that are carried out together."""
    return "+".join(settled.promise for settled in settlements)


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
    """At renewal: on the day of `ends_at_renewal_on`. At once: today, and what the law of the customer gives back is
    credited.

    `promise` is what the client read of that (`Settlement.promise`). Raises `NotCancellable`, `WorkHasBegun` or
    `SettlementOutdated`.
    """
    subscription = locked(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    # One that was set aside returns when the other ends, and must end too.
    while (open_change := open_change_of(customer_id, subscription_id)) is not None:
        cancel(customer_id, open_change.id, house=house, at=at, by=by)
    subscription.refresh_from_db()
    ends_on = ends_at_renewal_on(subscription, on) if at_renewal else on
    request = request_cancellation(
        subscription, at_renewal=at_renewal, ends_on=ends_on, reason=reason, by=by, on=on, at=at
    )
    if not at_renewal:
        _settle(subscription, request, promise, house=house, on=on, at=at, by=by)
    if ends_on <= on:
        carry_out_end(customer_id, subscription_id, house=house, at=at, by=by)
    return request


def ends_at_renewal_on(subscription: Subscription, on: date) -> date:
    """The end of what is paid, or of the period under way, which is owed: today where a service that is suspended has
    neither."""
    serves = subscription.state == "active"
    had = [
        period.until_on
        for period in periods_from(subscription.customer_id, subscription.id, on)
        if period.is_paid or (serves and period.start_on <= on)
    ]
    return max(had, default=on)


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
    addons = addons_without_changes(subscription, house=house, at=at, by=by)
    settled = settlement(subscription, house=house, on=on)
    of_addons = [settlement(addon, house=house, on=on) for addon in addons]
    if promise is not None and promise != promise_of([settled, *of_addons]):
        raise SettlementOutdated(settled.promise)
    _carry_out(subscription, settled, house=house, on=on, at=at, by=by)
    request.settlement = settled.to_json()
    request.save(update_fields=["settlement"])


def _carry_out(
    subscription: Subscription, settled: Settlement, *, house: House, on: date, at: datetime, by: Actor
) -> None:
    for refund in carry_out(subscription, settled, house=house, on=on, at=at, by=by):
        # By the queue: no gateway is asked inside a transaction, and what a worker loses is asked again.
        queue_refund(refund, at=at)
    if settled.kept_of_unpaid is not None:
        credit_days_left(subscription, on=on, at=at, keep=settled.kept_of_unpaid)


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
def carry_out_end(
    customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime, by: Actor = SYSTEM
) -> None:
    """The day has come: the subscription is over, its add-ons with it, and its service is stopped."""
    subscription = locked(customer_id, subscription_id)
    request = cancellation_of(customer_id, subscription_id)
    if request is None:
        return
    on = billing_date(at, house.provider.zone)
    lock_accounts(customer_id, subscription.currency)
    for addon in addons_without_changes(subscription, house=house, at=at, by=by):
        settled = settlement(addon, house=house, on=on)
        _carry_out(addon, settled, house=house, on=on, at=at, by=by)
        end_addon(addon, settled.to_json(), cause="service", on=on, at=at, by=by)
    end(subscription, request, on=on, at=at)
    stop_service(subscription, request, at=at)
