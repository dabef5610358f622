"""Renew a subscription: bill its next period, ahead of time, and once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.periods import billing_date
from palier.core.renewal import Agreement, horizon, next_span, renews_on
from palier.subscriptions.bill_period import House, bill_period
from palier.subscriptions.models import Period
from palier.subscriptions.queries import cancellation_of, last_period, locked


@transaction.atomic
def renew(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> Period | None:
    """Bill the next period if it is time; None when there is nothing to bill.

    Bills `next_configuration` where a change with nothing left to pay has written one. A subscription that was
    cancelled, or asked to end then, is not renewed; one held up by a restart under way waits for it.
    """
    subscription = locked(customer_id, subscription_id)
    last, request = last_period(customer_id, subscription_id), cancellation_of(customer_id, subscription_id)
    on = billing_date(at, house.provider.zone)
    agreement = Agreement(
        billed_until_on=last.until_on if last else None,
        is_over=subscription.state == "cancelled",
        is_held=subscription.renewal_held,
        ends_on=request.ends_on if request else None,
    )
    start_on = renews_on(agreement, horizon(on))
    if start_on is None:
        return None
    configuration = subscription.upcoming
    span = next_span(subscription.anchor_on, configuration.cycle, start_on)
    lines = subscription.upcoming_lines
    return bill_period(subscription, configuration, lines, span, house=house, at=at, on=on)
