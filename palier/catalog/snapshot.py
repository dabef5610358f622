"""The catalogue as one immutable value, read from the database once per version.

Nobody else reads the catalogue's tables: a page costs one statement (the version) however many plans there are.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from django.db import connection

from palier.catalog import models
from palier.catalog.for_sale import Discount, Option, Path, Plan, Product, Resource, Texts
from palier.catalog.law import LawProfile, law_for
from palier.core.addons import Fate
from palier.core.periods import BillingCycle
from palier.core.policies import Policies
from palier.core.pricing import Configuration, line_keys, option_key
from palier.core.tax import TaxRate
from palier.core.tax_due import Buyer, DueTaxes, taxes_due


@dataclass(frozen=True)
class Catalog:
    version: int
    products: Mapping[str, Product]
    plans: Mapping[str, Plan]
    resources: Mapping[str, Resource]
    prices: Mapping[str, Mapping[str, int]]
    paths: Mapping[tuple[str, str], Path]
    taxes: tuple[tuple[str, TaxRate], ...]
    tax_names: Mapping[str, Texts]
    laws: tuple[LawProfile, ...] = ()
    discounts: Mapping[str, Discount] = field(default_factory=dict)

    @property
    def has_codes(self) -> bool:
        """Is there anything a client could type?"""
        return any(one.typed and not one.retired for one in self.discounts.values())

    def discount_typed(self, code: str) -> Discount | None:
        """What a code gives, however it is typed; None for one that is not ours."""
        typed = code.strip().upper()
        found = (one for one in self.discounts.values() if typed and one.typed == typed and not one.retired)
        return next(found, None)

    @cached_property
    def line_names(self) -> Mapping[str, Texts]:
        """What a quote names: taxes by code, discounts, plans and options by kind and code (`plan:web-b`)."""
        options = (option for product in self.products.values() for option in product.options)
        return {
            **self.tax_names,
            **{f"discount:{code}": one.names for code, one in self.discounts.items()},
            **{f"plan:{code}": plan.names for code, plan in self.plans.items()},
            **{f"option:{option.code}": option.names for option in options},
        }

    def product_of(self, plan_code: str) -> Product:
        return self.products[self.plans[plan_code].product_code]

    def unit_prices(self, currency: str) -> Mapping[str, int]:
        """Catalogue prices by line key, per full cycle, in one currency."""
        return self.prices.get(currency, {})

    def sells(self, configuration: Configuration, currency: str) -> bool:
        """Is every line of the configuration for sale today, in a quantity that is offered?"""
        prices = self.unit_prices(currency)
        return self.offers(configuration) and all(key in prices for key in line_keys(configuration))

    def offers(self, configuration: Configuration) -> bool:
        """Is the plan sold today, and do the options belong to it in such quantities? (Prices are another matter.)"""
        plan = self.plans.get(configuration.plan)
        if plan is None or plan.retired:
            return False
        options = {option.code: option for option in self.products[plan.product_code].options}
        quantities = dict(configuration.options)
        return quantities.keys() <= options.keys() and all(
            option.allows(quantities.get(code, 0)) for code, option in options.items()
        )

    def limits_of(self, configuration: Configuration) -> Mapping[str, int]:
        """What the configuration grants: the plan's limits and what its options add. A missing one is unlimited."""
        granted = self.plans[configuration.plan].limits
        limits = {resource: granted[resource] for resource in self.resources if resource in granted}
        options = {option.code: option for option in self.product_of(configuration.plan).options}
        for code, quantity in configuration.options:
            for resource, amount in options[code].grants.items():
                if resource in limits:
                    limits[resource] += amount * quantity
        return limits

    def limits_to_fit(self, configuration: Configuration) -> Mapping[str, int]:
        """The limits that today's usage must fit into: those of which panels measure the use."""
        return {
            resource: limit
            for resource, limit in self.limits_of(configuration).items()
            if self.is_measured(resource)
        }

    def limits_on_panel(self, configuration: Configuration) -> Mapping[str, int]:
        """The limits that a panel is given, and must show when it is read back."""
        return {
            resource: limit
            for resource, limit in self.limits_of(configuration).items()
            if self.is_on_panel(resource)
        }

    def is_on_panel(self, resource: str) -> bool:
        return self.is_measured(resource) or self.resources[resource].granted

    def is_measured(self, resource: str) -> bool:
        return resource not in self.resources or self.resources[resource].measured

    def person(self, before: Configuration, after: Configuration) -> Mapping[str, Any]:
        """Who must step in on that way: empty, or the reasons (by language) and lead time in working hours. Of the
        path and of the options whose quantity changes, the one that takes longest."""
        path = self.path(before.plan, after.plan)
        held, wanted = dict(before.options), dict(after.options)
        asked = [path.person] if path and path.person else []
        for plan in dict.fromkeys((before.plan, after.plan)):
            for option in self.product_of(plan).options:
                if option.person and held.get(option.code, 0) != wanted.get(option.code, 0):
                    asked.append(option.person)
        return max(asked, key=lambda person: int(person["working_hours"]), default={})

    def path(self, from_plan: str, to_plan: str) -> Path | None:
        return self.paths.get((from_plan, to_plan))

    def paths_from(self, plan_code: str) -> tuple[Path, ...]:
        """Where a plan may go, itself included (another cycle or other options), by product then rank."""
        found = (path for (start, _), path in self.paths.items() if start == plan_code)
        home = self.plans[plan_code].product_code
        return tuple(
            sorted(
                found,
                key=lambda path: (
                    self.plans[path.to_plan].product_code != home,
                    self.plans[path.to_plan].rank,
                ),
            )
        )

    def addons_of(self, plan_code: str) -> tuple[Product, ...]:
        """The add-ons that are sold for a plan's product today."""
        home = self.plans[plan_code].product_code
        return tuple(one for one in self.products.values() if home in one.addon_to and not one.retired)

    def fate_of(self, addon_plan: str, origin: str, target: str) -> Fate:
        """What becomes of an add-on when what it was added to goes from one plan to another: what the path says, else
        it is kept where it is sold for the target too, and ends where it is not."""
        addon, path = self.product_of(addon_plan), self.path(origin, target)
        if path is not None and addon.code in path.addons:
            return path.addons[addon.code]
        return "keep" if self.plans[target].product_code in addon.addon_to else "end"

    def cycles_of(self, plan_code: str, currency: str) -> tuple[str, ...]:
        """The cycle codes a plan is sold in, shortest first."""
        start = f"plan:{plan_code}:"
        codes = [key.removeprefix(start) for key in self.unit_prices(currency) if key.startswith(start)]
        return tuple(sorted(codes, key=lambda code: BillingCycle(code).months))

    def options_sold(self, plan_code: str, cycle: BillingCycle, prices: Container[str]) -> tuple[Option, ...]:
        """The options of a plan's product that can be had in a cycle; `prices` are the keys of what has a price."""
        return tuple(
            option
            for option in self.product_of(plan_code).options
            if not option.retired and option_key(option.code, cycle) in prices
        )

    def dated_tax_rates(self, product: Product) -> tuple[TaxRate, ...]:
        """Every rate of a product's taxes, anywhere and at any time, included in its prices or not."""
        rates = (rate for klass, rate in self.taxes if klass == product.tax_class)
        return tuple(replace(rate, included=product.prices_include_tax) for rate in rates)

    def taxes_due(self, product: Product, seller: str, buyer: Buyer, on: date) -> DueTaxes:
        """The taxes of a product that is invoiced to that buyer on that day."""
        return taxes_due(self.dated_tax_rates(product), seller, buyer, on)

    def law_of(self, customers: str, jurisdiction: str, on: date) -> LawProfile:
        """The law profile of a kind of customer in a place on a day; one that asks for nothing where none is."""
        return law_for(self.laws, customers, jurisdiction, on)

    def usual_taxes(self, seller: str, buyer: Buyer, on: date) -> DueTaxes:
        """The taxes of all that is sold, to be told before anything is invoiced."""
        sold = {product.tax_class for product in self.products.values() if not product.retired}
        return taxes_due((rate for klass, rate in self.taxes if klass in sold), seller, buyer, on)


