"""What a host would write in its catalogue file, written to its tables: policies, fees and discounts of a test."""

from itertools import count
from typing import Any

from palier.catalog import models
from palier.core.pricing import setup_key


def set_policies(product: str = "web", **policies: Any) -> None:
    models.Product.objects.filter(code=product).update(policies=policies)
    count_up()


def set_setup_fee(plan: str, amount: int) -> None:
    models.Price.objects.update_or_create(
        key=setup_key("plan", plan), currency="CAD", defaults={"amount": amount}
    )
    count_up()


def set_discount(code: str = "promo", rate: str = "0.5", **terms: Any) -> None:
    """Typed as `PROMO`, 50 % off if not said otherwise."""
    written = {"names": {"fr": code, "en": code}, "typed": code.upper(), "rate": rate} | terms
    models.Discount.objects.update_or_create(code=code, defaults=written)
    count_up()


#: Never the same twice in a process, whatever is rolled back: snapshots are kept by their version.
_NUMBERS = count(1000)


def count_up() -> None:
    models.Version.objects.update(number=next(_NUMBERS))
