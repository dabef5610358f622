"""Where the button of a message leads: the page of a change, an invoice, a service or its cancellation."""

from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse

#: The view of each kind of subject; its one argument is the subject's id (of a service, its subscription's).
VIEWS = {
    "plan_change": "client_area:follow",
    "invoice": "client_area:invoice",
    "subscription": "client_area:product",
    "cancellation": "client_area:cancellation",
}


def address(subject_kind: str, subject_id: UUID) -> str:
    """The path of the subject's page; the front page where this installation has none."""
    try:
        return reverse(VIEWS[subject_kind], args=[subject_id])
    except NoReverseMatch:
        return "/"


def link(subject_kind: str, subject_id: UUID) -> str:
    """The same with the host's own address before it, for a mail."""
    return f"{settings.BASE_URL}{address(subject_kind, subject_id)}"
