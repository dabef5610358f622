"""Gather all that a quote depends on: the reads once, then the facts towards any number of targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from palier.billing.gateways import least_charge
from palier.billing.models import InvoiceLine
from palier.billing.queries import open_invoices_of
from palier.catalog.for_sale import Path
from palier.catalog.snapshot import Catalog
from palier.core.change_facts import ChangeFacts, NewDiscount, SetupFee, Unpaid
from palier.core.discounts import Discount
from palier.core.hours import HOURS_BY_HAND
from palier.core.periods import billing_date
from palier.core.pricing import Configuration, NoPrice, PricedLine, priced, setup_key
from palier.core.tax import still_priced
from palier.core.tax_due import Buyer
from palier.drivers.panel import Capability
from palier.events.prepared import prepared
from palier.people.buyer import buyer_of
from palier.people.models import Customer, Provider
from palier.plan_changes.addons import HeldAddon, addons_towards, held_addons
from palier.plan_changes.fit import limits_to_fit, machine_for
from palier.plan_changes.standing import Standing, standing_of
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.codes import NOTHING_TYPED, Typed, typed
from palier.subscriptions.models import Period, Subscription, agreed_discounts
from palier.subscriptions.pending import CODE as PENDING
from palier.subscriptions.pending import of_class, pending_amount
from palier.subscriptions.queries import Billed, periods_billed

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice with something left to pay: is it about this subscription, and has that period begun?"""

    id: UUID
    number: str
    owed: int
    due_on: date
    in_flight: bool
    is_about: bool
    has_begun: bool


@dataclass(frozen=True)
class Situation:
    """Where a subscription stands at an instant. Read in three statements, whatever the number of plans; in five, if
    it has add-ons."""

    at: datetime
    on: date
    house: House
    standing: Standing
    periods: tuple["WithAnnotations[Period, Billed]", ...]
    invoices: tuple[OpenInvoice, ...]
    typed: Typed = NOTHING_TYPED
    addons: tuple[HeldAddon, ...] = ()

    @property
    def service(self) -> Service:
        return self.standing.service

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
    def open_change(self) -> bool:
        """Is a change under way? A scheduled one is not: accepting another replaces it."""
        return self.standing.change is not None and self.standing.change.state != "scheduled"

    @property
    def scheduled_id(self) -> UUID | None:
        change = self.standing.change
        return change.id if change is not None and change.state == "scheduled" else None

    @property
    def unpaid(self) -> tuple[OpenInvoice, ...]:
        """What is owed of this subscription's begun periods; the open change's own invoice is told by the change."""
        own = self.standing.change.invoice_id if self.standing.change else None
        return tuple(invoice for invoice in self.invoices if invoice.has_begun and invoice.id != own)

    @property
    def payment_in_flight(self) -> bool:
        return any(invoice.is_about and invoice.in_flight for invoice in self.invoices)

    @property
    def overdue_elsewhere(self) -> int:
        others = (invoice for invoice in self.invoices if not invoice.is_about)
        return sum(invoice.owed for invoice in others if invoice.due_on < self.on)

    @property
    def counted(self) -> tuple["WithAnnotations[Period, Billed]", ...]:
        """The paid periods that a change is worked out over: the current one and those after it, in one cycle.

        One paid ahead in another cycle (a scheduled change of cycle) is not: it is billed again by whatever change
        is accepted instead.
        """
        return tuple(
            takewhile(
                lambda period: period.is_paid and period.configuration["cycle"] == self.subscription.cycle,
                self.periods,
            )
        )

    @property
    def renewal_on(self) -> date:
        """The end of the last paid period; today where none is paid."""
        return max((period.until_on for period in self.counted), default=self.on)

    @property
    def carried_at_most(self) -> int:
        """What the paid periods still hold, as priced: net of credit notes, and with what was carried into them."""
        held = sum(
            still_priced(period.billed, period.billed_net, period.credited_net) + period.carried_in
            for period in self.counted
        )
        return held + pending_amount(self.subscription.pending)  # it counts as paid

    @cached_property
    def buyer(self) -> Buyer:
        return buyer_of(self.customer)

    @cached_property
    def prices(self) -> Mapping[str, int]:
        """Unit prices by line key: the catalogue's, and those the client keeps."""
        return {**self.catalog.unit_prices(self.subscription.currency), **self.agreed}

    @property
    def agreed(self) -> dict[str, int]:
        """Unit prices the client keeps: of the current configuration, and of those held in this period."""
        current: dict[str, int] = next(
            (period.agreed for period in self.periods if period.start_on <= self.on), {}
        )
        return {**current, **self.subscription.agreed}


def situation(
    customer_id: UUID, subscription_id: UUID, at: datetime, *, house: House, code: str = ""
) -> Situation:
    """Read where a subscription stands, and what a code that the client typed is good for. Raises
    `Service.DoesNotExist`, for another customer's too."""
    return situation_of(standing_of(customer_id, subscription_id), at, house=house, code=code)


def situation_of(standing: Standing, at: datetime, *, house: House, code: str = "") -> Situation:
    """The same, of a service that was read already."""
    on = billing_date(at, house.provider.zone)
    subscription = standing.subscription
    periods = tuple(_periods(subscription.customer_id, subscription.id, on))
    return Situation(
        at=at,
        on=on,
        house=house,
        standing=standing,
        periods=periods,
        invoices=_open_invoices(subscription.customer_id, subscription.id, on),
        typed=typed(code, subscription.customer_id, catalog=house.catalog, used_for="change", on=on),
        addons=held_addons(subscription.customer_id, subscription.id, on) if standing.has_addons else (),
    )


