"""What a law profile gives back when a service ends at once, as a sentence in the active language, `language`."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palier.core.cancellation import Indemnity, PayBackRule
from palier.core.money import Money
from palier.words.amounts import amount, rate


def law_sentence(rule: PayBackRule, currency: str, language: str) -> str:
    parts = [_purchase(rule.full_within_days), _unused(rule, currency, language), _limit(rule)]
    return " ".join(part for part in parts if part)


def indemnity_sentence(indemnity: Indemnity, currency: str, language: str) -> str:
    """`the lesser of 50,00 $ and 10 %`: what is kept, within a sentence; empty where nothing is."""
    percent = rate(indemnity.percent, language) if indemnity.percent is not None else ""
    at_most = amount(Money(indemnity.at_most, currency), language) if indemnity.at_most is not None else ""
    if percent and at_most:
        return _("the lesser of %(money)s and %(percent)s of it") % {"money": at_most, "percent": percent}
    return _("%(percent)s of it") % {"percent": percent} if percent else at_most


def _purchase(days: int | None) -> str:
    if days is None:
        return ""
    return ngettext(
        "Within %(days)s day of the purchase, all of it comes back.",
        "Within %(days)s days of the purchase, all of it comes back.",
        days,
    ) % {"days": days}


def _unused(rule: PayBackRule, currency: str, language: str) -> str:
    if rule.pays_back == "none":
        return _("What is paid and not used does not come back.") if rule.full_within_days is None else ""
    kept = indemnity_sentence(rule.indemnity, currency, language)
    if kept:
        return _("The days that are paid and not used come back, less an indemnity: %(kept)s.") % {
            "kept": kept
        }
    return _("The days that are paid and not used come back.")


def _limit(rule: PayBackRule) -> str:
    days = rule.nothing_after_days
    if days is None or rule.pays_back == "none":
        return ""
    return ngettext(
        "Nothing comes back later than %(days)s day after the start of the period.",
        "Nothing comes back later than %(days)s days after the start of the period.",
        days,
    ) % {"days": days}
