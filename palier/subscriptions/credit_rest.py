"""Credit what a subscription that ends unpaid has not been served: what stays owed is the time served."""

from datetime import date, datetime
from fractions import Fraction

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import Invoice, InvoiceLine
from palier.billing.queries import locked_invoice
from palier.core.money import round_half_up, rounded
from palier.ledger.queries import owed_on
from palier.subscriptions.bill_again import periods_billed_from, take_out
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import real_periods


def credit_rest(subscription: Subscription, *, on: date, at: datetime) -> None:
    """Of the periods that have not begun, everything: paid ones go to the credit balance, which pays what is owed.

    Of the one that has, unpaid, its days from `on` on: never more than is still owed of it, since what was paid was
    for the days served. The caller holds the subscription's lock.
    """
    credit_days_left(subscription, on=on, at=at)
    take_out(subscription, periods_billed_from(subscription, on), reason="ended", on=on, at=at)


def credit_days_left(subscription: Subscription, *, on: date, at: datetime) -> None:
    """Of the period that has begun and is not paid, its days from `on` on, as `credit_rest` says."""
    begun = real_periods(subscription.customer_id, subscription.id).filter(
        paid_on=None, invoice__isnull=False, start_on__lt=on, until_on__gt=on
    )
    for period in begun:
        _credit_days_left(period, on=on, at=at)


def _credit_days_left(period: Period, *, on: date, at: datetime) -> None:
    assert period.invoice_id is not None
    invoice = locked_invoice(period.customer_id, period.invoice_id)
    amount = _net_of_days_left(period, invoice, on)
    if amount <= 0:
        return
    billed = InvoiceLine.objects.filter(customer_id=invoice.customer_id, invoice=invoice).order_by("id")[0]
    line = LineToCredit(
        "ended_early",
        amount,
        billed.tax_class,
        billed.product,
        billed.plan,
        {**billed.facts, "ended_on": on.isoformat()},
        billed.subscription_id,
        billed.start_on,
        billed.until_on,
    )
    issue_credit_note(invoice, [line], reason="ended_early", on=on, at=at)


def _net_of_days_left(period: Period, invoice: Invoice, on: date) -> int:
    days_left, days = (period.until_on - on).days, (period.until_on - period.start_on).days
    unserved = round_half_up(Fraction(invoice.net * days_left, days))
    owed = max(0, owed_on(invoice.customer_id, invoice.id))
    still_owed = rounded(Fraction(owed * invoice.net, invoice.total), "down")
    return min(unserved, still_owed, left_to_credit(invoice))