def current() -> Catalog:
    """The catalogue of this moment. One statement; the tables are read again only when the version has moved."""
    return at_version(version())


def version() -> int:
    with connection.cursor() as cursor:  # asked more often than anything else
        cursor.execute("SELECT number FROM catalog_version")
        row = cursor.fetchone()
    return row[0] if row else 0


@lru_cache(maxsize=4)
def at_version(number: int) -> Catalog:
    """The catalogue as the tables are now, kept under `number`. The reader asks the version first, the writer
    counts it up last and in one transaction: what is kept is at least as new as its number."""
    plans = {
        row.code: Plan(
            row.code, row.product_id, row.names, row.summaries, row.rank, row.limits, row.package,
            row.retired_at is not None, row.unknown_since is not None, row.privileges,
        )
        for row in models.Plan.objects.order_by("rank", "code")
    }  # fmt: skip
    options = list(models.Option.objects.order_by("position", "code"))
    products = {
        row.code: Product(
            row.code, row.names, row.icon, row.tax_class, row.prices_include_tax, row.policies, row.server_code,
            tuple(plan for plan in plans.values() if plan.product_code == row.code),
            tuple(
                Option(
                    option.code, option.names, option.grants, option.least, option.most,
                    option.retired_at is not None, option.person,
                )
                for option in options
                if option.product_id == row.code
            ),
            row.retired_at is not None,
            row.dunning,
            tuple(row.addon_to),
        )
        for row in models.Product.objects.order_by("position", "code")
    }  # fmt: skip
    prices: dict[str, dict[str, int]] = {}
    for price in models.Price.objects.filter(retired_at=None):
        prices.setdefault(price.currency, {})[price.key] = price.amount
    taxes = list(models.TaxRate.objects.filter(retired_at=None).order_by("position", "valid_from"))
    return Catalog(
        version=number,
        products=products,
        plans=plans,
        resources={
            row.code: Resource(row.code, row.unit, row.names, row.counted, row.measured, row.granted)
            for row in models.Resource.objects.order_by("position", "code")
        },
        prices=prices,
        paths=_paths(products, plans),
        taxes=tuple((row.tax_class, _tax_rate(row)) for row in taxes),
        tax_names={row.code: row.names for row in taxes},
        laws=tuple(
            LawProfile.written(row)
            for row in models.LawProfile.objects.filter(retired_at=None).order_by("position")
        ),
        discounts={
            row.code: _discount(row, products) for row in models.Discount.objects.order_by("position", "code")
        },
    )


