"""Bill one period of a subscription: its invoice and its row. Nothing is held until it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.billing.issue import Issuer, LineToBill, drafted
from palier.catalog.for_sale import Product
from palier.catalog.snapshot import Catalog
from palier.core.periods import Span
from palier.core.pricing import Configuration, PricedLine
from palier.core.renewal import Bill, bill
from palier.core.tax_due import DueTaxes
from palier.people.buyer import buyer_of
from palier.people.models import Customer, Provider
from palier.subscriptions import pending
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.write_bills import Alike, Bills, alike


@dataclass(frozen=True)
class House:
    """What every bill needs besides its subscription: the catalogue and the provider of this moment."""

    catalog: Catalog
    provider: Provider

    @property
    def issuer(self) -> Issuer:
        return Issuer(self.provider, self.catalog.tax_names)

    def taxes_due(self, product: Product, customer: Customer, on: date) -> DueTaxes:
        """The taxes of a product that is invoiced to the customer on that day."""
        return self.catalog.taxes_due(product, self.provider.country, buyer_of(customer), on)


def bill_period(
    subscription: Subscription,
    configuration: Configuration,
    lines: tuple[PricedLine, ...],
    span: Span,
    *,
    house: House,
    at: datetime,
    on: date,
) -> UUID | None:
    """Bill a period, paid and held at once when nothing is billed for it; returns its invoice. The caller holds the
    subscription's lock.

    Raises `IntegrityError` when this period was billed already: a second run changes nothing.
    """
    bills = Bills(on)
    found = thought(subscription, bill(configuration, lines, span, on), house=house, at=at, on=on)
    invoice_id = bills.add(found, subscription.customer_id, subscription.id)
    bills.write()
    if found.bills_pending:
        pending.are_billed(subscription)
    return invoice_id


def thought(
    subscription: Subscription, owed: Bill, *, house: House, at: datetime, on: date, marks: Sequence[str] = ()
) -> Alike:
    """All that is written for a bill, for this subscription and for those that are like it."""
    period = Period(
        customer_id=subscription.customer_id,
        subscription_id=subscription.id,
        start_on=owed.span.start_on,
        until_on=owed.span.until_on,
        billed_from_on=owed.span.start_on,
        cycle_days=owed.span.days,
        price=owed.price,
        billed_price=owed.billed_price,
        held_price=owed.price if owed.is_free else 0,
        configuration=owed.configuration.to_json(),
        agreed=owed.agreed,
        paid_on=on if owed.is_free else None,
    )
    draft = None if owed.is_free else drafted(
        lines_to_bill(owed, subscription, house, on),
        issuer=house.issuer,
        customer=subscription.customer,
        subject=("period", period.id),
        currency=subscription.currency,
        on=on,
        at=at,
        due_on=owed.due_on,
    )  # fmt: skip
    period.invoice_id = draft.invoice.id if draft else None
    return alike(subscription, period, draft, on=on, at=at, marks=marks)


def lines_to_bill(
    owed: Bill,
    subscription: Subscription,
    house: House,
    on: date,
    waits: Sequence[pending.Pending] | None = None,
) -> list[LineToBill]:
    """The lines of the invoice of a period, and what waits for it: what the subscription says, or `waits`. What is free
    has no invoice."""
    product = house.catalog.product_of(owed.configuration.plan)
    taxes = house.taxes_due(product, subscription.customer, on)
    lines = [to_bill(line, subscription, owed.configuration, owed.span, house, taxes) for line in owed.lines]
    waits = subscription.pending if waits is None else waits
    return [*lines, *waiting_lines(waits, subscription, house, on)] if lines else []


def waiting_lines(
    waits: Sequence[pending.Pending], subscription: Subscription, house: House, on: date
) -> list[LineToBill]:
    """What waited for an invoice, as lines of one of that day."""
    lines = []
    for line in waits:
        product = house.catalog.product_of(line["plan"])
        taxes = house.taxes_due(product, subscription.customer, on)
        lines.append(pending.to_bill(line, subscription, taxes))
    return lines


def to_bill(
    line: PricedLine,
    subscription: Subscription,
    configuration: Configuration,
    span: Span,
    house: House,
    taxes: DueTaxes,
) -> LineToBill:
    """A priced line as a line of an invoice."""
    product = house.catalog.product_of(configuration.plan)
    facts: dict[str, Any] = {
        "label": subscription.label,
        "plan": dict(house.catalog.plans[configuration.plan].names),
        "start_on": span.start_on.isoformat(),
        "until_on": span.until_on.isoformat(),
    }
    off = [house.catalog.discounts[code].names for code in line.discounts if code in house.catalog.discounts]
    if off:
        facts["discounts"] = [dict(names) for names in off]
    if line.kind == "option":
        option = next(option for option in product.options if option.code == line.code)
        facts |= {"option": dict(option.names), "quantity": line.quantity}
    return LineToBill(
        code="period" if line.kind == "plan" else "option",
        amount=line.billed,
        taxes=taxes,
        tax_class=product.tax_class,
        product=product.code,
        plan=configuration.plan,
        facts=facts,
        subscription_id=subscription.id,
        start_on=span.start_on,
        until_on=span.until_on,
    )


def subscription_of_period(customer_id: UUID, period_id: UUID) -> UUID:
    found = Period.objects.values_list("subscription_id", flat=True)
    return found.get(customer_id=customer_id, id=period_id)
