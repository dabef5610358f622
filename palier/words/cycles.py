"""Billing cycles as people say them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palier.core.periods import BillingCycle


def per_cycle(cycle: BillingCycle) -> str:
    """What follows a price: `18,00 $` *par mois*."""
    known = {
        "monthly": _("per month"),
        "quarterly": _("per quarter"),
        "yearly": _("per year"),
        "one_time": _("one time"),
        "free": _("free of charge"),
    }
    if cycle.code in known:
        return known[cycle.code]
    if cycle.months % 12 == 0:
        return _("every %(number)s years") % {"number": cycle.months // 12}
    return _("every %(number)s months") % {"number": cycle.months}


def by_cycle(cycle: BillingCycle) -> str:
    """A choice of cycle, as a label: *Par mois*."""
    said = per_cycle(cycle)
    return said[:1].upper() + said[1:]


def days(number: int) -> str:
    """`21 jours`, `1 day`."""
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}
