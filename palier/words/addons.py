"""What a change makes of add-ons, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from palier.core.addons import AddonOutcome
from palier.core.money import Money
from palier.core.quote import Quote
from palier.words.amounts import amount


def addon_sentences(quote: Quote, plan_name: Callable[[str], str], language: str) -> tuple[str, ...]:
    """One for each add-on, in the active language, which must be `language`; those that stay come last."""
    order = sorted(quote.addons, key=lambda outcome: outcome.fate == "keep")
    return tuple(_sentence(one, plan_name(one.plan), quote.currency, language) for one in order)


def _sentence(outcome: AddonOutcome, name: str, currency: str, language: str) -> str:
    said = {"addon": name}
    if outcome.fate == "keep":
        return _("%(addon)s stays as it is, with its own renewal.") % said
    if outcome.fate == "convert":
        ends = _("%(addon)s is part of the new level: it ends as an add-on when the change is done.") % said
        return f"{ends} {_returned(outcome, currency, language)}" if outcome.returned else ends
    ends = _("%(addon)s does not exist with the new level: it ends when the change is done.") % said
    return f"{ends} {_returned(outcome, currency, language)}"


def _returned(outcome: AddonOutcome, currency: str, language: str) -> str:
    if not outcome.returned:
        return _("Its days already paid are not refunded.")
    money = amount(Money(outcome.returned, currency), language)
    return _("%(money)s, taxes added, go to your credit balance for the days already paid.") % {
        "money": money
    }
