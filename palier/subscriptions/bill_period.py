"""Bill one period of a subscription: its invoice and its row. Nothing is held until it is paid."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.billing.issue import Issuer, LineToBill, issue_invoice
from palier.billing.number import give_number
from palier.catalog.snapshot import Catalog
from palier.core.periods import Span, boundary, period_containing
from palier.core.pricing import Configuration, PricedLine, option_key, plan_key, price
from palier.events.keys import new_id
from palier.events.record import record
from palier.people.models import Provider
from palier.subscriptions.models import Period, Subscription


@dataclass(frozen=True)
class House:
    """What every bill needs besides its subscription: the catalogue and the provider of this moment."""

    catalog: Catalog
    provider: Provider

    @property
    def issuer(self) -> Issuer:
        return Issuer(self.provider, self.catalog.tax_names)


def next_span(subscription: Subscription, configuration: Configuration, start_on: date) -> Span:
    """The period that starts then: on the subscription's own dates, or counted anew where the cycle leaves them."""
    span = period_containing(subscription.anchor_on, configuration.cycle, start_on)
    if span.start_on == start_on:
        return span
    return Span(start_on, boundary(start_on, configuration.cycle, 1))


def bill_period(
    subscription: Subscription,
    configuration: Configuration,
    lines: tuple[PricedLine, ...],
    span: Span,
    *,
    house: House,
    at: datetime,
    on: date,
    due_on: date,
) -> Period:
    """The billed period, paid at once when it costs nothing. The caller holds the subscription's lock.

    Raises `IntegrityError` when this period was billed already: a second run changes nothing.
    """
    period_id = new_id()
    billed = price(lines)
    invoice = None
    if billed:
        invoice = issue_invoice(
            [to_bill(line, subscription, configuration, span, house, on) for line in lines if line.amount],
            issuer=house.issuer,
            customer=subscription.customer,
            subject=("period", period_id),
            currency=subscription.currency,
            on=on,
            at=at,
            due_on=due_on,
        )
    period = Period.objects.create(
        id=period_id,
        customer_id=subscription.customer_id,
        subscription=subscription,
        start_on=span.start_on,
        until_on=span.until_on,
        billed_from_on=span.start_on,
        cycle_days=span.days,
        billed_price=billed,
        configuration=configuration.to_json(),
        agreed=unit_prices_of(configuration, lines),
        invoice=invoice,
        paid_on=None if billed else on,
    )
    record(
        "period.billed",
        subject=("subscription", subscription.id),
        customer_id=subscription.customer_id,
        at=at,
        facts={"period": str(period_id), "invoice": str(invoice.id) if invoice else None},
    )
    if invoice is not None:
        give_number(invoice)
    return period


def to_bill(
    line: PricedLine,
    subscription: Subscription,
    configuration: Configuration,
    span: Span,
    house: House,
    on: date,
) -> LineToBill:
    """A priced line as a line of an invoice, with the taxes of its product where the customer lives."""
    product = house.catalog.product_of(configuration.plan)
    facts: dict[str, Any] = {
        "label": subscription.label,
        "plan": dict(house.catalog.plans[configuration.plan].names),
        "start_on": span.start_on.isoformat(),
        "until_on": span.until_on.isoformat(),
    }
    if line.kind == "option":
        option = next(option for option in product.options if option.code == line.code)
        facts |= {"option": dict(option.names), "quantity": line.quantity}
    return LineToBill(
        code="period" if line.kind == "plan" else "option",
        amount=line.amount,
        rates=house.catalog.tax_rates(product, subscription.customer.jurisdiction, on),
        tax_class=product.tax_class,
        product=product.code,
        plan=configuration.plan,
        facts=facts,
        subscription_id=subscription.id,
        start_on=span.start_on,
        until_on=span.until_on,
    )


def unit_prices_of(configuration: Configuration, lines: tuple[PricedLine, ...]) -> dict[str, int]:
    """The unit prices agreed for a configuration, by line key."""
    keys = {"plan": plan_key, "option": option_key}
    return {keys[line.kind](line.code, configuration.cycle): line.unit_price for line in lines}


def subscription_of_period(customer_id: UUID, period_id: UUID) -> UUID:
    found = Period.objects.values_list("subscription_id", flat=True)
    return found.get(customer_id=customer_id, id=period_id)
