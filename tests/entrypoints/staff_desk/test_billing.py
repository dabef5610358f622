"""Staff see to a customer's billing details and to the taxes they do not pay."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from palier.events.models import Event
from palier.people.models import Customer, TaxExemption
from palier.people.queries import exemptions_of
from tests.entrypoints.staff_desk.conftest import Desk
from tests.pages import field, text
from tests.world import World

pytestmark = pytest.mark.django_db

HALIFAX = {
    "name": "Ateliers Boréale inc.",
    "street": "1 Quay Street",
    "city": "Halifax",
    "region": "NS",
    "postal_code": "B3H 1A1",
    "country": "CA",
}
TVQ = {"exempt-tax": "TVQ", "exempt-certificate": "QC-4471", "exempt-from_on": "2026-11-14"}


def post(desk: Desk, view: str, *ids: object, **said: str) -> HttpResponse:
    return desk.browser.post(reverse(f"staff_desk:{view}", args=ids), said)


def test_staff_move_a_customer_and_the_event_names_them(world: World, desk: Desk) -> None:
    page = post(desk, "billing", world.boreale.id, **HALIFAX)
    assert page.status_code == 200 and Customer.objects.get(id=world.boreale.id).region == "QC"
    agreed = field(page, "agreed")
    assert post(desk, "billing", world.boreale.id, **HALIFAX, agreed=agreed).status_code == 302
    assert Customer.objects.get(id=world.boreale.id).region == "NS"
    (event,) = Event.objects.filter(kind="customer.billing_details_changed")
    assert (event.actor_kind, event.actor_id) == ("staff", desk.user.id)


def test_an_exemption_is_added_shown_and_ended(world: World, desk: Desk) -> None:
    assert post(desk, "exempt", world.boreale.id, **TVQ).status_code == 302
    shown = text(desk.get("billing", world.boreale.id))
    assert "certificate QC-4471" in shown or "certificat QC-4471" in shown
    (row,) = exemptions_of(world.boreale.id)
    post(desk, "end_exemption", world.boreale.id, row.id, until_on="2026-12-01")
    row.refresh_from_db()
    assert str(row.until_on) == "2026-12-01"
    kinds = Event.objects.filter(subject_id=row.id).order_by("version").values_list("kind", "actor_id")
    assert list(kinds) == [("tax_exemption.added", desk.user.id), ("tax_exemption.ended", desk.user.id)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"exempt-certificate": ""},
        {"exempt-tax": "GST"},
        {"exempt-from_on": "hier"},
        {"exempt-until_on": "2026-11-14"},
    ],
)
def test_an_exemption_that_is_not_right_is_not_written(
    world: World, desk: Desk, wrong: dict[str, str]
) -> None:
    assert post(desk, "exempt", world.boreale.id, **(TVQ | wrong)).status_code == 422
    assert not TaxExemption.objects.exists()


def test_an_exemption_is_ended_for_its_own_customer_only(world: World, desk: Desk) -> None:
    post(desk, "exempt", world.boreale.id, **TVQ)
    (row,) = exemptions_of(world.boreale.id)
    answer = post(desk, "end_exemption", world.stranger.id, row.id, until_on="2026-12-01")
    row.refresh_from_db()
    assert (answer.status_code, row.until_on) == (404, None)
