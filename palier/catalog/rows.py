"""The rows that a document asks for, by kind and by what identifies them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from palier.catalog.file.entries import CatalogueEntry, PersonEntry, RegistrationEntry
from palier.catalog.file.fields import exact_percent
from palier.catalog.file.known import STANDARD
from palier.catalog.file.paths import moves_level, ways
from palier.catalog.file.shipped import ShippedRate, registration_for, shipped_rates
from palier.core.periods import BillingCycle
from palier.core.pricing import option_key, plan_key, setup_key

Row = Mapping[str, Any]


def resource_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for position, (code, resource) in enumerate(catalogue.resources.items()):
        yield {
            "code": code,
            "position": position,
            "unit": resource.unit,
            "names": resource.name,
            "counted": resource.counted,
            "measured": resource.measured == "yes",
            "granted": resource.measured == "granted",
        }


def tax_rate_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    """Those the provider is registered for, then its own; where both say the same rate, its own word counts."""
    key = itemgetter("code", "jurisdiction", "tax_class", "valid_from")
    found = {key(row): row for row in (*_registered_rates(catalogue), *_own_rates(catalogue))}
    for position, row in enumerate(found.values()):
        yield {**row, "position": position}


def _registered_rates(catalogue: CatalogueEntry) -> Iterator[Row]:
    for rate in shipped_rates():
        place = registration_for(rate, catalogue.registrations)
        registration = catalogue.registrations.get(place)
        if registration is None or _is_over(rate, registration):
            continue
        yield {
            "code": rate.code,
            "jurisdiction": rate.jurisdiction,
            "tax_class": STANDARD,
            "valid_from": max(rate.valid_from, registration.valid_from or rate.valid_from),
            "names": dict(rate.names),
            "rate": exact_percent(rate.percent),
            "valid_until_on": registration.valid_until,
            "number": registration.number,
            "replaces": list(rate.replaces),
        }


def _is_over(rate: ShippedRate, registration: RegistrationEntry) -> bool:
    """Had the rate ended when the registration began?"""
    begins = registration.valid_from
    return begins is not None and rate.valid_until is not None and rate.valid_until <= begins


def _own_rates(catalogue: CatalogueEntry) -> Iterator[Row]:
    for code, tax in catalogue.taxes.items():
        for rate in tax.rates:
            yield {
                "code": code,
                "jurisdiction": rate.jurisdiction,
                "tax_class": rate.tax_class,
                "valid_from": rate.valid_from,
                "names": tax.name,
                "rate": rate.rate,
                "valid_until_on": rate.valid_until,
                "number": rate.number or tax.number,
                "replaces": tax.replaces,
            }


def product_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for position, (code, product) in enumerate(catalogue.products.items()):
        yield {
            "code": code,
            "position": position,
            "names": product.name,
            "icon": product.icon,
            "tax_class": product.tax_class,
            "prices_include_tax": product.prices_include_tax,
            "policies": product.policies.written,
            "dunning": product.dunning.written,
            "server_code": product.server,
            "addon_to": product.addon_to,
        }


def plan_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for product_code, product in catalogue.products.items():
        for position, (code, plan) in enumerate(product.plans.items()):
            yield {
                "code": code,
                "product_id": product_code,
                "position": position,
                "names": plan.name,
                "summaries": plan.summary,
                "rank": plan.rank,
                "limits": {name: limit for name, limit in plan.limits.items() if limit is not None},
                "package": plan.package or code,
                "privileges": plan.privileges,
            }


def option_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for product_code, product in catalogue.products.items():
        for position, (code, option) in enumerate(product.options.items()):
            yield {
                "code": code,
                "product_id": product_code,
                "position": position,
                "names": option.name,
                "grants": option.grants,
                "least": option.least,
                "most": option.most,
                "person": person(option.needs_person),
            }


def price_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for product in catalogue.products.values():
        priced = [
            *((plan_key, code, plan.prices) for code, plan in product.plans.items()),
            *((option_key, code, option.prices) for code, option in product.options.items()),
        ]
        for key, code, prices in priced:
            for cycle, by_currency in prices.items():
                for currency, amount in by_currency.items():
                    yield {"key": key(code, BillingCycle(cycle)), "currency": currency, "amount": amount}


def setup_fee_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    """They are prices too, of their own keys."""
    for product in catalogue.products.values():
        for code, plan in product.plans.items():
            for currency, amount in plan.setup_fee.items():
                yield {"key": setup_key("plan", code), "currency": currency, "amount": amount}
        for code, option in product.options.items():
            for currency, amount in option.setup_fee.items():
                yield {"key": setup_key("option", code), "currency": currency, "amount": amount}


def discount_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    for position, (code, discount) in enumerate(catalogue.discounts.items()):
        yield {
            "code": code,
            "position": position,
            "names": discount.name,
            "typed": discount.code,
            "rate": discount.percent or "",
            "amounts": discount.amount,
            "periods": discount.periods,
            "applies_to": discount.applies_to,
            "cycles": discount.cycles,
            "valid_from": discount.valid_from,
            "valid_until_on": discount.valid_until,
            "uses": discount.uses,
            "once_per_customer": discount.once_per_customer,
            "given_for": discount.given_for,
        }


def path_rows(catalogue: CatalogueEntry, unsold: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """`unsold` are the levels of each product that the file no longer has: whoever is on one may leave it. A level
    that only changes its cycle or options needs nobody, unless the path names it."""
    sold = {code: tuple(product.plans) for code, product in catalogue.products.items()}
    to_leave = {code: (*plans, *unsold.get(code, ())) for code, plans in sold.items()}
    product_of = {code: product for product in catalogue.products.values() for code in product.plans}
    for position, (pair, way) in enumerate(ways(catalogue.change_paths, to_leave, sold).items()):
        speaks_of_it = moves_level(pair) or way.named == 2
        yield {
            "from_plan_id": pair[0],
            "to_plan_id": pair[1],
            "position": position,
            "policies": way.entry.policies.written,
            "person": person(way.person(product_of[pair[1]])) if speaks_of_it else {},
            "notes": way.entry.note if speaks_of_it else {},
            "addons": way.entry.addons,
        }


def law_profile_rows(catalogue: CatalogueEntry) -> Iterator[Row]:
    found = ((code, law, rule) for code, law in catalogue.law_profiles.items() for rule in law.rules)
    for position, (code, law, rule) in enumerate(found):
        yield {
            "code": code,
            "valid_from": rule.valid_from,
            "position": position,
            "names": law.name,
            "customers": law.customers or "",
            "jurisdiction": law.jurisdiction or "",
            "articles": [article.model_dump() for article in rule.articles],
            "rule": rule.model_dump(exclude={"valid_from", "articles"}, exclude_none=True),
        }


def person(entry: PersonEntry | None) -> Row:
    return {"reasons": entry.reason, "working_hours": entry.working_hours} if entry else {}
