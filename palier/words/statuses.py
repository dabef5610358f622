"""The words for where a thing stands. Codes come from core/states.py, and from what a page can tell of a service."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

SERVICE: Words = {
    "active": pgettext_lazy("service", "Active"),
    "opening": _("Being opened"),
    "changing": _("Change under way"),
    "overdue": pgettext_lazy("service", "Payment overdue"),
    "suspended": pgettext_lazy("service", "Suspended"),
    "ending": _("Cancellation requested"),
    "cancelled": pgettext_lazy("service", "Cancelled"),
}

CHANGE: Words = {
    "needs_approval": _("Waiting for our approval"),
    "scheduled": _("Planned at renewal"),
    "awaiting_payment": _("Waiting for payment"),
    "applying": _("Being applied"),
    "needs_person": _("In the hands of our team"),
    "done": _("Fully operational"),
    "expired": _("Expired without payment"),
    "cancelled": pgettext_lazy("change", "Cancelled"),
    "reversed": pgettext_lazy("change", "Undone"),
}

INVOICE: Words = {
    "due": _("To pay"),
    "overdue": _("Overdue"),
    "in_flight": _("Payment under way"),
    "paid": pgettext_lazy("invoice", "Paid"),
    "credited": pgettext_lazy("invoice", "Credited"),
    "credit_note": _("Credit note"),
}

REFUND: Words = {
    "started": pgettext_lazy("refund", "On its way"),
    "succeeded": pgettext_lazy("refund", "Done"),
    "failed": pgettext_lazy("refund", "Refused"),
}


def service_status(code: str) -> str:
    return str(SERVICE[code])


def change_status(code: str) -> str:
    return str(CHANGE[code])


def invoice_status(code: str) -> str:
    return str(INVOICE[code])


def refund_status(code: str) -> str:
    return str(REFUND[code])
