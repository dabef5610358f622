"""What undoing a change gives back, before anyone decides it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from palier.billing.issue import taxed_lines
from palier.billing.models import CreditNote, Invoice
from palier.billing.refund import Refundable, refundable
from palier.core.periods import billing_date
from palier.core.pricing import Configuration, PricedLine, discounted, priced
from palier.core.renewal import bill, next_span
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from palier.subscriptions import pending
from palier.subscriptions.bill_again import periods_billed_from
from palier.subscriptions.bill_period import House, lines_to_bill
from palier.subscriptions.models import Subscription, agreed_discounts


@dataclass(frozen=True, slots=True)
class BilledAgain:
    """A period that was billed for the target, and will be billed again without it. Taxes included.

    `paid` is the money that is in its invoice, `bill` the total of the new one. The money of a period that is held
    pays its new bill first, and what is left of it is returned.
    """

    start_on: date
    number: str
    paid: int
    bill: int
    is_held: bool

    @property
    def returned(self) -> int:
        return max(0, self.paid - self.bill) if self.is_held else self.paid


@dataclass(frozen=True, slots=True)
class Returned:
    """Amounts in minor units of `currency`, taxes included.

    `own` is all that was paid on the change's invoice and is not credited yet; `sources` are the payments at a
    gateway that `to_card` of it can go back to. The rest, and what periods billed again return, goes to the credit
    balance.
    """

    invoice: Invoice | None
    currency: str
    own: int
    sources: tuple[Refundable, ...]
    periods: tuple[BilledAgain, ...]

    @property
    def total(self) -> int:
        return self.own + sum(period.returned for period in self.periods)

    @property
    def to_card(self) -> int:
        return min(self.own, sum(source.left for source in self.sources))


def returned_by_undo(change: PlanChange, house: House, at: datetime) -> Returned:
    """Whoever undoes it has locked the subscription."""
    periods = tuple(_billed_again(change, house, billing_date(at, house.provider.zone)))
    invoice, currency = change.invoice, change.subscription.currency
    if invoice is None:
        return Returned(None, currency, 0, (), periods)
    sources = refundable(change.customer_id, invoice.id)
    return Returned(invoice, currency, _money_in(invoice), sources, periods)


def _money_in(invoice: Invoice) -> int:
    """What was paid of it and is not credited yet."""
    notes = CreditNote.objects.filter(customer_id=invoice.customer_id, invoice=invoice)
    credited = notes.aggregate(sum=Sum("total"))["sum"] or 0
    return max(0, invoice.total - credited - max(0, owed_on(invoice.customer_id, invoice.id)))


def _billed_again(change: PlanChange, house: House, on: date) -> Iterator[BilledAgain]:
    """The periods that `undo` bills again: those for anything but what the subscription will be for. Where several
    become one of a longer cycle, the money of the later ones pays what that of the first left open."""
    subscription = change.subscription
    waiting_lines = pending.without(subscription, change.id)
    billed_until_on, open_bill = date.min, 0
    waiting = PlanChange.objects.filter(
        customer_id=change.customer_id, set_aside_by=change, state="scheduled"
    ).first()
    for period in periods_billed_from(subscription, change.paid_until_on):
        returns = waiting is not None and period.start_on >= waiting.takes_effect_on
        configuration, lines = _billed_for(waiting if returns else None, subscription, period.start_on)
        if period.configuration != configuration.to_json() and period.invoice is not None:
            if period.start_on >= billed_until_on:
                span = next_span(subscription.anchor_on, configuration.cycle, period.start_on)
                owed = bill(configuration, lines, span, on)
                billed_until_on = span.until_on
                waits = [*pending.waiting_of(subscription, period.invoice, change.id), *waiting_lines]
                open_bill = taxed_lines(lines_to_bill(owed, subscription, house, on, waits)).total
                waiting_lines = []
            paid = _money_in(period.invoice)
            yield BilledAgain(
                period.start_on,
                str(period.invoice.number),
                paid,
                open_bill,
                # For a change that returns it is billed a second time, and what paid the first bill is given back.
                is_held=period.is_paid and configuration == subscription.configuration,
            )
            open_bill = max(0, open_bill - paid)


def _billed_for(
    waiting: PlanChange | None, subscription: Subscription, on: date
) -> tuple[Configuration, tuple[PricedLine, ...]]:
    """Of the scheduled change that was set aside and returns, or of what there is now; for a period from that day."""
    if waiting is None:
        return subscription.configuration, subscription.lines_from(on)
    lines = priced(waiting.target, {}, waiting.agreed)
    return waiting.target, discounted(lines, waiting.target, agreed_discounts(waiting.discounts), on)
