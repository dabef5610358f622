"""Amounts of money and rates, as each language writes them."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_currency, format_decimal

from palier.core.money import Money, exponent, parse
from palier.words.languages import is_french, locale_of

NO_BREAK = "\u00a0"
#: What stands around an amount and is none of it: spaces that do not break either, and signs of currencies.
_SIGNS = re.compile(r"[\s$€£¥]")


#: A page writes the same few prices again and again, and writing one costs as much as a statement.
@lru_cache(maxsize=4096)
def amount(money: Money, language: str) -> str:
    """`18,00 $` in French, `$18.00` in English; the spaces do not break."""
    value = Decimal(money.minor).scaleb(-exponent(money.currency))
    written: str = format_currency(value, money.currency, locale=locale_of(language))
    return _with_a_true_minus(written)


def amount_with_sign(money: Money, language: str) -> str:
    """The amount with its sign always shown: `+6,30 $`, `−6,30 $`, and `0,00 $` without one."""
    return ("+" if money.minor > 0 else "") + amount(money, language)


def number(count: int, language: str) -> str:
    """`1 204` in French, `1,204` in English, a minus that is one."""
    return _with_a_true_minus(format_decimal(count, locale=locale_of(language)))


def rate(fraction: Fraction, language: str) -> str:
    """A tax rate or a discount: 399/4000 is `9,975 %` in French, `9.975%` in English."""
    percent = Decimal(fraction.numerator * 100) / Decimal(fraction.denominator)
    number = format_decimal(percent, format="#,##0.####", locale=locale_of(language))
    return f"{number}{NO_BREAK}%" if is_french(language) else f"{number}%"


def read_amount(text: str, currency: str) -> Money:
    """What a person typed: `9,50`, `9.50 $`, `1 234,50`. A comma or a point is before the decimals; both at once are
    refused, for who knows which was meant. Raises `UnreadableAmount`.
    """
    return parse(_SIGNS.sub("", text.replace(currency, "")).replace(",", "."), currency)


def _with_a_true_minus(written: str) -> str:
    return written.replace("-", "\u2212", 1) if written.startswith("-") else written
