"""The billing details: what is written, what is refused and why, and taxes read before they change."""

from typing import Any

import pytest
from django.http import HttpResponse

from palier.events.models import Event
from palier.people.models import Customer
from tests.entrypoints.client_area.conftest import Browser
from tests.pages import field, text
from tests.world import World

pytestmark = pytest.mark.django_db

HERE = {
    "name": "Ateliers Boréale inc.",
    "street": "12, rue Saint-Jean",
    "city": "Québec",
    "region": "QC",
    "postal_code": "G1R 1N8",
    "country": "CA",
    "vat_number": "",
}
TORONTO = HERE | {"city": "Toronto", "region": "ON", "postal_code": "m5v2t6"}
BERLIN = HERE | {"city": "Berlin", "region": "QC", "postal_code": "10115", "country": "DE"}


def post(browser: Browser, said: dict[str, str], **more: str) -> Any:
    return browser.post("billing", **said, **more)


def boreale(world: World) -> Customer:
    return Customer.objects.get(id=world.boreale.id)


def changes() -> int:
    return Event.objects.filter(kind="customer.billing_details_changed").count()


def test_the_page_says_which_taxes_the_next_invoices_bear(alice: Browser) -> None:
    page = text(alice.get("billing"))
    assert "Taxes of the next invoices GST 5%, QST 9.975%" in page


def test_a_new_street_is_saved_at_once(world: World, alice: Browser) -> None:
    answer = post(alice, HERE | {"street": "48, avenue Cartier", "postal_code": "g1r 2s2"})
    assert answer.status_code == 303
    found = boreale(world)
    assert (found.street, found.postal_code, changes()) == ("48, avenue Cartier", "G1R 2S2", 1)
    assert "Those already issued stay as they are" in text(alice.get("billing"))


def test_another_province_is_saved_once_its_taxes_were_read(world: World, alice: Browser) -> None:
    page = post(alice, TORONTO)
    assert page.status_code == 200
    said = text(page)
    assert "Until now GST 5%, QST 9.975%" in said and "On the next invoices HST 13%" in said
    assert (boreale(world).region, changes()) == ("QC", 0)
    assert post(alice, TORONTO, agreed=field(page, "agreed")).status_code == 303
    found = boreale(world)
    assert (found.region, found.postal_code, changes()) == ("ON", "M5V 2T6", 1)


def test_what_was_agreed_to_for_one_province_is_asked_again_for_another(world: World, alice: Browser) -> None:
    agreed = field(post(alice, TORONTO), "agreed")
    halifax = TORONTO | {"city": "Halifax", "region": "NS", "postal_code": "B3H 1A1"}
    assert "HST 14%" in text(post(alice, halifax, agreed=agreed))
    assert boreale(world).region == "QC"


def test_outside_of_canada_there_is_no_province(world: World, alice: Browser) -> None:
    page = post(alice, BERLIN)
    assert "On the next invoices No tax" in text(page)
    post(alice, BERLIN, agreed="")
    assert boreale(world).jurisdiction == "DE"


def test_a_number_is_kept_as_its_state_writes_it_with_the_day_it_was_checked(
    world: World, alice: Browser
) -> None:
    post(alice, BERLIN | {"vat_number": "136 695 976"}, agreed="")
    found = boreale(world)
    assert (found.vat_number, found.vat_checked_on) == ("DE136695976", world.now.date())
    assert "verified on November 23, 2026" in text(alice.get("billing"))
    post(alice, BERLIN)
    assert boreale(world).vat_checked_on is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"region": ""}, "Choose the province or territory: taxes follow it."),
        ({"region": "ZZ"}, "Choose the province or territory: taxes follow it."),
        ({"postal_code": "75002"}, "Write it as it stands on an envelope, such as G1R 4P5."),
        ({"country": "XX"}, "Select a valid choice"),
        ({"name": " "}, "This field is required"),
        ({"vat_number": "FR40303265045"}, "Canada is not in the European Union: leave the VAT number empty"),
        (
            {"country": "FR", "postal_code": "75002", "vat_number": "FR123"},
            "not a VAT number of the country of the address, France. It looks like FR12345678901",
        ),
        (
            {"country": "FR", "postal_code": "75002", "vat_number": "DE136695976"},
            "It looks like FR12345678901",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    world: World, alice: Browser, wrong: dict[str, str], said: str
) -> None:
    page: HttpResponse = post(alice, HERE | wrong)
    assert page.status_code == 422
    assert said in text(page)
    assert changes() == 0


def test_an_open_offer_is_outdated_by_a_move(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    post(alice, TORONTO, agreed=field(post(alice, TORONTO), "agreed"))
    again = alice.press(page, subscription.id, method="demo_card")
    assert again.status_code == 409
    said = text(again)
    assert "nothing was charged" in said and "HST 13%" in said
