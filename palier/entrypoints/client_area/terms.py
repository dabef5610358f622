"""What a client asks for in an address: a cycle, options, a level, and when."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from palier.catalog.snapshot import Catalog, Option
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.plan_changes.facts import Situation
from palier.subscriptions.models import Subscription

Answers = Mapping[str, bool | None]


@dataclass(frozen=True)
class Terms:
    """`plan` is empty when no level was chosen. `at_renewal` is by plan: the client's word on when it should begin."""

    plan: str
    cycle: BillingCycle
    quantities: Mapping[str, int]
    at_renewal: Mapping[str, bool]

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
        words = {True: "renewal", False: "now"}
        return asked | {f"when.{plan}": words[answer] for plan, answer in self.at_renewal.items()}


def terms_asked(asked: QueryDict, situation: Situation) -> Terms:
    """What is not asked, or cannot be understood, stays as the subscription has it; an option that is not sold in the
    cycle is left out."""
    subscription, catalog = situation.subscription, situation.catalog
    cycle = _cycle(asked.get("cycle", ""), subscription)
    return Terms(
        plan=asked.get("plan", ""),
        cycle=cycle,
        quantities={
            option.code: _quantity(asked.get(f"option.{option.code}", ""), option, subscription)
            for option in catalog.options_sold(subscription.plan_id, cycle, situation.prices)
        },
        at_renewal={
            name.removeprefix("when."): asked[name] != "now"
            for name in asked
            if name.startswith("when.") and asked[name] in ("now", "renewal")
        },
    )


def terms_of(configuration: Configuration, at_renewal: bool | None, catalog: Catalog) -> Terms:
    """The terms that ask for a configuration again: what it has none of, too."""
    answers = {} if at_renewal is None else {configuration.plan: at_renewal}
    none = {option.code: 0 for option in catalog.product_of(configuration.plan).options if not option.retired}
    return Terms(configuration.plan, configuration.cycle, none | dict(configuration.options), answers)


def _cycle(asked: str, subscription: Subscription) -> BillingCycle:
    try:
        return BillingCycle(asked or subscription.cycle)
    except ValueError:
        return BillingCycle(subscription.cycle)


def _quantity(asked: str, option: Option, subscription: Subscription) -> int:
    held: int = subscription.options.get(option.code, option.least)
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 7):
        return held
    wanted = max(int(asked), option.least)
    return wanted if option.most is None else min(wanted, option.most)
