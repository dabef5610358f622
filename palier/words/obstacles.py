"""Why a change cannot happen now, in a sentence that says what can be done about it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.obstacle import Obstacle
from palier.words.amounts import amount
from palier.words.limits import ResourceWords
from palier.words.misfits import misfit_sentence


def obstacle_sentence(
    obstacle: Obstacle, currency: str, resources: Mapping[str, ResourceWords], language: str
) -> str:
    """The sentence of an obstacle or a warning, in the active language. Raises `KeyError` for an unknown code."""
    if obstacle.resource:
        return misfit_sentence(obstacle, resources, language)
    return _sentences()[obstacle.code] % {
        "number": obstacle.number,
        "owed": amount(Money(obstacle.owed, currency), language),
    }


def _sentences() -> dict[str, str]:
    return {
        "subscription_suspended": _("This service is suspended: it can be changed once it is active again."),
        "subscription_cancelled": _("This service is cancelled: it can no longer be changed."),
        "no_path": _("There is no way from your level to this one. Write to us if you need it."),
        "not_for_sale": _("This level is not sold with these terms."),
        "not_on_server": _("This level cannot be had at the moment: our team knows, and sees to it."),
        "same_configuration": _("This is what you have."),
        "change_open": _("A change of this service is already under way."),
        "cancellation_requested": _("The end of this service was requested: withdraw the request first."),
        "payment_in_flight": _("A payment for this service is under way. Please try again in a few minutes."),
        "invoice_unpaid": _("Invoice %(number)s of this service is to be paid first: %(owed)s."),
        "overdue_elsewhere": _("Invoices of your other services are overdue: %(owed)s."),
    }
