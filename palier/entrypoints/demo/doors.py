"""The ways into the demo, without a password: who comes in, and on which page they land."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from palier.entrypoints.demo.world import boreale
from palier.entrypoints.demo.world.cast import ALICE, BOB, CHARLIE, DANA, Person
from palier.people.models import User
from palier.people.queries import memberships_of
from palier.subscriptions.models import Subscription


@dataclass(frozen=True)
class Door:
    """`lands` is the first page of whoever comes in; a step of the visit may ask for another."""

    person: Person
    lands: str


DOORS = {
    "alice": Door(ALICE, "founding"),
    "bob": Door(BOB, "founding"),
    "charlie": Door(CHARLIE, "dashboard"),
    "dana": Door(DANA, "queue"),
}


def person_at(door: str) -> User | None:
    """None while there is no world."""
    return User.objects.filter(email=DOORS[door].person.email, is_active=True).first()


def landing(user: User, place: str) -> str:
    """The address of a place for that person; the nearest there is when it is not there any more."""
    for view, argument in (PLACES[place](user), _dashboard(user)):
        try:
            return reverse(view, args=[argument] if argument else [])
        except NoReverseMatch:
            continue
    return reverse("demo:scenarios")


def home_of(user: User) -> str:
    return landing(user, "queue" if user.is_staff else "dashboard")


def _service(view: str, label: str) -> Callable[[User], tuple[str, object]]:
    def place(user: User) -> tuple[str, object]:
        customers = memberships_of(user.id).values("customer_id")
        found = Subscription.objects.filter(customer_id__in=customers, label=label).order_by("id")
        subscription_id = found.exclude(plan__product__code="ssl").values_list("id", flat=True).first()
        return (view, subscription_id) if subscription_id else _dashboard(user)

    return place


def _dashboard(user: User) -> tuple[str, object]:
    return "client_area:dashboard", None


PLACES: dict[str, Callable[[User], tuple[str, object]]] = {
    "founding": _service("client_area:product", boreale.FOUNDING_LABEL),
    "founding_levels": _service("client_area:choose", boreale.FOUNDING_LABEL),
    "shop_levels": _service("client_area:choose", boreale.SHOP_LABEL),
    "agency_levels": _service("client_area:choose", boreale.AGENCY_LABEL),
    "machine_levels": _service("client_area:choose", boreale.MACHINE_LABEL),
    "invoices": lambda user: ("client_area:invoices", None),
    "dashboard": _dashboard,
    "queue": lambda user: ("staff_desk:queue", None),
}
