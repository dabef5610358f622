"""Amounts as Stripe wants them: mostly in minor units of ISO 4217, and otherwise where its documentation says so.

https://docs.stripe.com/currencies (zero-decimal currencies, three-decimal currencies, special cases, minimum amounts)
"""

from palier.core.money import Money, exponent
from palier.drivers.errors import Refused

#: Written without decimals there.
WITHOUT_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"],
)
#: Written with two decimals there although ISO has none; the two are always zero.
WITH_TWO_ZEROS = frozenset({"ISK", "UGX"})
WITH_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})

#: The least that Stripe charges, in our minor units, for an account that is paid out in the same currency. For one that
#: is paid out in another it is what that comes to there, which only the host knows: `least` of its configuration.
LEAST_CHARGES = dict.fromkeys(["AUD", "BRL", "CAD", "CHF", "EUR", "INR", "JPY", "NZD", "SGD", "USD"], 50) | {
    "GBP": 30, "BGN": 100, "AED": 200, "MYR": 200, "PLN": 200, "RON": 200, "DKK": 250, "NOK": 300, "SEK": 300,
    "HKD": 400, "MXN": 1000, "THB": 1000, "CZK": 1500, "HUF": 17500,
}  # fmt: skip


def least_charge(currency: str) -> int:
    """In minor units; 0 where Stripe's documentation says nothing of the currency."""
    return LEAST_CHARGES.get(currency, 0)


def decimals(currency: str) -> int:
    """Decimals of an amount in Stripe's API."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE_DECIMALS else 2


def to_stripe(money: Money) -> int:
    """The amount to send. Raises `Refused` for one that Stripe cannot express to the last unit."""
    more = decimals(money.currency) - exponent(money.currency)
    step = _power(-more)
    if money.currency in WITH_THREE_DECIMALS:
        step = 10  # the last decimal must be zero
    if money.minor % step:
        raise Refused(f"Stripe takes amounts in {money.currency} only in steps of {step} minor units")
    return money.minor * _power(more) // _power(-more)


def from_stripe(amount: int, currency: str) -> Money:
    """The amount that Stripe speaks of. Raises `ValueError` for one that our minor units cannot hold."""
    code = currency.upper()
    more = decimals(code) - exponent(code)
    if amount % _power(more):
        raise ValueError(f"{amount} {code} is finer than the currency")
    return Money(amount * _power(-more) // _power(more), code)


def _power(places: int) -> int:
    return int("1".ljust(1 + max(0, places), "0"))