_periods = prepared(periods_billed)


def _open_invoices(customer_id: UUID, subscription_id: UUID, on: date) -> tuple[OpenInvoice, ...]:
    return tuple(
        OpenInvoice(
            invoice.id,
            invoice.number or "",
            invoice.owed,
            invoice.due_on,
            invoice.in_flight,
            invoice.is_about,
            invoice.has_begun,
        )
        for invoice in _invoices_beside(customer_id, subscription_id, on)
    )


@prepared
def _invoices_beside(customer_id: UUID, subscription_id: UUID, on: date) -> QuerySet[Any]:
    about_it = InvoiceLine.objects.filter(
        customer_id=customer_id, invoice_id=OuterRef("id"), subscription_id=subscription_id
    )
    # What had waited for a renewal's invoice is about days gone by, and is not overdue for that.
    of_periods = about_it.exclude(code=PENDING)
    return open_invoices_of(customer_id).annotate(
        is_about=Exists(about_it), has_begun=Exists(of_periods.filter(start_on__lte=on))
    )


def towards(situation: Situation, target: Configuration, at_renewal: bool | None = None) -> ChangeFacts:
    """The facts of moving to one target. Reads nothing more."""
    subscription, catalog = situation.subscription, situation.catalog
    path = catalog.path(subscription.plan_id, target.plan)
    lines = _priced(situation, target)
    problem = situation.typed.problem_for(target)
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
        invoice_days_ahead=situation.provider.invoice_days_ahead,
        at_renewal=at_renewal,
        periods=tuple(period.held for period in situation.counted),
        renewal_on=situation.renewal_on,
        carried_at_most=situation.carried_at_most,
        tax_rates=catalog.dated_tax_rates(catalog.product_of(target.plan)) if lines else (),
        seller=situation.provider.country,
        buyer=situation.buyer,
        credit_balance=situation.standing.credit,
        usage=situation.service.measures if Capability.INSPECT in capabilities else None,
        target_limits=limits_to_fit(situation.service, target, catalog) if lines else {},
        machine=machine_for(situation.service, target, catalog),
        subscription_state=subscription.state,
        open_change=situation.open_change,
        unpaid=tuple(Unpaid(str(invoice.id), invoice.number, invoice.owed) for invoice in situation.unpaid),
        payment_in_flight=situation.payment_in_flight,
        cancellation_requested=situation.standing.ends_on is not None,
        overdue_elsewhere=situation.overdue_elsewhere,
        kept=_kept(subscription, path),
        code=situation.typed.code,
        code_problem=problem,
        new=None if problem else _new_discount(situation),
        setup_fees=_setup_fees(situation, target) if lines else (),
        not_on_server=target.plan != subscription.plan_id and _is_unknown(catalog, target.plan),
        addons=addons_towards(situation.addons, catalog, subscription.plan_id, target.plan),
        renewal_lines=_priced_at_renewal(situation, target) if lines else None,
        least=least_charge(subscription.currency),
        pending=pending_amount(of_class(subscription, catalog.product_of(target.plan).tax_class))
        if lines
        else 0,
    )


def _is_unknown(catalog: Catalog, plan: str) -> bool:
    """Its panel does not know it: nobody shall pay for what cannot be made."""
    return plan in catalog.plans and catalog.plans[plan].unknown


def _priced(situation: Situation, target: Configuration) -> tuple[PricedLine, ...] | None:
    if not situation.catalog.offers(target):
        return None
    try:
        return priced(
            target, situation.catalog.unit_prices(situation.subscription.currency), situation.agreed
        )
    except NoPrice:
        return None


def _priced_at_renewal(situation: Situation, target: Configuration) -> tuple[PricedLine, ...] | None:
    """None where no other price was told."""
    if situation.subscription.price_changes_to is None:
        return None
    then = situation.subscription.agreed_from(situation.renewal_on)
    return priced(target, situation.prices, {**situation.agreed, **then})


def _kept(subscription: Subscription, path: Path | None) -> tuple[Discount, ...]:
    """One that does not apply to the target stays too, and counts again where it does."""
    if path is not None and path.policies.discount == "drop":
        return ()
    return agreed_discounts(subscription.discounts)


def _new_discount(situation: Situation) -> NewDiscount | None:
    found = situation.typed.discount
    return NewDiscount(found.agreed(situation.subscription.currency), found.periods) if found else None


def _setup_fees(situation: Situation, target: Configuration) -> tuple[SetupFee, ...]:
    """Of a higher level that this subscription never was on, and of more of an option than it ever had."""
    subscription, prices = situation.subscription, situation.prices
    fees = []
    for kind, code, quantity in target.things:
        before = subscription.set_up.get(f"{kind}:{code}", 0)
        unit_price = prices.get(setup_key(kind, code), 0)
        if quantity > before and unit_price and (kind == "option" or _is_higher(situation, target)):
            fees.append(SetupFee(kind, code, quantity - before, unit_price))
    return tuple(fees)


def _is_higher(situation: Situation, target: Configuration) -> bool:
    """A level of another product is: it has to be set up there."""
    here, there = (situation.catalog.plans[code] for code in (situation.subscription.plan_id, target.plan))
    return here.product_code != there.product_code or there.rank > here.rank


def _person_hours(person: Mapping[str, Any], capabilities: frozenset[Capability]) -> int | None:
    if person:
        return int(person["working_hours"])
    return None if Capability.CHANGE in capabilities else HOURS_BY_HAND
