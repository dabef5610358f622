"""The taxes that come with the product (palier/catalog/taxes), as rates of those a host is registered for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from palier.catalog.file.tree import tree
from palier.core.tax_due import EUROPEAN_UNION

FOLDER = Path(__file__).parents[1] / "taxes"
#: The registration that stands for every member state: the One Stop Shop.
ONE_STOP_SHOP = "EU"


@dataclass(frozen=True, slots=True)
class ShippedRate:
    """A rate, in percent as written, that is due from a day on, until that of the next one there."""

    code: str
    names: Mapping[str, str]
    registration: str
    replaces: tuple[str, ...]
    jurisdiction: str
    percent: str
    valid_from: date
    valid_until: date | None


@cache
def shipped_rates() -> tuple[ShippedRate, ...]:
    return tuple(rate for path in sorted(FOLDER.glob("*.yaml")) for rate in _rates_in(path))


@cache
def shipped_codes() -> frozenset[str]:
    return frozenset(rate.code for rate in shipped_rates())


@cache
def places_to_register() -> tuple[str, ...]:
    return (*dict.fromkeys(rate.registration for rate in shipped_rates()), ONE_STOP_SHOP)


def registration_for(rate: ShippedRate, registered: Mapping[str, Any]) -> str:
    """The place of the registration by which the rate is due, among those there are; empty where it is not due."""
    if rate.registration in registered:
        return rate.registration
    in_union = rate.registration in EUROPEAN_UNION
    return ONE_STOP_SHOP if in_union and ONE_STOP_SHOP in registered else ""


def _rates_in(path: Path) -> Iterator[ShippedRate]:
    for code, tax in tree(path.read_text(encoding="utf-8"), path.name).value.items():
        for jurisdiction, percents in tax["rates"].items():
            days = [date.fromisoformat(day) for day in percents]
            for day, until, percent in zip(days, (*days[1:], None), percents.values(), strict=True):
                yield ShippedRate(
                    code=code if "registration" in tax else f"{code}-{jurisdiction}",
                    names=tax["name"],
                    registration=tax.get("registration", jurisdiction),
                    replaces=tuple(tax.get("replaces", ())),
                    jurisdiction=jurisdiction,
                    percent=percent,
                    valid_from=day,
                    valid_until=until,
                )
