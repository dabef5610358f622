"""What the next renewal of a subscription will cost, and when."""

from dataclasses import dataclass
from datetime import date

from palier.billing.issue import taxed_lines
from palier.core.money import Money
from palier.core.renewal import bill, invoiced_on, next_span
from palier.core.tax import Taxed
from palier.subscriptions.bill_period import House, lines_to_bill
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import ends_of, ends_on_of, periods_from


@dataclass(frozen=True, slots=True)
class Renewal:
    """The day the next period begins, and the total of its invoice, taxes included where there are any."""

    on: date
    total: Money
    has_taxes: bool


def next_renewal(subscription: Subscription, *, house: House, on: date) -> Renewal | None:
    """The first renewal after what is paid on that day; None where nothing will renew."""
    customer_id, configuration = subscription.customer_id, subscription.upcoming
    renewal_on = ends_of(periods_from(customer_id, subscription.id, on))
    if renewal_on is None or subscription.state == "cancelled" or not configuration.cycle.is_recurring:
        return None
    ends_on = ends_on_of(subscription)
    if ends_on is not None and ends_on <= renewal_on:
        return None
    worked_out = taxed_period(subscription, renewal_on, house, on)
    return Renewal(renewal_on, Money(worked_out.total, subscription.currency), bool(worked_out.lines))


def renewal_total(subscription: Subscription, renewal_on: date, *, house: House, on: date) -> Money:
    """The total of the invoice of the period that begins then, taxes included. Reads nothing more."""
    return Money(taxed_period(subscription, renewal_on, house, on).total, subscription.currency)


def taxed_period(subscription: Subscription, start_on: date, house: House, on: date) -> Taxed:
    """The invoice of the period that begins on that day, with the taxes of the day on which it will be issued as far as
    they are known. Reads nothing more."""
    configuration = subscription.upcoming
    span = next_span(subscription.anchor_on, configuration.cycle, start_on)
    issued_on = invoiced_on(start_on, on, house.provider.invoice_days_ahead)
    owed = bill(configuration, subscription.upcoming_lines_from(start_on), span, issued_on)
    return taxed_lines(lines_to_bill(owed, subscription, house, issued_on))
