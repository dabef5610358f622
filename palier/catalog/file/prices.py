"""Prices as they are written: by billing cycle, then by currency."""

import re
from typing import Annotated, Any

from babel.numbers import list_currencies
from pydantic import BeforeValidator, Field

from palier.catalog.file.known import said
from palier.core import money
from palier.core.periods import BillingCycle, UnknownCycle


def _currency(written: Any) -> str:
    if isinstance(written, str) and written in list_currencies():
        return written
    raise ValueError(f"{said(written)} is not a currency; write its ISO 4217 code, such as CAD")


def _each_with_its_currency(written: Any) -> Any:
    return {code: (text, code) for code, text in written.items()} if isinstance(written, dict) else written


def _amount(pair: tuple[Any, str]) -> int:
    """Minor units of the currency, which is a key of the file and is told off there when it is none."""
    written, currency = pair
    if not re.fullmatch(r"[A-Z]{3}", currency):
        return 0
    if not isinstance(written, str) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", written):
        example = money.plain_text(money.Money(9 * 10 ** money.exponent(currency), currency))
        raise ValueError(f"{said(written)} is not an amount: write digits and one point, such as {example}")
    try:
        return money.parse(written, currency).minor
    except money.UnreadableAmount as error:
        raise ValueError(str(error).rstrip(".")) from None


def _cycle(written: Any) -> str:
    try:
        cycle = BillingCycle(written)
    except UnknownCycle as error:
        raise ValueError(str(error).rstrip(".")) from None
    if not cycle.is_recurring:
        # Nothing bills a price that does not renew, nor moves a subscription to one.
        instead = (
            "write the price 0 in a cycle that renews"
            if cycle.code == "free"
            else "write a cycle that renews"
        )
        raise ValueError(f"{cycle.code} is not sold yet: {instead}, such as monthly or yearly")
    return cycle.code


Cycle = Annotated[str, BeforeValidator(_cycle)]
Currency = Annotated[str, BeforeValidator(_currency)]
PriceByCurrency = Annotated[
    dict[Currency, Annotated[int, BeforeValidator(_amount)]],
    Field(min_length=1),
    BeforeValidator(_each_with_its_currency),
]
#: Minor units by cycle code and currency.
Prices = Annotated[
    dict[Cycle, PriceByCurrency],
    Field(min_length=1),
]
