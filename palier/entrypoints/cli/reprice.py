"""`palier reprice PRODUCT`: move agreed prices to the catalogue's, after the notice that each law profile asks for."""

import argparse
from collections import Counter
from datetime import date, datetime
from uuid import UUID

from rich.markup import escape
from rich.table import Table

from palier.core.money import Money, plain_text
from palier.core.periods import billing_date
from palier.entrypoints.cli.screen import console, errors
from palier.events.clock import now
from palier.reactions import house as house_of_now
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.reprice import PriceChange, across_customers_on_plans, price_change, reprice

SHOWN = 20


def run(arguments: argparse.Namespace) -> int:
    house, at = house_of_now(), now()
    product = house.catalog.products.get(arguments.product)
    if product is None:
        known = ", ".join(house.catalog.products)
        errors.print(f"[bold red]No product[/] “{escape(arguments.product)}”; known: {escape(known)}.")
        return 1
    found, looked_at = [], 0
    for customer_id, subscription_id in across_customers_on_plans([plan.code for plan in product.plans]):
        looked_at += 1
        change = _change(customer_id, subscription_id, arguments, house, at)
        if change is not None:
            found.append((customer_id, subscription_id, change))
    console.print(_table(found[:SHOWN]))
    if len(found) > SHOWN:
        console.print(f"… and {len(found) - SHOWN} more.")
    first_days = Counter(change.from_on for _, _, change in found)
    did = "would be told" if arguments.dry_run else "were told"
    console.print(f"\n{len(found)} of {looked_at} subscriptions {did} of another price.", soft_wrap=True)
    for first_on, count in sorted(first_days.items())[:SHOWN]:
        console.print(f"  from {first_on}: {count}")
    return 0


def _change(
    customer_id: UUID, subscription_id: UUID, arguments: argparse.Namespace, house: House, at: datetime
) -> PriceChange | None:
    on: date = billing_date(at, house.provider.zone)
    wanted_on = arguments.from_on or on
    if not arguments.dry_run:
        return reprice(customer_id, subscription_id, wanted_on, house=house, at=at)
    subscriptions = Subscription.objects.select_related("customer")
    subscription = subscriptions.get(customer_id=customer_id, id=subscription_id)
    return price_change(subscription, wanted_on, house=house, on=on)


def _table(found: list[tuple[UUID, UUID, PriceChange]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("subscription", "customer", "before", "after", "from"):
        table.add_column(heading, justify="right" if heading in ("before", "after") else "left")
    for customer_id, subscription_id, change in found:
        subscription = Subscription.objects.select_related("customer").get(
            customer_id=customer_id, id=subscription_id
        )
        before, after = (Money(minor, subscription.currency) for minor in (change.before, change.after))
        table.add_row(
            escape(subscription.label),
            escape(subscription.customer.name),
            plain_text(before),
            f"{plain_text(after)} {after.currency}",
            change.from_on.isoformat(),
        )
    return table
