"""What a client asks for in an address: a cycle, options, a level, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from palier.catalog.for_sale import Option
from palier.catalog.snapshot import Catalog
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.plan_changes.facts import Situation
from palier.subscriptions.models import Subscription

LONGEST_CODE = 30


@dataclass(frozen=True)
class Terms:
    """`plan` is empty when no level was chosen. `at_renewal` is by plan: the client's word on when it should begin.
    `refused` are the quantities that were asked for, or are held, and cannot be had: `quantities` has the nearest."""

    plan: str
    cycle: BillingCycle
    quantities: Mapping[str, int]
    at_renewal: Mapping[str, bool]
    refused: Mapping[str, int] = field(default_factory=dict)
    code: str = ""

    def configuration(self, plan: str, catalog: Catalog) -> Configuration:
        """That level on these terms, with the options that belong to it. Raises `KeyError` for an unknown plan."""
        options = (
            (option.code, self.quantities.get(option.code, option.least))
            for option in catalog.product_of(plan).options
            if not option.retired
        )
        return Configuration(plan, self.cycle, tuple(options))

    @property
    def query(self) -> dict[str, str]:
        """The same terms as an address asks for them."""
        asked = {"plan": self.plan} if self.plan else {}
        asked["cycle"] = self.cycle.code
        asked |= {f"option.{code}": str(quantity) for code, quantity in self.quantities.items()}
        if self.code:
            asked["code"] = self.code
        words = {True: "renewal", False: "now"}
        return asked | {f"when.{plan}": words[answer] for plan, answer in self.at_renewal.items()}


def terms_asked(asked: QueryDict, situation: Situation) -> Terms:
    """What is not asked, or cannot be understood, stays as the subscription has it; an option that is not sold in the
    cycle is left out."""
    subscription, catalog = situation.subscription, situation.catalog
    cycle = _cycle(asked.get("cycle", ""), subscription)
    options = catalog.options_sold(subscription.plan_id, cycle, situation.prices)
    wanted = {
        option.code: _wanted(asked.get(f"option.{option.code}", ""), option, subscription)
        for option in options
    }
    return Terms(
        plan=asked.get("plan", ""),
        cycle=cycle,
        quantities={option.code: option.nearest(wanted[option.code]) for option in options},
        refused={
            option.code: wanted[option.code] for option in options if not option.allows(wanted[option.code])
        },
        code=situation.typed.code,
        at_renewal={
            name.removeprefix("when."): asked[name] != "now"
            for name in asked
            if name.startswith("when.") and asked[name] in ("now", "renewal")
        },
    )


def terms_of(
    configuration: Configuration, at_renewal: bool | None, catalog: Catalog, code: str = ""
) -> Terms:
    """The terms that ask for a configuration again: what it has none of, too."""
    answers = {} if at_renewal is None else {configuration.plan: at_renewal}
    none = {option.code: 0 for option in catalog.product_of(configuration.plan).options if not option.retired}
    return Terms(
        configuration.plan, configuration.cycle, none | dict(configuration.options), answers, code=code
    )


def _cycle(asked: str, subscription: Subscription) -> BillingCycle:
    try:
        return BillingCycle(asked or subscription.cycle)
    except ValueError:
        return BillingCycle(subscription.cycle)


def _wanted(asked: str, option: Option, subscription: Subscription) -> int:
    if asked.isascii() and asked.isdecimal() and len(asked) < 7:
        return int(asked)
    held: int = subscription.options.get(option.code, option.least)
    return held


def code_asked(asked: QueryDict) -> str:
    """What was typed as a code, as far as a code can be long."""
    return asked.get("code", "").strip()[:LONGEST_CODE]
