"""What is for sale, as values: resources, plans, options, products, discounts, and the ways between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from palier.core.addons import Fate
from palier.core.discounts import Discount as AgreedDiscount
from palier.core.policies import Policies

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Resource:
    code: str
    unit: str
    names: Texts
    counted: Mapping[str, Any]
    measured: bool = True
    granted: bool = False


@dataclass(frozen=True)
class Option:
    code: str
    names: Texts
    grants: Mapping[str, int]
    least: int
    most: int | None
    retired: bool
    person: Mapping[str, Any] = field(default_factory=dict)

    def allows(self, quantity: int) -> bool:
        """May one have that many? Of an option that is sold no longer, one may have none."""
        least = 0 if self.retired else self.least
        return least <= quantity and (self.most is None or quantity <= self.most)

    def nearest(self, quantity: int) -> int:
        """The nearest quantity that one may have."""
        wanted = max(quantity, self.least)
        return wanted if self.most is None else min(wanted, self.most)


@dataclass(frozen=True)
class Plan:
    code: str
    product_code: str
    names: Texts
    summaries: Texts
    rank: int
    limits: Mapping[str, int]
    package: str
    retired: bool
    #: Its panel does not know it: it is sold, and cannot be had now.
    unknown: bool = False
    #: The panel's name of what a reseller on it may do.
    privileges: str = ""


@dataclass(frozen=True)
class Product:
    code: str
    names: Texts
    icon: str
    tax_class: str
    prices_include_tax: bool
    policies: Mapping[str, Any]
    server_code: str
    plans: tuple[Plan, ...]
    options: tuple[Option, ...]
    retired: bool
    #: What differs from the provider's policy on unpaid invoices (core/dunning.py).
    dunning: Mapping[str, Any] = field(default_factory=dict)
    addon_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Path:
    """A change that may be made. `person` is empty, or the reasons (by language) and lead time in working hours.
    `addons` says what becomes of add-ons, by their product."""

    from_plan: str
    to_plan: str
    policies: Policies
    person: Mapping[str, Any] = field(default_factory=dict)
    notes: Texts = field(default_factory=dict)
    addons: Mapping[str, Fate] = field(default_factory=dict)

    @property
    def needs_person(self) -> bool:
        return bool(self.person)


@dataclass(frozen=True)
class Discount:
    """A discount that may be given, and the limits of its code. `amounts` are by cycle and currency."""

    code: str
    names: Texts
    typed: str
    percent: Fraction
    amounts: Mapping[str, Mapping[str, int]]
    periods: int | None
    plans: frozenset[str] | None
    cycles: frozenset[str] | None
    valid_from: date | None
    valid_until: date | None
    uses: int | None
    once_per_customer: bool
    given_for: str
    retired: bool

    def agreed(self, currency: str) -> AgreedDiscount:
        """Its terms as a subscription in that currency agrees to them, not dated yet."""
        amounts = {cycle: prices[currency] for cycle, prices in self.amounts.items() if currency in prices}
        return AgreedDiscount(self.code, self.percent, tuple(amounts.items()), self.plans, self.cycles)

    def is_valid_on(self, on: date) -> bool:
        has_begun = self.valid_from is None or self.valid_from <= on
        return has_begun and (self.valid_until is None or on < self.valid_until)
