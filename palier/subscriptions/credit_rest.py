"""Credit what a subscription that ends unpaid has not been served: what stays owed is the time served.

Where dunning ends it, never more than is still owed; where the customer ends it and a law profile says what comes back
(`Keep`), all of its days less the indemnity, and what was paid beyond goes to the credit balance.
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import CreditNoteLine, Invoice, InvoiceLine
from palier.billing.queries import locked_invoice
from palier.billing.settle import record_paid
from palier.core.money import round_half_up, rounded
from palier.core.tax import credited
from palier.ledger.queries import owed_on
from palier.subscriptions.bill_again import periods_billed_from, take_out
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.queries import real_periods

#: Of the lines, and the reason of the notes, that take days off.
CODE = "ended_early"
#: Of a line whose days were taken off less an indemnity.
LESS_INDEMNITY = "ended_early_less_indemnity"

#: What is kept of the price of the days left, by a law profile.
Keep = Callable[[Fraction], Fraction]


def credit_rest(subscription: Subscription, *, on: date, at: datetime) -> None:
    """Of the periods that have not begun, everything: paid ones go to the credit balance, which pays what is owed.

    Of the one that has, unpaid, its days from `on` on: never more than is still owed of it, since what was paid was
    for the days served. The caller holds the subscription's lock.
    """
    credit_days_left(subscription, on=on, at=at)
    take_out(subscription, periods_billed_from(subscription, on), reason="ended", on=on, at=at)


def credit_days_left(subscription: Subscription, *, on: date, at: datetime, keep: Keep | None = None) -> None:
    """Of the period that has begun and is not paid, its days from `on` on."""
    for period in _begun_unpaid(subscription, on):
        assert period.invoice_id is not None
        invoice = locked_invoice(period.customer_id, period.invoice_id)
        amount = _net_of_days_left(period, invoice, on, keep)
        if amount > 0:
            is_less = keep is not None and keep(Fraction(invoice.net)) > 0
            _credit(invoice, amount, LESS_INDEMNITY if is_less else CODE, on=on, at=at)


def days_left_unpaid(subscription: Subscription, *, on: date, keep: Keep) -> int:
    """What `credit_days_left` would take off the invoices, taxes included."""
    total = 0
    for period in _begun_unpaid(subscription, on):
        assert period.invoice is not None
        net = _net_of_days_left(period, period.invoice, on, keep)
        before = period.invoice.net - left_to_credit(period.invoice)
        taxes = credited(period.invoice.tax_lines, period.invoice.net, net, before)
        total += net + sum(tax.amount for tax in taxes) if net > 0 else 0
    return total


def _begun_unpaid(subscription: Subscription, on: date) -> QuerySet[Period]:
    return real_periods(subscription.customer_id, subscription.id).filter(
        paid_on=None, invoice__isnull=False, start_on__lt=on, until_on__gt=on
    )


def _credit(invoice: Invoice, amount: int, code: str, *, on: date, at: datetime) -> None:
    billed = InvoiceLine.objects.filter(customer_id=invoice.customer_id, invoice=invoice).order_by("id")[0]
    line = LineToCredit(
        code,
        amount,
        billed.tax_class,
        billed.product,
        billed.plan,
        {**billed.facts, "ended_on": on.isoformat()},
        billed.subscription_id,
        billed.start_on,
        billed.until_on,
    )
    owed = owed_on(invoice.customer_id, invoice.id)
    note = issue_credit_note(invoice, [line], reason=CODE, on=on, at=at)
    if 0 < owed <= note.total:
        record_paid(invoice, at)  # What is left of it was paid before: its days served are held.


def _net_of_days_left(period: Period, invoice: Invoice, on: date, keep: Keep | None) -> int:
    days_left, days = (period.until_on - on).days, (period.until_on - period.start_on).days
    exact = Fraction(invoice.net * days_left, days)
    before = _taken_off_before(invoice)
    if keep is not None:
        return min(round_half_up(exact - keep(exact)) - before, left_to_credit(invoice))
    unserved = round_half_up(exact) - before
    owed = max(0, owed_on(invoice.customer_id, invoice.id))
    still_owed = rounded(Fraction(owed * invoice.net, invoice.total), "down")
    return min(unserved, still_owed, left_to_credit(invoice))


def _taken_off_before(invoice: Invoice) -> int:
    lines = CreditNoteLine.objects.filter(
        customer_id=invoice.customer_id, credit_note__invoice=invoice, code__in=[CODE, LESS_INDEMNITY]
    )
    total: int = lines.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
    return total
