"""What a member's role is called."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ROLE: dict[str, str | Promise] = {
    "owner": pgettext_lazy("role", "Owner"),
    "billing": pgettext_lazy("role", "Billing"),
    "technical": pgettext_lazy("role", "Technical"),
    "reader": pgettext_lazy("role", "Reader"),
}


def role_name(role: str) -> str:
    """In the active language."""
    return str(ROLE[role])
