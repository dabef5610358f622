"""Gather all that a quote depends on: the reads once, then the facts towards any number of targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from palier.billing.models import InvoiceLine
from palier.billing.queries import open_invoices_of
from palier.catalog.snapshot import Catalog, Path
from palier.core.periods import billing_date
from palier.core.postings import CREDIT_BALANCE
from palier.core.pricing import Configuration, NoPrice, PricedLine, priced
from palier.core.quote import ChangeFacts, Unpaid
from palier.core.states import OPEN_CHANGE
from palier.drivers.panel import Capability
from palier.ledger.models import Balance
from palier.people.models import Customer, Provider
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import CancellationRequest, Period, Subscription
from palier.subscriptions.queries import periods_billed

#: The lead time, in working hours, of what our panels cannot do by themselves and no path speaks of.
HOURS_BY_HAND = 8


@dataclass(frozen=True)
class Situation:
    """Where a subscription stands at an instant. Read in three statements, whatever the number of plans."""

    at: datetime
    on: date
    house: House
    service: Service
    periods: tuple[Period, ...]
    carried_at_most: int
    credit_balance: int
    open_change: bool
    scheduled_id: UUID | None
    cancellation_requested: bool
    unpaid: tuple[Unpaid, ...]
    payment_in_flight: bool
    overdue_elsewhere: int

    @property
    def subscription(self) -> Subscription:
        subscription: Subscription = self.service.subscription
        return subscription

    @property
    def customer(self) -> Customer:
        return self.subscription.customer

    @property
    def catalog(self) -> Catalog:
        return self.house.catalog

    @property
    def provider(self) -> Provider:
        return self.house.provider

    @property
    def renewal_on(self) -> date:
        """The end of the last paid period; today where none is paid."""
        return max((period.until_on for period in self.periods if period.is_paid), default=self.on)

    @property
    def agreed(self) -> dict[str, int]:
        """Unit prices the client keeps: of the current configuration, and of those held in this period."""
        current: dict[str, int] = next(
            (period.agreed for period in self.periods if period.start_on <= self.on), {}
        )
        return {**current, **self.subscription.agreed}


def gather(
    subscription: Subscription,
    target: Configuration,
    at: datetime,
    *,
    house: House,
    at_renewal: bool | None = None,
) -> ChangeFacts:
    """All the facts of one change, read now."""
    return towards(situation(subscription.customer_id, subscription.id, at, house=house), target, at_renewal)


def situation(
    customer_id: UUID, subscription_id: UUID, at: datetime, *, house: House, lock: bool = False
) -> Situation:
    """Read where a subscription stands; `lock` keeps others from acting on it until the transaction ends.

    Raises `Service.DoesNotExist`, for another customer's too.
    """
    on = billing_date(at, house.provider.zone)
    service = _service(customer_id, subscription_id, lock)
    periods = tuple(periods_billed(customer_id, subscription_id, on))
    unpaid, in_flight, elsewhere = _open_invoices(customer_id, subscription_id, on)
    return Situation(
        at=at,
        on=on,
        house=house,
        service=service,
        periods=periods,
        carried_at_most=sum(period.still_billed + period.carried_in for period in periods if period.is_paid),
        credit_balance=-(service.credit or 0),
        open_change=service.has_open_change,
        scheduled_id=service.scheduled_id,
        cancellation_requested=service.is_cancelling,
        unpaid=unpaid,
        payment_in_flight=in_flight,
        overdue_elsewhere=elsewhere,
    )


def _service(customer_id: UUID, subscription_id: UUID, lock: bool) -> "_ServiceWithFlags":
    changes = PlanChange.objects.filter(
        customer_id=customer_id, subscription_id=subscription_id, set_aside_by=None
    )
    services = Service.objects.filter(customer_id=customer_id, subscription_id=subscription_id)
    if lock:
        services = services.select_for_update(of=("subscription",))
    return (
        services.select_related("subscription__customer", "server")
        .annotate(  # type: ignore[return-value]
            has_open_change=Exists(changes.filter(state__in=OPEN_CHANGE - {"scheduled"})),
            scheduled_id=Subquery(changes.filter(state="scheduled").values("id")[:1]),
            is_cancelling=Exists(
                CancellationRequest.objects.filter(
                    customer_id=customer_id, subscription_id=subscription_id, state="requested"
                )
            ),
            credit=Subquery(
                Balance.objects.filter(
                    customer_id=customer_id,
                    account=CREDIT_BALANCE,
                    currency=OuterRef("subscription__currency"),
                ).values("amount")[:1]
            ),
        )
        .get()
    )


class _ServiceWithFlags(Service):
    """For the type checker: the columns that `_service` adds."""

    has_open_change: bool
    scheduled_id: UUID | None
    is_cancelling: bool
    credit: int | None

    class Meta:
        abstract = True


def _open_invoices(
    customer_id: UUID, subscription_id: UUID, on: date
) -> tuple[tuple[Unpaid, ...], bool, int]:
    """What is unpaid of this subscription's begun periods, is a payment of it in flight, what is overdue elsewhere."""
    about_it = InvoiceLine.objects.filter(
        customer_id=customer_id, invoice_id=OuterRef("id"), subscription_id=subscription_id
    )
    found = list(
        open_invoices_of(customer_id).annotate(
            is_about=Exists(about_it), has_begun=Exists(about_it.filter(start_on__lte=on))
        )
    )
    unpaid = tuple(
        Unpaid(str(invoice.id), invoice.number or "", invoice.owed) for invoice in found if invoice.has_begun
    )
    in_flight = any(invoice.is_about and invoice.in_flight for invoice in found)
    elsewhere = sum(invoice.owed for invoice in found if not invoice.is_about and invoice.due_on < on)
    return unpaid, in_flight, elsewhere


