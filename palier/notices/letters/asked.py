"""Whose event it is, and who asked for what happened, as a reader of the message knows them."""

from uuid import UUID

from django.utils.translation import gettext as _

from palier.events.models import Event
from palier.people.models import User


def customer_of(event: Event) -> UUID:
    """Every event that people are told of belongs to a customer."""
    assert event.customer_id is not None
    return event.customer_id


def actor_name(event: Event) -> str:
    """The name of the member who did it; empty when a machine or the host's staff did."""
    if event.actor_kind != "user" or event.actor_id is None:
        return ""
    user = User.objects.filter(id=event.actor_id).first()
    return str(user) if user else ""


def actor_ids(event: Event) -> frozenset[UUID]:
    """The member who did it, to be told whatever their role."""
    return frozenset({event.actor_id} if event.actor_kind == "user" and event.actor_id else ())


def as_asked(person: str) -> str:
    """How a sentence begins: `At the request of Alice`."""
    return _("At the request of %(person)s") % {"person": person} if person else _("As asked")
