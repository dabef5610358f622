"""What must hold between parts of a catalogue file that stand far apart. Each check yields what is wrong.

They run when every field is right by itself; the list of them is at the bottom.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from palier.catalog.file.addons import ADDON_CHECKS
from palier.catalog.file.entries import CatalogueEntry, PoliciesEntry
from palier.catalog.file.paths import doubles, ways
from palier.catalog.file.problems import Finding, Place
from palier.catalog.file.shipped import ONE_STOP_SHOP
from palier.core.dunning import Dunning
from palier.core.tax_due import EUROPEAN_UNION
from palier.core.vat_number import InvalidVatNumber, vat_number
from palier.drivers.panel import Capability
from palier.drivers.registry import panel_class


def each_level_says_every_limit(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """A limit left out would be unlimited by accident."""
    for code, product in catalogue.products.items():
        limited = dict.fromkeys(name for plan in product.plans.values() for name in plan.limits)
        for plan_code, plan in product.plans.items():
            missing = [name for name in limited if name not in plan.limits]
            if missing:
                place = ("products", code, "plans", plan_code, "limits")
                yield place, f"{', '.join(missing)}: other levels say it; write the limit, or unlimited"


def what_a_machine_is_limited_in_is_set_on_it(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """A system without plans is given its limits one by one: one that it is not given is no limit there."""
    for code, product in catalogue.products.items():
        can = panel_class(catalogue.driver_of(product.server)).capabilities
        if Capability.CHANGE not in can or Capability.PLANS in can:
            continue
        limited = dict.fromkeys(name for plan in product.plans.values() for name in plan.limits)
        for name in limited:
            if name in catalogue.resources and catalogue.resources[name].measured == "no":
                yield (
                    ("resources", name, "measured"),
                    f"{code} limits it on {product.server}, which would leave it unlimited: write granted, or yes",
                )


def each_level_has_a_price_at_home(catalogue: CatalogueEntry) -> Iterator[Finding]:
    currency = catalogue.provider.currency
    for code, product in catalogue.products.items():
        for plan_code, plan in product.plans.items():
            if not any(currency in prices for prices in plan.prices.values()):
                place = ("products", code, "plans", plan_code, "prices")
                yield place, f"no price in {currency}, the provider's currency"


def no_rate_is_said_twice(catalogue: CatalogueEntry) -> Iterator[Finding]:
    for code, tax in catalogue.taxes.items():
        seen: set[tuple[str, str, str]] = set()
        for number, rate in enumerate(tax.rates):
            key = (rate.jurisdiction, rate.tax_class, str(rate.valid_from))
            if key in seen:
                yield (
                    ("taxes", code, "rates", number),
                    f"a second rate for {rate.jurisdiction} from {rate.valid_from}",
                )
            seen.add(key)


def europe_asks_where_the_provider_is(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Whether a business accounts for the tax itself depends on it."""
    european = [place for place in catalogue.registrations if place in (ONE_STOP_SHOP, *EUROPEAN_UNION)]
    if european and not catalogue.provider.country:
        yield (
            ("provider",),
            f"country is missing: with a registration in {european[0]}, write where you are established, such as FR",
        )


