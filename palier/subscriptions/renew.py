"""Renew a subscription: bill its next period, ahead of time, and once."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from palier.core.periods import billing_date
from palier.subscriptions.bill_period import House, bill_period, next_span
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import cancellation_of, last_period, locked

#: A renewal is invoiced this many days before its period begins, and due on that day.
DAYS_AHEAD = 7


def horizon(on: date) -> date:
    """Periods that begin on this day or before are billed now."""
    return on + timedelta(DAYS_AHEAD)


@transaction.atomic
def renew(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> Period | None:
    """Bill the next period if it is time; None when there is nothing to bill.

    Bills `next_configuration` where a change with nothing left to pay has written one. A subscription that was
    cancelled, or asked to end then, is not renewed; one held up by a restart under way waits for it.
    """
    subscription = locked(customer_id, subscription_id)
    last = last_period(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    if last is None or last.until_on > horizon(on) or not _goes_on(subscription, last.until_on):
        return None
    configuration = subscription.upcoming
    span = next_span(subscription, configuration, last.until_on)
    return bill_period(
        subscription,
        configuration,
        subscription.upcoming_lines,
        span,
        house=house,
        at=at,
        on=on,
        due_on=max(on, span.start_on),
    )


def _goes_on(subscription: Subscription, from_on: date) -> bool:
    if subscription.state == "cancelled" or subscription.renewal_held:
        return False
    request = cancellation_of(subscription.customer_id, subscription.id)
    return request is None or request.ends_on > from_on
