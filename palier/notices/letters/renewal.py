"""The sentence on the next renewal, which several messages end with."""

from django.utils.translation import gettext as _

from palier.subscriptions.next_renewal import Renewal
from palier.words.amounts import amount
from palier.words.dates import long_day


def renewal_sentence(renewal: Renewal | None, language: str) -> str:
    """Empty where nothing renews, or the renewal is free."""
    if renewal is None or not renewal.total.minor:
        return ""
    said = {"day": long_day(renewal.on, language), "money": amount(renewal.total, language)}
    if renewal.has_taxes:
        return _("The next renewal, on %(day)s, will cost %(money)s, taxes included.") % said
    return _("The next renewal, on %(day)s, will cost %(money)s.") % said
