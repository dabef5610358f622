"""From a configuration to its price per cycle (docs/explanation/money, "The rule").

Each line (the plan, and each option times its quantity) is discounted and rounded on its own; the price is
their sum. Amounts are in minor units of the subscription's currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self, TypedDict

from palier.core.discounts import Discount, best, taken_off
from palier.core.periods import BillingCycle

LineKind = Literal["plan", "option"]


class NoPrice(LookupError):
    """The catalogue has no price under this line key: the configuration is not for sale."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no price for {key}")
        self.key = key


class ConfigurationJson(TypedDict):
    plan: str
    cycle: str
    options: dict[str, int]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a subscription is for. `options` are (code, quantity) pairs, kept sorted, without zeros, so that
    equal configurations compare equal and hash alike however they were written."""

    plan: str
    cycle: BillingCycle
    options: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        codes = [code for code, _ in self.options]
        if len(set(codes)) < len(codes):
            raise ValueError(f"an option is named twice: {codes}")
        if any(type(quantity) is not int or quantity < 0 for _, quantity in self.options):
            raise ValueError(f"a quantity is a whole number, 0 or more: {self.options}")
        kept = tuple(sorted((code, quantity) for code, quantity in self.options if quantity))
        object.__setattr__(self, "options", kept)

    @property
    def things(self) -> tuple[tuple[LineKind, str, int], ...]:
        """What it consists of: the plan, and each option with its quantity."""
        return (("plan", self.plan, 1), *(("option", code, quantity) for code, quantity in self.options))

    @property
    def quantities(self) -> dict[str, int]:
        """How many of each thing, by item: `plan:web-b`, `option:ipv4`."""
        return {f"{kind}:{code}": quantity for kind, code, quantity in self.things}

    def to_json(self) -> ConfigurationJson:
        return {"plan": self.plan, "cycle": self.cycle.code, "options": dict(self.options)}

    @classmethod
    def from_json(cls, written: ConfigurationJson) -> Self:
        return cls(written["plan"], BillingCycle(written["cycle"]), tuple(written["options"].items()))


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of a price. `unit_price` is before any discount; `off` is what a recurring discount takes off the whole
    line, `first_off` what one of the first periods takes off besides. `discounts` names those that took something."""

    kind: LineKind
    code: str
    quantity: int
    unit_price: int
    off: int = 0
    first_off: int = 0
    discounts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit_price < 0 or self.quantity < 0:
            raise ValueError(f"a price and its quantity are 0 or more: {self.quantity} x {self.unit_price}")
        if min(self.off, self.first_off, self.billed) < 0:
            raise ValueError(f"{self.off} and {self.first_off} cannot be taken off {self.full}")

    @property
    def full(self) -> int:
        return self.quantity * self.unit_price

    @property
    def amount(self) -> int:
        """The level: what the line costs for as long as one keeps it."""
        return self.full - self.off

    @property
    def billed(self) -> int:
        """What is billed for it while a discount of the first periods counts; the same as `amount` otherwise."""
        return self.amount - self.first_off


def plan_key(plan: str, cycle: BillingCycle) -> str:
    """The line key of a plan's price: `plan:web-a:monthly`."""
    return f"plan:{plan}:{cycle.code}"


def option_key(option: str, cycle: BillingCycle) -> str:
    """The line key of an option's price per unit: `option:ipv4:monthly`."""
    return f"option:{option}:{cycle.code}"


def line_keys(configuration: Configuration) -> tuple[str, ...]:
    """The keys of the prices that the configuration needs, the plan's first."""
    options = (option_key(code, configuration.cycle) for code, _ in configuration.options)
    return (plan_key(configuration.plan, configuration.cycle), *options)


def setup_key(kind: LineKind, code: str) -> str:
    """The line key of the set-up fee of a plan, or of one unit of an option: `setup:plan:web-b`."""
    return f"setup:{kind}:{code}"


def priced(
    configuration: Configuration, unit_prices: Mapping[str, int], agreed: Mapping[str, int]
) -> tuple[PricedLine, ...]:
    """The lines of the configuration before discounts, the plan's first, then the options by code.

    `unit_prices` is the catalogue's, `agreed` what the subscription already holds and keeps; both by line
    key, per cycle. Raises NoPrice.
    """
    keys = line_keys(configuration)
    found = tuple(_unit_price(key, unit_prices, agreed) for key in keys)
    plan = PricedLine("plan", configuration.plan, 1, found[0])
    options = (
        PricedLine("option", code, quantity, unit_price)
        for (code, quantity), unit_price in zip(configuration.options, found[1:], strict=True)
    )
    return (plan, *options)


def _unit_price(key: str, unit_prices: Mapping[str, int], agreed: Mapping[str, int]) -> int:
    if key in agreed:
        return agreed[key]
    if key in unit_prices:
        return unit_prices[key]
    raise NoPrice(key)


def discounted(
    lines: Sequence[PricedLine], configuration: Configuration, discounts: Sequence[Discount], on: date
) -> tuple[PricedLine, ...]:
    """The lines after the discounts that count for what begins on that day."""
    recurring, first = counting(lines, configuration, discounts, on)
    offs = taken_off(recurring, configuration.cycle, [line.full for line in lines])
    amounts = [line.full - off for line, off in zip(lines, offs, strict=True)]
    first_offs = taken_off(first, configuration.cycle, amounts)
    return tuple(
        replace(line, off=off, first_off=first_off, discounts=_names((recurring, off), (first, first_off)))
        for line, off, first_off in zip(lines, offs, first_offs, strict=True)
    )


def _names(*taken: tuple[Discount | None, int]) -> tuple[str, ...]:
    return tuple(discount.code for discount, off in taken if discount is not None and off)


def counting(
    lines: Sequence[PricedLine], configuration: Configuration, discounts: Sequence[Discount], on: date
) -> tuple[Discount | None, Discount | None]:
    """The recurring discount that counts for these lines on that day, and the one of the first periods."""
    plan, cycle = configuration.plan, configuration.cycle
    full = [line.full for line in lines]
    recurring = best((one for one in discounts if one.is_recurring), plan, cycle, full)
    offs = taken_off(recurring, cycle, full)
    amounts = [amount - off for amount, off in zip(full, offs, strict=True)]
    first = (one for one in discounts if not one.is_recurring and one.counts_on(on))
    return recurring, best(first, plan, cycle, amounts)


def price(lines: Iterable[PricedLine]) -> int:
    """The price per full cycle, in minor units: the sum of the rounded lines. The level that is held."""
    return sum(line.amount for line in lines)


def billed_price(lines: Iterable[PricedLine]) -> int:
    """What a full cycle is billed at: less than the price while a discount of the first periods counts."""
    return sum(line.billed for line in lines)
