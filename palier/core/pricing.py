"""From a configuration to its price per cycle (docs/explanation/money, "The rule").

Each line (the plan, and each option times its quantity) is discounted and rounded on its own; the price is
their sum. Amounts are in minor units of the subscription's currency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Self, TypedDict

from palier.core.money import round_half_up
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

    def to_json(self) -> ConfigurationJson:
        return {"plan": self.plan, "cycle": self.cycle.code, "options": dict(self.options)}

    @classmethod
    def from_json(cls, written: ConfigurationJson) -> Self:
        return cls(written["plan"], BillingCycle(written["cycle"]), tuple(written["options"].items()))


@dataclass(frozen=True, slots=True)
class Discount:
    """A recurring discount, `percent` (20 is 20 %) of every line; for the named plans, or any (None)."""

    percent: Fraction
    plans: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise ValueError(f"a discount is between 0 and 100 %, not {self.percent}")

    def applies_to(self, plan: str) -> bool:
        return self.plans is None or plan in self.plans


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of a price. `unit_price` is before the discount; `amount` is the whole line after it."""

    kind: LineKind
    code: str
    quantity: int
    unit_price: int
    percent_off: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.unit_price < 0 or self.quantity < 0:
            raise ValueError(f"a price and its quantity are 0 or more: {self.quantity} x {self.unit_price}")

    @property
    def amount(self) -> int:
        full = self.quantity * self.unit_price
        return round_half_up(Fraction(full * (100 - self.percent_off), 100)) if self.percent_off else full


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


def priced(
    configuration: Configuration,
    unit_prices: Mapping[str, int],
    agreed: Mapping[str, int],
    discount: Discount | None = None,
) -> tuple[PricedLine, ...]:
    """The lines of the configuration, the plan's first, then the options by code.

    `unit_prices` is the catalogue's, `agreed` what the subscription already holds and keeps; both by line
    key, per cycle. The discount counts where it applies to the configuration's plan. Raises NoPrice.
    """
    off = discount.percent if discount and discount.applies_to(configuration.plan) else Fraction(0)
    plan = PricedLine(
        "plan",
        configuration.plan,
        1,
        _unit_price(plan_key(configuration.plan, configuration.cycle), unit_prices, agreed),
        off,
    )
    options = (
        PricedLine(
            "option",
            code,
            quantity,
            _unit_price(option_key(code, configuration.cycle), unit_prices, agreed),
            off,
        )
        for code, quantity in configuration.options
    )
    return (plan, *options)


def _unit_price(key: str, unit_prices: Mapping[str, int], agreed: Mapping[str, int]) -> int:
    if key in agreed:
        return agreed[key]
    if key in unit_prices:
        return unit_prices[key]
    raise NoPrice(key)


def price(lines: Iterable[PricedLine]) -> int:
    """The price per full cycle, in minor units: the sum of the rounded lines."""
    return sum(line.amount for line in lines)
