"""Discounts as they were agreed: what each takes off which price, and until when (docs/explanation/money, "Discounts").

Discounts do not add up. Of the recurring ones that apply, the one that takes off most counts; then, on what is left,
the one of the first periods that takes off most. What is taken off is in minor units, a whole number for each line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Self, TypedDict

from palier.core.money import round_half_up
from palier.core.periods import BillingCycle


class DiscountJson(TypedDict):
    code: str
    percent: str
    amounts: dict[str, int]
    plans: list[str]
    cycles: list[str]
    until_on: str | None


@dataclass(frozen=True, slots=True)
class Discount:
    """`percent` (20 is 20 %) of every line, or `amounts` off the price of a full cycle, (cycle code, minor units)
    pairs.

    For the named `plans` and `cycles` (codes), or any (None). `until_on` is None for a recurring one; one of the first
    periods counts for what begins before that day. `code` is its name in the catalogue.
    """

    code: str
    percent: Fraction = Fraction(0)
    amounts: tuple[tuple[str, int], ...] = ()
    plans: frozenset[str] | None = None
    cycles: frozenset[str] | None = None
    until_on: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise ValueError(f"a discount is between 0 and 100 %, not {self.percent}")
        if any(amount < 0 for _, amount in self.amounts):
            raise ValueError(f"a discount takes off 0 or more: {self.amounts}")

    @property
    def is_recurring(self) -> bool:
        return self.until_on is None

    def applies_to(self, plan: str, cycle: BillingCycle) -> bool:
        """Whenever that is: a discount of another plan or cycle waits until the client comes back to it."""
        named = self.plans is None or plan in self.plans
        return named and (self.cycles is None or cycle.code in self.cycles)

    def counts_on(self, on: date) -> bool:
        """Does it count for a period, or the rest of one, that begins on that day?"""
        return self.until_on is None or on < self.until_on

    def of_first_periods(self, cycle: BillingCycle, until_on: date) -> Self:
        """The same for the periods of that cycle that begin before that day: another cycle has no first periods
        left."""
        return replace(self, cycles=frozenset({cycle.code}), until_on=until_on)

    def to_json(self) -> DiscountJson:
        return {
            "code": self.code,
            "percent": str(self.percent),
            "amounts": dict(self.amounts),
            "plans": sorted(self.plans or ()),
            "cycles": sorted(self.cycles or ()),
            "until_on": self.until_on.isoformat() if self.until_on else None,
        }

    @classmethod
    def from_json(cls, written: DiscountJson) -> Self:
        return cls(
            code=written["code"],
            percent=Fraction(written["percent"]),
            amounts=tuple(written["amounts"].items()),
            plans=frozenset(written["plans"]) or None,
            cycles=frozenset(written["cycles"]) or None,
            until_on=date.fromisoformat(written["until_on"]) if written["until_on"] else None,
        )


def best(
    discounts: Iterable[Discount], plan: str, cycle: BillingCycle, amounts: Sequence[int]
) -> Discount | None:
    """Of those that apply, the one that takes off most, the earlier of equals; None where none takes anything off."""
    found: Discount | None = None
    most = 0
    for discount in discounts:
        if discount.applies_to(plan, cycle) and (off := sum(taken_off(discount, cycle, amounts))) > most:
            found, most = discount, off
    return found


def taken_off(discount: Discount | None, cycle: BillingCycle, amounts: Sequence[int]) -> tuple[int, ...]:
    """What it takes off each line: its percentage, so that every discounted line is rounded on its own; or its amount,
    spread over the lines as they weigh, so that the parts add up to it and none is more than its line."""
    if discount is None:
        return (0,) * len(amounts)
    if discount.percent:
        left = 100 - discount.percent
        return tuple(amount - round_half_up(Fraction(amount * left, 100)) for amount in amounts)
    return _spread(dict(discount.amounts).get(cycle.code, 0), amounts)


def _spread(off: int, amounts: Sequence[int]) -> tuple[int, ...]:
    whole = sum(amounts)
    part = Fraction(min(off, whole), whole) if whole else Fraction(0)
    sums = [0, *(round_half_up(total * part) for total in accumulate(amounts))]
    return tuple(after - before for before, after in pairwise(sums))
