"""Who is signed in, with the customers they may act for: one statement for the two."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from palier.events.prepared import prepared
from palier.people.models import Member, User
from palier.people.queries import memberships_of

_memberships = prepared(memberships_of)


class SignIn(AuthenticationBackend):  # type: ignore[misc, unused-ignore]
    """Signs people in by email and password. A session's user comes with their memberships already read."""

    def get_user(self, user_id: Any) -> User | None:
        memberships = tuple(_memberships(user_id))
        if not memberships:
            user: User | None = super().get_user(user_id)
            if user is not None:
                user.places = ()
            return user
        user = memberships[0].user
        user.places = memberships
        return user if self.user_can_authenticate(user) else None


def places_of(user: User) -> tuple[Member, ...]:
    """The memberships of a signed-in person, the oldest first; read again only for one who did not come by `SignIn`."""
    if user.places is None:
        user.places = tuple(memberships_of(user.id))
    return user.places


def place_with(user: User, customer_id: UUID) -> Member | None:
    """Their place with that customer."""
    return next((member for member in places_of(user) if member.customer_id == customer_id), None)
