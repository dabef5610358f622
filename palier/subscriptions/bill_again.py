"""Credit an open renewal invoice and bill its period again, because what the period is for has changed."""

from datetime import date, datetime

from palier.billing.models import Invoice
from palier.billing.void import credit_all
from palier.core.periods import billing_date
from palier.subscriptions.bill_period import House, bill_period, next_span
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import real_periods


def drop_open_renewals(subscription: Subscription, *, on: date, at: datetime, reason: str) -> list[Period]:
    """Credit the unpaid renewals whose period has not begun, and empty their periods; return those.

    The caller holds the subscription's lock. A renewal that is paid stays: its level is held.
    """
    open_renewals = real_periods(subscription.customer_id, subscription.id).filter(
        start_on__gt=on, paid_on=None
    )
    dropped = list(open_renewals.order_by("start_on"))
    for period in dropped:
        if period.invoice_id is not None:
            invoice = Invoice.objects.select_for_update().get(
                customer_id=subscription.customer_id, id=period.invoice_id
            )
            credit_all(invoice, reason=reason, on=on, at=at)
        period.until_on = period.start_on
        period.save(update_fields=["until_on"])
    return dropped


def bill_renewals_again(subscription: Subscription, *, house: House, at: datetime) -> None:
    """Issue the open renewals anew for what the subscription is for next. The caller holds its lock."""
    on = billing_date(at, house.provider.zone)
    for dropped in drop_open_renewals(subscription, on=on, at=at, reason="billed_again"):
        span = next_span(subscription, subscription.upcoming, dropped.start_on)
        bill_period(
            subscription,
            subscription.upcoming,
            subscription.upcoming_lines,
            span,
            house=house,
            at=at,
            on=on,
            due_on=span.start_on,
        )
