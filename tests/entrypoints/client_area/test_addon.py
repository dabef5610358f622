"""The page of an add-on: what it costs, buying it, and what the pages of its service say of it."""

from datetime import date

import pytest

from palier.billing.models import Invoice
from palier.entrypoints.demo.card_control import CardControl
from palier.subscriptions.models import Subscription
from tests.entrypoints.client_area.conftest import Browser, at
from tests.pages import field
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(world: World) -> Subscription:
    return world.subscribe("web-a")


def test_the_product_page_offers_what_is_sold_beside_it(alice: Browser, web: Subscription) -> None:
    page = alice.get("product", web.id).content.decode()
    assert "Daily Backups" in page and at("addon", web.id, "backups-daily") in page


def test_who_may_not_buy_is_offered_nothing(world: World, browser_of, web: Subscription) -> None:
    bob = browser_of(world.bob)
    assert "Daily Backups" not in bob.get("product", web.id).content.decode()
    assert bob.get("addon", web.id, "backups-daily").status_code == 403


def test_the_page_says_what_is_due_and_the_next_renewal(alice: Browser, web: Subscription) -> None:
    page = alice.get("addon", web.id, "backups-daily", cycle="yearly").content.decode()
    assert "$50.00" in page and "$57.49" in page and "November 23, 2027" in page


def test_what_was_read_is_what_is_invoiced_and_paid(
    world: World, alice: Browser, web: Subscription, till
) -> None:
    page = alice.get("addon", web.id, "backups-daily")
    answer = alice.post(
        "addon", web.id, "backups-daily", cycle=field(page, "cycle"), total=field(page, "total")
    )
    addon = Subscription.objects.get(addon_of=web)
    invoice = Invoice.objects.get(lines__subscription_id=addon.id)
    assert (invoice.total, field(page, "total")) == (575, "575")
    assert till.decide(answer, "approve").startswith("/client/payments/")
    assert till.deliver() == [200]
    world.drain()
    assert addon.periods.get().is_paid
    page = alice.get("product", web.id).content.decode()
    assert at("product", addon.id) in page and at("addon", web.id, "backups-daily") not in page
    assert at("product", web.id) in alice.get("product", addon.id).content.decode()


def test_another_total_than_the_one_read_buys_nothing(alice: Browser, web: Subscription) -> None:
    answer = alice.post("addon", web.id, "backups-daily", cycle="monthly", total="500")
    assert answer.status_code == 409 and "nothing was charged" in answer.content.decode()
    assert not web.addons.exists()


def test_a_second_click_leads_to_what_was_bought(
    alice: Browser, web: Subscription, card: CardControl
) -> None:
    said = {"cycle": "monthly", "total": "575"}
    alice.post("addon", web.id, "backups-daily", **said)
    answer = alice.post("addon", web.id, "backups-daily", **said)
    addon = Subscription.objects.get(addon_of=web)
    assert answer.headers["Location"] == at("product", addon.id)


def test_what_is_not_sold_for_it_has_no_page(alice: Browser, web: Subscription) -> None:
    for code in ("web-b", "ssl-dv", "nothing"):
        assert alice.get("addon", web.id, code).status_code == 404


def test_another_customers_service_has_no_page(world: World, browser_of, web: Subscription) -> None:
    charlie = browser_of(world.charlie)
    assert charlie.get("addon", web.id, "backups-daily").status_code == 404
    assert charlie.post("addon", web.id, "backups-daily", cycle="monthly", total="575").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_before_paying_for_a_change_one_reads_what_becomes_of_it(
    world: World, browser_of, language: str
) -> None:
    web = world.subscribe("web-d")
    alice = browser_of(world.alice, language)
    alice.post("addon", web.id, "backups-daily", cycle="monthly", total="575")
    world.pay_all(web.customer)
    world.drain()
    kept, converted = (alice.check(web.id, plan).content.decode() for plan in ("web-c", "vps-2"))
    sentence = {"fr": "le renouvellement reste le sien", "en": "stays as it is, with its own renewal"}[
        language
    ]
    assert sentence in kept
    sentence = {"fr": "compris dans le nouveau niveau", "en": "is part of the new level"}[language]
    assert sentence in converted
    assert {"fr": "5,00\u00a0$", "en": "$5.00"}[language] in converted
    assert world.now.date() == date(2026, 11, 23)
