"""Reading people."""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from palier.people.models import Customer, Member, Provider, TaxExemption, User


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


def members_of(customer_id: UUID) -> QuerySet[Member]:
    """Everyone who may log in for a customer, the oldest first."""
    return Member.objects.filter(customer_id=customer_id).select_related("user").order_by("id")


def owner_address(customer_id: UUID) -> str:
    """Where the customer's oldest owner reads mail; empty when it has none."""
    owners = Member.objects.filter(customer_id=customer_id, role="owner", user__is_active=True)
    return owners.order_by("id").values_list("user__email", flat=True).first() or ""


def exemptions_of(customer_id: UUID) -> QuerySet[TaxExemption]:
    """The taxes a customer does not, did not or will not pay, the latest first."""
    return TaxExemption.objects.filter(customer_id=customer_id).order_by("-from_on", "-id")


def staff() -> QuerySet[User]:
    """The people who work here, by name."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")


def names_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """What to call each of some users."""
    return {user.id: str(user) for user in User.objects.filter(id__in=user_ids)}


def across_customers_one(customer_id: UUID) -> Customer:
    """A customer, for staff. Raises `Customer.DoesNotExist`."""
    return Customer.objects.get(id=customer_id)
