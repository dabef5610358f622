"""Amounts of money, and the only rounding in the product.

An amount is an integer of minor units (cents) and a currency code. Between amounts there are only exact
fractions; a fraction becomes an amount once, here (docs/explanation/money).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, assert_never

RoundingMode = Literal["half_up", "half_even", "half_away", "down"]

# ISO 4217: every other currency has two decimals.
_WITHOUT_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_WITH_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_WITH_FOUR = ("CLF", "UYW")
_EXPONENTS = (
    dict.fromkeys(_WITHOUT_DECIMALS, 0) | dict.fromkeys(_WITH_THREE, 3) | dict.fromkeys(_WITH_FOUR, 4)
)
_CODE = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]+))?")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


class UnreadableAmount(ValueError):
    """A written amount is not one; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` is in minor units (630 is 6.30 CAD); `currency` is an ISO 4217 code."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an integer, not {self.minor!r}")
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is not a currency code of three capital letters")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same_currency(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same_currency(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same_currency(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same_currency(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same_currency(other)

    def _same_currency(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added or compared")
        return other.minor


def exponent(currency: str) -> int:
    """The number of decimals the currency is written with (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def parse(text: str, currency: str) -> Money:
    """The amount written as `9`, `9.00` or `-9.00`: digits and one point, no grouping.

    Raises UnreadableAmount, with a sentence, for anything else and for more decimals than the currency has.
    """
    if not isinstance(text, str):
        raise UnreadableAmount(f"An amount is written as text, in quotes: “9.00”, not {text!r}.")
    written = _AMOUNT.fullmatch(text.strip())
    if written is None:
        raise UnreadableAmount(f"“{text}” is not an amount: write digits and one point, such as 1234.50.")
    sign, whole, decimals = written[1], written[2], written[3] or ""
    allowed = exponent(currency)
    if len(decimals) > allowed:
        at_most = f"at most {allowed}" if allowed else "none"
        raise UnreadableAmount(f"“{text}” has {len(decimals)} decimals; {currency} has {at_most}.")
    minor = int(whole + decimals.ljust(allowed, "0"))
    return Money(-minor if sign else minor, currency)


def plain_text(money: Money) -> str:
    """The amount as `parse` reads it: `9.00` for 900 CAD, `900` for 900 JPY. For files, never for people."""
    decimals = exponent(money.currency)
    digits = str(abs(money.minor)).rjust(decimals + 1, "0")
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return ("-" if money.minor < 0 else "") + whole + ("." + rest if rest else "")


def round_half_up(value: Fraction | int) -> int:
    """To the nearest whole minor unit, a tie towards +infinity: the rounding of every price and due."""
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a binary fraction: it is not exact enough to be money")
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def rounded(value: Fraction | int, mode: RoundingMode = "half_up") -> int:
    """To a whole minor unit. Ties: half_up towards +infinity (-2.5 is -2), half_even to the even neighbour,
    half_away from zero (-2.5 is -3); `down` drops the fraction, towards zero."""
    nearest = round_half_up(value)
    if mode == "half_up":
        return nearest
    if mode == "half_even":
        return round(value)
    if mode == "half_away":
        return nearest if value >= 0 else -round_half_up(-value)
    if mode == "down":
        return int(value)
    assert_never(mode)


def rounded_to(value: Fraction | int, decimals: int, mode: RoundingMode) -> Fraction:
    """To a number of decimals, still exact: for systems that round a share before they use it."""
    scale = 10**decimals
    return Fraction(rounded(value * scale, mode), scale)