def _paths(products: Mapping[str, Product], plans: Mapping[str, Plan]) -> Mapping[tuple[str, str], Path]:
    rows = models.ChangePath.objects.filter(retired_at=None).order_by("position")
    return {
        (row.from_plan_id, row.to_plan_id): Path(
            row.from_plan_id,
            row.to_plan_id,
            Policies.of(products[plans[row.to_plan_id].product_code].policies, row.policies),
            row.person,
            row.notes,
            row.addons,
        )
        for row in rows
        if row.to_plan_id in plans and row.from_plan_id in plans and not plans[row.to_plan_id].retired
    }


def _discount(row: models.Discount, products: Mapping[str, Product]) -> Discount:
    """A product's code stands for all its plans, those sold no longer too."""
    named = (
        [plan.code for plan in products[name].plans] if name in products else [name]
        for name in row.applies_to
    )
    return Discount(
        code=row.code,
        names=row.names,
        typed=row.typed,
        percent=Fraction(row.rate) * 100 if row.rate else Fraction(0),
        amounts=row.amounts,
        periods=row.periods,
        plans=frozenset(chain.from_iterable(named)) or None,
        cycles=frozenset(row.cycles) or None,
        valid_from=row.valid_from,
        valid_until=row.valid_until_on,
        uses=row.uses,
        once_per_customer=row.once_per_customer,
        given_for=row.given_for,
        retired=row.retired_at is not None,
    )


def _tax_rate(row: models.TaxRate) -> TaxRate:
    return TaxRate(
        code=row.code,
        rate=Fraction(row.rate),
        jurisdiction=row.jurisdiction,
        valid_from=row.valid_from,
        valid_until=row.valid_until_on,
        number=row.number,
        replaces=frozenset(row.replaces),
    )
