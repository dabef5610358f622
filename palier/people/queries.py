"""Reading people."""

from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from palier.people.models import Member, Provider


class NoProvider(Exception):
    """Nothing has been set up yet: `palier catalog apply FILE` writes the provider."""


def provider() -> Provider:
    """The one provider. Raises `NoProvider` before a catalogue has been applied."""
    found = Provider.objects.first()
    if found is None:
        raise NoProvider("no provider yet: run `palier catalog apply FILE`")
    return found


@lru_cache(maxsize=4)
def provider_at_version(version: int) -> Provider:
    """The provider as of a catalogue version: read once, since the catalogue file is what writes it."""
    return provider()


def memberships_of(user_id: UUID) -> QuerySet[Member]:
    """The customers a person may act for, the oldest first."""
    return Member.objects.filter(user_id=user_id).select_related("customer", "user").order_by("id")


def members_with(customer_id: UUID, act: str) -> list[Member]:
    """The active members of a customer whose role has `act`, with their users."""
    members = Member.objects.filter(customer_id=customer_id, user__is_active=True).select_related(
        "user", "customer"
    )
    return [member for member in members.order_by("id") if member.may(act)]
