"""Taxes: dated rates in, tax lines out (docs/explanation/money, "Taxes").

Amounts are in minor units. The lines of a document are netted per tax first, then each tax is rounded once on
its base, none on top of another. Negative amounts (credit notes) mirror positive ones exactly.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise

from palier.core.money import round_half_up, rounded


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax at one rate, in one place, for a time.

    `rate` is exact: 1/20 is 5 %. `jurisdiction` is a country (`CA`) or a part of one (`CA-QC`). `number` is
    the provider's registration, to print. `included` says that prices already contain it. `valid_until` is
    the first day it no longer holds. `replaces` names, by code, the wider taxes that are not due where this
    one is: Ontario's HST stands in for the federal GST.
    """

    code: str
    rate: Fraction
    jurisdiction: str
    valid_from: date
    number: str = ""
    included: bool = False
    valid_until: date | None = None
    replaces: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.rate < 0:
            raise ValueError(f"a tax rate is 0 or more, not {self.rate}")

    def holds(self, jurisdiction: str, on: date) -> bool:
        """Is it due in that place, itself or a part of the tax's own, on that day?"""
        inside = jurisdiction == self.jurisdiction or jurisdiction.startswith(self.jurisdiction + "-")
        return inside and self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax of a document: `amount` is the tax, `base` what it was worked out on, without any tax."""

    code: str
    rate: Fraction
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Taxed:
    """`net` before tax, its tax lines, and the `total` to pay; net and lines add up to the total."""

    net: int
    lines: tuple[TaxLine, ...]

    @property
    def total(self) -> int:
        return self.net + sum(line.amount for line in self.lines)


def rate_of(percent: str) -> Fraction:
    """The exact rate of a percentage as written: `9.975` is 399/4000. Raises ValueError."""
    return Fraction(percent) / 100


def rates_for(rates: Iterable[TaxRate], jurisdiction: str, on: date) -> tuple[TaxRate, ...]:
    """The taxes due in a place on a day, wider ones first, then in the order given.

    For `CA-QC` those of `CA` count too. Of several rates of one tax, the narrowest place wins, then the
    latest `valid_from`. A tax that another one due there replaces is left out.
    """
    chosen: dict[str, TaxRate] = {}
    for rate in rates:
        if rate.holds(jurisdiction, on):
            known = chosen.get(rate.code)
            if known is None or _precedence(rate) > _precedence(known):
                chosen[rate.code] = rate
    replaced = {code for rate in chosen.values() for code in rate.replaces}
    kept = (rate for rate in chosen.values() if rate.code not in replaced)
    return tuple(sorted(kept, key=lambda rate: len(rate.jurisdiction)))


def _precedence(rate: TaxRate) -> tuple[int, date]:
    return len(rate.jurisdiction), rate.valid_from


def tax_lines(net: int, rates: Sequence[TaxRate]) -> tuple[TaxLine, ...]:
    """The taxes of one amount; of a price that includes its taxes, those extracted from it."""
    return taxed([(net, rates)]).lines


def taxed(parts: Iterable[tuple[int, Sequence[TaxRate]]], exempt: Collection[str] = ()) -> Taxed:
    """A document's net, taxes and total from its lines, each an amount with the rates of its tax class.

    A customer exempt from a tax (by code) does not pay it: nothing is added for it, and where the price
    includes it, it is taken off. Raises ValueError for a line that includes only some of its taxes.
    """
    net, lines = _worked_out(parts)
    return Taxed(net, tuple(line for line in lines.values() if line.code not in exempt))


def _worked_out(parts: Iterable[tuple[int, Sequence[TaxRate]]]) -> tuple[int, dict[TaxRate, TaxLine]]:
    """The net before tax, and one line for each tax that any part has, exempt or not."""
    amounts = _amounts_by_rates(parts)
    every = dict.fromkeys(rate for rates in amounts for rate in rates)
    lines = {rate: TaxLine(rate.code, rate.rate, _base(rate, amounts), _tax(rate, amounts)) for rate in every}
    included = sum(line.amount for rate, line in lines.items() if rate.included)
    return sum(amounts.values()) - included, lines


def _amounts_by_rates(parts: Iterable[tuple[int, Sequence[TaxRate]]]) -> dict[tuple[TaxRate, ...], int]:
    amounts: dict[tuple[TaxRate, ...], int] = {}
    for amount, rates in parts:
        if len({rate.included for rate in rates}) > 1:
            raise ValueError(f"a price includes all of its taxes or none: {[rate.code for rate in rates]}")
        amounts[tuple(rates)] = amounts.get(tuple(rates), 0) + amount
    return amounts


def _base(tax: TaxRate, amounts: dict[tuple[TaxRate, ...], int]) -> int:
    of_tax = {rates: amount for rates, amount in amounts.items() if tax in rates}
    inside = dict.fromkeys(rate for rates in of_tax for rate in rates if rate.included)
    return sum(of_tax.values()) - sum(_tax(rate, of_tax) for rate in inside)


def _tax(tax: TaxRate, amounts: dict[tuple[TaxRate, ...], int]) -> int:
    exact = sum(
        (amount * tax.rate / _price_of_one(rates) for rates, amount in amounts.items() if tax in rates),
        start=Fraction(0),
    )
    return rounded(exact, "half_away")


def _price_of_one(rates: tuple[TaxRate, ...]) -> Fraction:
    """What a price of 1 before tax is written as: itself, or with the taxes it includes."""
    return 1 + sum((rate.rate for rate in rates if rate.included), start=Fraction(0))


def nets(parts: Sequence[tuple[int, Sequence[TaxRate]]], net: int) -> tuple[int, ...]:
    """What each line of a document holds before tax, so that they add up to its `net`.

    The amounts themselves where no tax is included; else each without its taxes, of all lines so far less what was
    before, so that a cent of rounding goes to one line and is not lost.
    """
    amounts = tuple(amount for amount, _ in parts)
    if sum(amounts) == net:
        return amounts
    exact = accumulate(Fraction(amount) / _price_of_one(tuple(rates)) for amount, rates in parts)
    sums = [0, *(round_half_up(so_far) for so_far in exact)]
    sums[-1] = net
    return tuple(after - before for before, after in pairwise(sums))


def still_priced(billed: int, net: int, credited_net: int) -> int:
    """What is left of amounts `billed` as priced, `net` of them before tax, once credit notes gave back `credited_net`.

    Credit notes are before tax, and prices may include theirs: each cent of the net gives back its share of the price.
    """
    return round_half_up(Fraction(billed * (net - credited_net), net)) if net else billed


def credited(taxes: Iterable[TaxLine], net: int, amount: int, before: int = 0) -> tuple[TaxLine, ...]:
    """What a credit note for `amount` of an invoice's `net` gives back of its `taxes`, `before` being credited already.

    Amounts are positive, before tax. Each note takes its share of the taxes that the invoice itself has, of all that
    is credited so far less what was before: notes for the whole invoice give back its taxes to the cent, and never
    more. A tax worked out again on the rounded net of a price that includes it could differ by one.
    """
    return tuple(
        replace(
            tax,
            base=_share(tax.base, net, before + amount) - _share(tax.base, net, before),
            amount=_share(tax.amount, net, before + amount) - _share(tax.amount, net, before),
        )
        for tax in taxes
    )


def _share(whole: int, net: int, part: int) -> int:
    return round_half_up(Fraction(whole * part, net))