def towards(situation: Situation, target: Configuration, at_renewal: bool | None = None) -> ChangeFacts:
    """The facts of moving to one target. Reads nothing more."""
    subscription, catalog = situation.subscription, situation.catalog
    path = catalog.path(subscription.plan_id, target.plan)
    lines = _priced(situation, target, path)
    capabilities = capabilities_of(situation.service.server)
    return ChangeFacts(
        at=situation.at,
        on=situation.on,
        currency=subscription.currency,
        current=subscription.configuration,
        current_price=subscription.price,
        target=target,
        target_lines=lines,
        policies=path.policies if path else None,
        person_hours=_person_hours(catalog.person(subscription.configuration, target), capabilities),
        working_hours=situation.provider.hours,
        at_renewal=at_renewal,
        periods=tuple(period.held for period in situation.periods if period.is_paid),
        renewal_on=situation.renewal_on,
        carried_at_most=situation.carried_at_most,
        tax_rates=catalog.dated_tax_rates(catalog.product_of(target.plan)) if lines else (),
        jurisdiction=situation.customer.jurisdiction,
        exempt=_exempt(situation),
        credit_balance=situation.credit_balance,
        usage=situation.service.measures if Capability.INSPECT in capabilities else None,
        target_limits=_limits_to_fit(situation, target) if lines else {},
        subscription_state=subscription.state,
        open_change=situation.open_change,
        unpaid=situation.unpaid,
        payment_in_flight=situation.payment_in_flight,
        cancellation_requested=situation.cancellation_requested,
        overdue_elsewhere=situation.overdue_elsewhere,
    )


def _priced(situation: Situation, target: Configuration, path: Path | None) -> tuple[PricedLine, ...] | None:
    subscription, catalog = situation.subscription, situation.catalog
    discount = subscription.discount if path is None or path.policies.discount == "keep" else None
    if not catalog.offers(target):
        return None
    try:
        return priced(target, catalog.unit_prices(subscription.currency), situation.agreed, discount)
    except NoPrice:
        return None


def _limits_to_fit(situation: Situation, target: Configuration) -> Mapping[str, int]:
    """The target's limits that usage must fit into; of a move to another machine, those that this one measures."""
    catalog = situation.catalog
    limits = catalog.limits_to_fit(target)
    if catalog.product_of(target.plan).server_code == situation.service.server.code:
        return limits
    return {resource: limit for resource, limit in limits.items() if resource in situation.service.usage}


def _person_hours(person: Mapping[str, Any], capabilities: frozenset[Capability]) -> int | None:
    if person:
        return int(person["working_hours"])
    return None if Capability.CHANGE in capabilities else HOURS_BY_HAND


def _exempt(situation: Situation) -> frozenset[str]:
    until_on = situation.customer.tax_exempt_until_on
    if until_on is None or situation.on >= until_on:
        return frozenset()
    return frozenset(situation.catalog.tax_names)
