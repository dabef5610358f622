"""What things are called: plans and configurations as the catalogue names them, items by what is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.catalog.for_sale import Texts
from palier.catalog.snapshot import Catalog
from palier.core.money import Money
from palier.core.pricing import Configuration
from palier.plan_changes.models import PlanChange
from palier.words.amounts import amount
from palier.words.cycles import per_cycle
from palier.words.languages import in_language
from palier.words.limits import ResourceWords, resource_words
from palier.words.plans import from_plan, the_plan, to_plan
from palier.work.models import WorkItem


@dataclass(frozen=True)
class Names:
    """The catalogue's names in one language."""

    catalog: Catalog
    language: str

    def of(self, texts: Texts) -> str:
        return in_language(texts, self.language)

    def plan(self, code: str) -> str:
        return self.of(self.catalog.plans[code].names)

    def resources(self) -> Mapping[str, ResourceWords]:
        return {
            code: resource_words(found.unit, found.names, found.counted, self.language)
            for code, found in self.catalog.resources.items()
        }

    def both(self, change: PlanChange) -> tuple[str, str]:
        """The two ends of a change, each with what sets it apart: the cycle and the options where they differ."""
        origin, target = change.origin, change.target
        return self._one(origin, target), self._one(target, origin)

    def _one(self, configuration: Configuration, other: Configuration) -> str:
        parts = [self.plan(configuration.plan)]
        if configuration.cycle != other.cycle:
            parts.append(per_cycle(configuration.cycle))
        if configuration.options != other.options:
            parts += self._options(configuration) or [_("without options")]
        return ", ".join(parts)

    def _options(self, configuration: Configuration) -> list[str]:
        options = {option.code: option for option in self.catalog.product_of(configuration.plan).options}
        return [
            f"{self.of(options[code].names)} × {quantity}" if quantity > 1 else self.of(options[code].names)
            for code, quantity in configuration.options
        ]

    def change(self, change: PlanChange) -> str:
        """What is to be done, as a title."""
        if change.origin.plan == change.target.plan:
            return _("Change %(plan)s") % {"plan": the_plan(self.plan(change.target.plan), self.language)}
        old = from_plan(self.plan(change.origin.plan), self.language)
        new = to_plan(self.plan(change.target.plan), self.language)
        return _("Move %(old)s %(new)s") % {"old": old, "new": new}


ABOUT_MONEY = {
    "refund_refused": gettext_lazy("A refund of %(amount)s was refused"),
    "payment_disputed": gettext_lazy("A payment of %(amount)s is disputed"),
    "payment_unknown": gettext_lazy("Find out what became of a payment of %(amount)s"),
    "refunded_elsewhere": gettext_lazy("Write down a refund of %(amount)s made elsewhere"),
}


def what_to_do(item: WorkItem, change: PlanChange | None, names: Names) -> str:
    """An item's title."""
    if change is not None:
        return names.change(change)
    if item.reason in ABOUT_MONEY:
        money = Money(item.facts["amount"], item.facts["currency"])
        return str(ABOUT_MONEY[item.reason]) % {"amount": amount(money, names.language)}
    titles = {
        "end_by_hand": _("Suspend a service that has ended"),
        "suspend_by_hand": _("Suspend a service"),
        "resume_by_hand": _("Let a service work again"),
        "books_wrong": _("Find out what is wrong with the books"),
        "repair_by_hand": _("Set a service right on its server"),
        "create_by_hand": _("Make an account again"),
        "put_back_by_hand": _("Put an account back on its level"),
        "not_renewed": _("Renew a service that was set aside"),
    }
    return titles.get(item.reason, item.reason)


def label_of(item: WorkItem, change: PlanChange | None) -> str:
    """What the client knows the thing by: a service's name, or the number of an invoice."""
    if change is not None:
        return str(change.subscription.label)
    return str(item.facts.get("label") or item.facts.get("invoice") or "")
