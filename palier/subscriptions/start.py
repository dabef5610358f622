"""Start a subscription: the agreement and its first bill."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from palier.catalog.lock_discount import lock_discount
from palier.core.discounts import Discount
from palier.core.periods import Span, billing_date, boundary
from palier.core.pricing import Configuration, discounted, price, priced
from palier.core.renewal import unit_prices_of
from palier.events.record import SYSTEM, Actor, record
from palier.ledger.lock import lock_accounts
from palier.people.models import Customer
from palier.subscriptions.bill_period import House, bill_period
from palier.subscriptions.codes import CodeRefused, typed, use_code
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
    code: str = "",
    given: Sequence[str] = (),
    addon_of: Subscription | None = None,
) -> Subscription:
    """The new subscription, its first period billed from today; an add-on names what it is added to. Raises `NoPrice`,
    or `CodeRefused`.

    `code` is what the client typed; `given` names discounts of the catalogue that we give, whatever limits their codes
    have. What it starts with counts as set up.
    """
    on = billing_date(at, house.provider.zone)
    names = [*given, *([_named(code, customer, configuration, house, on)] if code else [])]
    subscription = agreement(customer, configuration, label=label, house=house, on=on, discounts=names)
    subscription.addon_of = addon_of
    subscription.save(force_insert=True)
    if code:
        use_code(subscription, names[-1], at=at)
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
        lines = subscription.upcoming_lines_from(on)
        bill_period(subscription, configuration, lines, span, house=house, at=at, on=on)
    return subscription


def agreement(
    customer: Customer,
    configuration: Configuration,
    *,
    label: str,
    house: House,
    on: date,
    discounts: Sequence[str] = (),
) -> Subscription:
    """What a customer would agree to on that day, with those discounts; written nowhere yet. Raises `NoPrice`."""
    agreed = [_agreed(name, configuration, customer.currency, house, on) for name in discounts]
    full = priced(configuration, house.catalog.unit_prices(customer.currency), {})
    lines = discounted(full, configuration, agreed, on)
    return Subscription(
        customer=customer,
        label=label,
        plan_id=configuration.plan,
        cycle=configuration.cycle.code,
        options=dict(configuration.options),
        currency=customer.currency,
        price=price(lines),
        agreed=unit_prices_of(configuration, lines),
        discounts=[discount.to_json() for discount in agreed],
        set_up=configuration.quantities,
        anchor_on=on,
        started_on=on,
    )


def _named(code: str, customer: Customer, configuration: Configuration, house: House, on: date) -> str:
    """The discount that the code gives, locked. Raises `CodeRefused`."""
    known = house.catalog.discount_typed(code)
    if known is not None:
        lock_accounts(customer.id, customer.currency)
        lock_discount(known.code)
    asked = typed(code, customer.id, catalog=house.catalog, used_for="new", on=on)
    problem = asked.problem_for(configuration)
    if problem or asked.discount is None:
        raise CodeRefused(problem)
    return asked.discount.code


def _agreed(name: str, configuration: Configuration, currency: str, house: House, on: date) -> Discount:
    """One of the first periods counts from today."""
    found = house.catalog.discounts[name]
    agreed = found.agreed(currency)
    if found.periods is None or not configuration.cycle.is_recurring:
        return agreed
    return agreed.of_first_periods(configuration.cycle, boundary(on, configuration.cycle, found.periods))
