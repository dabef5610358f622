"""The words for the kinds of customers that laws tell apart."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "consumer": _("Consumer"),
    "business": _("Business"),
}


def customer_kind(code: str) -> str:
    """In the active language. Raises `KeyError` for an unknown code."""
    return str(KINDS[code])
