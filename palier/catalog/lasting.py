"""What applying a file may never change, because agreements and documents rest on it. Each check yields problems."""

from collections.abc import Iterator
from datetime import datetime

from palier.catalog import models
from palier.catalog.file.document import Document
from palier.catalog.file.problems import Problem
from palier.core.periods import billing_date


def broken_promises(document: Document, at: datetime) -> list[Problem]:
    """All that the document would change and may not; empty when it can be applied."""
    return [
        *_moved_codes(document),
        *_resources_in_another_unit(document),
        *_products_taxed_otherwise(document),
        *_rewritten_taxes(document, at),
    ]


def _moved_codes(document: Document) -> Iterator[Problem]:
    """A plan or option stays with its product, also when it is no longer sold: subscriptions know it by its code."""
    plans = dict(models.Plan.objects.values_list("code", "product_id"))
    options = dict(models.Option.objects.values_list("code", "product_id"))
    for product_code, product in document.catalogue.products.items():
        for kind, codes, homes in (("plans", product.plans, plans), ("options", product.options, options)):
            for code in codes:
                home = homes.get(code, product_code)
                if home != product_code:
                    yield document.problem(
                        ("products", product_code, kind, code),
                        f"“{code}” belongs to the product “{home}”, and what is bought under it stays there: "
                        "choose another code",
                    )


def _resources_in_another_unit(document: Document) -> Iterator[Problem]:
    units = dict(models.Resource.objects.values_list("code", "unit"))
    for code, resource in document.catalogue.resources.items():
        unit = units.get(code, resource.unit)
        if unit != resource.unit:
            yield document.problem(
                ("resources", code, "unit"),
                f"“{code}” is measured as {unit}, and services have limits in it: choose another code",
            )


def _products_taxed_otherwise(document: Document) -> Iterator[Problem]:
    """Agreed prices would change their meaning."""
    included = dict(models.Product.objects.values_list("code", "prices_include_tax"))
    for code, product in document.catalogue.products.items():
        if included.get(code, product.prices_include_tax) != product.prices_include_tax:
            before, after = ("with", "without") if included[code] else ("without", "with")
            yield document.problem(
                ("products", code, "prices_include_tax"),
                f"prices of “{code}” were agreed {before} taxes, and cannot be read {after} them: "
                "sell it as another product",
            )


def _rewritten_taxes(document: Document, at: datetime) -> Iterator[Problem]:
    """What a tax was on days gone by is history. It ends, and another rate begins on another day."""
    today = billing_date(at, document.catalogue.provider.time_zone)
    known = {
        (row.code, row.jurisdiction, row.tax_class, row.valid_from): row
        for row in models.TaxRate.objects.filter(valid_from__lte=today)
    }
    for code, tax in document.catalogue.taxes.items():
        for number, rate in enumerate(tax.rates):
            row = known.get((code, rate.jurisdiction, rate.tax_class, rate.valid_from))
            if row is not None and (row.rate, sorted(row.replaces)) != (rate.rate, sorted(tax.replaces)):
                yield document.problem(
                    ("taxes", code, "rates", number),
                    f"{code} in {rate.jurisdiction} has begun on {rate.valid_from}: what it was and what it replaces "
                    "stays so; write another rate with the first day it is due",
                )
