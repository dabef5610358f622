"""Credit periods that were billed, and bill them again, because what they are for has changed.

One rule for every occasion: the invoice is credited in full, paid or not, the period is emptied, and billed anew; what
had been paid is in the credit balance by then, and pays the new bill first.
"""

from collections.abc import Sequence
from datetime import date, datetime

from palier.billing.collect_due import use_credit_balance
from palier.billing.queries import locked_invoice
from palier.billing.void import credit_all
from palier.core.periods import billing_date
from palier.core.renewal import next_span
from palier.ledger.lock import lock_accounts
from palier.subscriptions.bill_period import House, bill_period
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.pending import wait_again
from palier.subscriptions.queries import real_periods


def periods_billed_from(subscription: Subscription, from_on: date) -> list[Period]:
    """The periods billed that start on that day or later, in order."""
    periods = real_periods(subscription.customer_id, subscription.id)
    return list(periods.filter(start_on__gte=from_on).order_by("start_on"))


def take_out(
    subscription: Subscription, periods: Sequence[Period], *, reason: str, on: date, at: datetime
) -> None:
    """Credit what these periods were billed, and empty them. The caller holds the subscription's lock."""
    for period in periods:
        if period.invoice_id is not None:
            invoice = locked_invoice(subscription.customer_id, period.invoice_id)
            credit_all(invoice, reason=reason, on=on, at=at)
            wait_again(subscription, invoice)
        period.until_on = period.start_on
        period.save(update_fields=["until_on"])


def bill_again(subscription: Subscription, periods: Sequence[Period], *, house: House, at: datetime) -> None:
    """Bill these periods anew for what the subscription is for next: several may become one of a longer cycle. The
    caller holds its lock."""
    on = billing_date(at, house.provider.zone)
    lock_accounts(subscription.customer_id, subscription.currency)
    take_out(subscription, periods, reason="billed_again", on=on, at=at)
    billed_until_on = date.min
    for old in periods:
        if old.start_on < billed_until_on:
            continue
        span = next_span(subscription.anchor_on, subscription.upcoming.cycle, old.start_on)
        billed_until_on = span.until_on
        invoice_id = bill_period(
            subscription,
            subscription.upcoming,
            subscription.upcoming_lines_from(span.start_on),
            span,
            house=house,
            at=at,
            on=on,
        )
        if old.is_paid and invoice_id is not None:
            use_credit_balance(subscription.customer_id, invoice_id, on=on, at=at)
