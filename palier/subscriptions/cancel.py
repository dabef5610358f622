"""A request to end a subscription: made, withdrawn, carried out. The caller holds the subscription's lock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from palier.events.record import SYSTEM, Actor, record
from palier.subscriptions.bill_again import periods_billed_from, take_out
from palier.subscriptions.models import CancellationRequest, Subscription
from palier.subscriptions.queries import cancellation_of, periods_from


class NotCancellable(Exception):
    """The subscription is over already, or was asked to end before. `code` is one of words/obstacles.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def request_cancellation(
    subscription: Subscription,
    *,
    at_renewal: bool,
    ends_on: date,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> CancellationRequest:
    """Write the request down; a renewal that was billed already for later is credited. Raises `NotCancellable`."""
    if subscription.state == "cancelled":
        raise NotCancellable("subscription_cancelled")
    if cancellation_of(subscription.customer_id, subscription.id):
        raise NotCancellable("cancellation_requested")
    request = CancellationRequest.objects.create(
        customer_id=subscription.customer_id,
        subscription=subscription,
        at_renewal=at_renewal,
        ends_on=ends_on,
        reason=reason,
        requested_by_id=by.id if by.kind == "user" else None,
        requested_at=at,
    )
    _drop_unpaid(subscription, ends_on, at=at, on=on)
    _record("subscription.cancellation_requested", request, by, at)
    return request


def _drop_unpaid(subscription: Subscription, ends_on: date, *, on: date, at: datetime) -> None:
    """Credit the renewals of after the end that nobody has paid; if the client stays, they are billed again."""
    unpaid = [period for period in periods_billed_from(subscription, ends_on) if not period.is_paid]
    take_out(subscription, unpaid, reason="ended", on=on, at=at)


def withdraw_cancellation(request: CancellationRequest, *, by: Actor, at: datetime) -> None:
    """The client stays. Raises `IllegalStep` by the database when it was carried out meanwhile."""
    request.state, request.closed_at = "withdrawn", at
    request.save(update_fields=["state", "closed_at"])
    _record("subscription.cancellation_withdrawn", request, by, at)


def end(subscription: Subscription, request: CancellationRequest, *, on: date, at: datetime) -> None:
    """The subscription is over: nothing renews, renewals not begun are credited, and no period goes on."""
    _drop_unpaid(subscription, request.ends_on, on=on, at=at)
    _cut_off(subscription, on)
    request.state, request.closed_at = "carried_out", at
    request.save(update_fields=["state", "closed_at"])
    subscription.state, subscription.ended_on = "cancelled", on
    subscription.save(update_fields=["state", "ended_on"])
    settled = request.settlement
    facts = {
        "returned": settled.get("total", 0),
        "to_payment": settled.get("to_payment", 0),
        "currency": subscription.currency,
    }
    _record("subscription.cancelled", request, SYSTEM, at, facts)


def _cut_off(subscription: Subscription, on: date) -> None:
    for period in periods_from(subscription.customer_id, subscription.id, on):
        period.until_on = max(period.start_on, on)
        period.save(update_fields=["until_on"])


def _record(
    kind: str,
    request: CancellationRequest,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    record(
        kind,
        subject=("subscription", request.subscription_id),
        customer_id=request.customer_id,
        at=at,
        actor=by,
        facts={
            "at_renewal": request.at_renewal,
            "ends_on": request.ends_on.isoformat(),
            "cause": request.cause,
            **(facts or {}),
        },
    )
