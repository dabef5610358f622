"""Who owes, and what staff do about it."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from palier.billing.models import Invoice, PaymentMethod
from palier.dunning.models import Delay
from palier.entrypoints.demo.card_control import CardControl
from palier.ledger.queries import owed_on
from palier.people.seal import sealed
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.lived import Lived, LiveOnce
from tests.world import World

pytestmark = pytest.mark.django_db

DAY_8 = datetime(2026, 12, 22, 15, tzinfo=UTC)


def left_unpaid(world: World) -> Invoice:
    """10.35, due on 14 December, seen on the 22nd."""
    world.subscribe("web-a")
    world.pass_time(DAY_8)
    return Invoice.objects.latest("issued_at")


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[Invoice]:
    return live_once(left_unpaid)


@pytest.fixture
def world(again: tuple[World, Invoice]) -> World:
    return again[0]


@pytest.fixture
def unpaid(again: tuple[World, Invoice]) -> Invoice:
    return again[1]


def act(desk: Desk, name: str, invoice: Invoice, **written: str) -> str:
    url = reverse(f"staff_desk:{name}", args=[invoice.customer_id, invoice.id])
    return text(desk.browser.post(url, written, follow=True))


def test_nobody_who_owes_is_said(world: World, desk: Desk) -> None:
    world.pay_all(world.boreale)
    assert "Nobody owes anything that is past its day." in text(desk.get("overdue"))


def test_it_says_who_owes_since_when_and_what_comes_next(desk: Desk, unpaid: Invoice) -> None:
    page = text(desk.get("overdue"))
    for said in (
        "Ateliers Boréale inc.",
        str(unpaid.number),
        "8 days",
        "Reminder 3 on December 26, 2026",
        "$10.35",
    ):
        assert said in page
    assert "Try the card again" not in page  # None is saved.


def test_a_delay_is_granted_from_the_customers_page(desk: Desk, unpaid: Invoice) -> None:
    page = act(desk, "grant_delay", unpaid, promised_on="2027-01-08", note="La Ville paie à 30 jours")
    assert "waits until the end of January 8, 2027" in page
    assert "Promised by January 8, 2027" in page and "Reminder 3 on January 9, 2027" in page
    assert (Delay.objects.get().promised_on, Delay.objects.get().granted_by) == (date(2027, 1, 8), desk.user)


@pytest.mark.parametrize(
    ("promised_on", "note", "said"),
    [
        ("2026-12-21", "demain", "That day is over"),
        ("2028-01-01", "un jour", "too far away"),
        ("", "un jour", "Write the day"),
        ("2026-12-28", "", "Write the day"),
    ],
)
def test_a_delay_that_makes_no_sense_says_what_to_do(
    desk: Desk, unpaid: Invoice, promised_on: str, note: str, said: str
) -> None:
    assert said in act(desk, "grant_delay", unpaid, promised_on=promised_on, note=note)
    assert not Delay.objects.exists()


@pytest.mark.parametrize(
    ("behaviour", "said"), [("approve", "the invoice is paid"), ("decline", "Nothing was charged")]
)
def test_the_card_is_tried_again(
    desk: Desk, unpaid: Invoice, card: CardControl, behaviour: str, said: str
) -> None:
    card.keep_method("card", behaviour)
    PaymentMethod.objects.create(
        customer_id=unpaid.customer_id,
        gateway="demo_card",
        label="Visa",
        token=sealed("card"),
        is_default=True,
    )
    assert "Try the card again" in text(desk.get("overdue"))
    assert said in act(desk, "try_card", unpaid)
    assert (owed_on(unpaid.customer_id, unpaid.id) == 0) == (behaviour == "approve")


def test_an_act_is_a_post_of_staff(desk: Desk, unpaid: Invoice, world: World) -> None:
    url = reverse("staff_desk:grant_delay", args=[unpaid.customer_id, unpaid.id])
    assert desk.browser.get(url).status_code == 405
    desk.browser.force_login(world.alice)
    assert desk.browser.post(url, {"promised_on": "2026-12-28", "note": "moi"}).status_code == 404
    other = reverse("staff_desk:grant_delay", args=[world.stranger.id, unpaid.id])
    desk.browser.force_login(desk.user)
    assert desk.browser.post(other, {"promised_on": "2026-12-28", "note": "moi"}).status_code == 404