def each_customer_has_one_law(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Of two profiles for the same customers in the same place, nobody could say which one holds."""
    seen: dict[tuple[str | None, str | None], str] = {}
    for code, law in catalogue.law_profiles.items():
        whom = (law.customers, law.jurisdiction)
        if whom in seen:
            yield (
                ("law_profiles", code),
                f"{seen[whom]} is for the same customers in the same place: keep one",
            )
        seen.setdefault(whom, code)
        days: set[str] = set()
        for number, rule in enumerate(law.rules):
            if str(rule.valid_from) in days:
                yield ("law_profiles", code, "rules", number), f"a second rule from {rule.valid_from}"
            days.add(str(rule.valid_from))


def each_state_knows_the_provider_by_a_vat_number(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Where a business accounts for the tax, its own return names this number."""
    for place, registration in catalogue.registrations.items():
        try:
            if place in EUROPEAN_UNION:
                vat_number(registration.number, place)
        except InvalidVatNumber as error:
            yield (
                ("registrations", place),
                f"“{registration.number}” is not a VAT number there: it looks like {error.looks_like}",
            )


def each_pair_is_said_once(catalogue: CatalogueEntry) -> Iterator[Finding]:
    levels = levels_by_product(catalogue)
    reported: set[int] = set()
    for (start, end), (first, second) in doubles(catalogue.change_paths, levels, levels).items():
        if second.number not in reported:
            reported.add(second.number)
            place = ("change_paths", second.number)
            yield (
                place,
                f"change_paths[{first.number}] already says how {start} becomes {end}: keep one of them",
            )


def what_no_panel_does_needs_a_person(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Otherwise a client would pay before reading that our team is needed."""
    levels = levels_by_product(catalogue)
    product_of = {code: product for product in catalogue.products.values() for code in product.plans}
    reported: set[int] = set()
    for (start, end), way in ways(catalogue.change_paths, levels, levels).items():
        here, there = product_of[start], product_of[end]
        why = _why_no_panel_does(catalogue, here.server, there.server) if start != end else ""
        if why and way.person(there) is None and way.number not in reported:
            reported.add(way.number)
            sentence = f"{start} to {end} {why}: write needs_person, with its reason and working_hours"
            yield ("change_paths", way.number), sentence


def _why_no_panel_does(catalogue: CatalogueEntry, start: str, end: str) -> str:
    if start != end:
        return f"moves from {start} to {end}, which no panel does by itself"
    return f"is done by hand on {end}" if catalogue.driver_of(end) == "manual" else ""


def nobody_is_suspended_unannounced(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Reminders grow, then the suspension, then the end: for the provider, and for each product that differs."""
    provider = catalogue.provider.dunning.written
    places: list[tuple[Place, dict[str, Any]]] = [(("provider", "dunning"), {})]
    for code, product in catalogue.products.items():
        if product.dunning.written:
            places.append((("products", code, "dunning"), product.dunning.written))
    for place, written in places:
        try:
            Dunning.of(provider, written)
        except ValueError as error:
            yield place, str(error)
            if place[0] == "provider":
                return  # What a product makes of it is not known before.


def each_code_is_typed_for_one_discount(catalogue: CatalogueEntry) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, discount in catalogue.discounts.items():
        if discount.code and discount.code in seen:
            yield ("discounts", name, "code"), f"{discount.code} already gives “{seen[discount.code]}”"
        seen.setdefault(discount.code, name)


def a_code_has_its_limits(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """Limits are those of a code: what only we give, we give as often as we like."""
    limits = ("valid_from", "valid_until", "uses", "once_per_customer")
    for name, discount in catalogue.discounts.items():
        for limit in limits:
            if getattr(discount, limit) and not discount.code:
                yield ("discounts", name, limit), "limits a code: write the code, or leave this out"


def what_is_approved_says_why(catalogue: CatalogueEntry) -> Iterator[Finding]:
    """A client who must wait for our answer reads why."""
    for code, product in catalogue.products.items():
        if _lacks_reason(product.policies, None):
            yield ("products", code, "policies", "approval"), _NO_REASON
    for number, entry in enumerate(catalogue.change_paths):
        homes = {_product_of(catalogue, end) for end in entry.between or entry.targets}
        if any(_lacks_reason(entry.policies, catalogue.products[home].policies) for home in homes):
            yield ("change_paths", number, "policies", "approval"), _NO_REASON


_NO_REASON = "write approval_reason too: clients read why our team looks at it"


def _lacks_reason(policies: PoliciesEntry, product: PoliciesEntry | None) -> bool:
    has_reason = policies.approval_reason or (product is not None and product.approval_reason)
    return policies.approval not in (None, "none") and not has_reason


def _product_of(catalogue: CatalogueEntry, name: str) -> str:
    """Of a product or one of its plans."""
    return next(code for code, product in catalogue.products.items() if name == code or name in product.plans)


def levels_by_product(catalogue: CatalogueEntry) -> dict[str, tuple[str, ...]]:
    return {code: tuple(product.plans) for code, product in catalogue.products.items()}


CHECKS: tuple[Callable[[CatalogueEntry], Iterable[Finding]], ...] = (
    each_level_says_every_limit,
    what_a_machine_is_limited_in_is_set_on_it,
    each_level_has_a_price_at_home,
    no_rate_is_said_twice,
    europe_asks_where_the_provider_is,
    each_state_knows_the_provider_by_a_vat_number,
    each_customer_has_one_law,
    each_pair_is_said_once,
    what_no_panel_does_needs_a_person,
    nobody_is_suspended_unannounced,
    each_code_is_typed_for_one_discount,
    a_code_has_its_limits,
    what_is_approved_says_why,
    *ADDON_CHECKS,
)
