"""Start a subscription: the agreement and its first bill."""

from datetime import datetime
from fractions import Fraction

from django.db import transaction

from palier.core.periods import Span, billing_date, boundary
from palier.core.pricing import Configuration, Discount, price, priced
from palier.core.renewal import unit_prices_of
from palier.events.record import SYSTEM, Actor, record
from palier.people.models import Customer
from palier.subscriptions.bill_period import House, bill_period
from palier.subscriptions.models import Subscription


@transaction.atomic
def start(
    customer: Customer,
    configuration: Configuration,
    *,
    label: str,
    house: House,
    at: datetime,
    by: Actor = SYSTEM,
    discount_percent: Fraction = Fraction(0),
) -> Subscription:
    """The new subscription, its first period billed from today. Raises `NoPrice`."""
    on = billing_date(at, house.provider.zone)
    discount = Discount(discount_percent) if discount_percent else None
    lines = priced(configuration, house.catalog.unit_prices(customer.currency), {}, discount)
    subscription = Subscription.objects.create(
        customer=customer,
        label=label,
        plan_id=configuration.plan,
        cycle=configuration.cycle.code,
        options=dict(configuration.options),
        currency=customer.currency,
        price=price(lines),
        agreed=unit_prices_of(configuration, lines),
        discount_percent=str(discount_percent) if discount_percent else "",
        anchor_on=on,
        started_on=on,
    )
    record(
        "subscription.started",
        subject=("subscription", subscription.id),
        customer_id=customer.id,
        at=at,
        actor=by,
        facts={"configuration": configuration.to_json()},
    )
    if configuration.cycle.is_recurring:
        span = Span(on, boundary(on, configuration.cycle, 1))
        bill_period(subscription, configuration, lines, span, house=house, at=at, on=on)
    return subscription
