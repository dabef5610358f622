"""Pressing the button: what has changed meanwhile, twice, from two tabs, after half an hour."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from palier.billing.models import Invoice, Payment
from palier.catalog import models as catalog
from palier.core.postings import goodwill_given
from palier.events.keys import new_id
from palier.ledger.post import Entry, post
from palier.plan_changes import offer as offers
from palier.plan_changes.models import PlanChange
from palier.provisioning.inspect import inspect
from tests.entrypoints.client_area.conftest import Browser, Till, at
from tests.pages import field, links, text
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def raise_the_price(amount: int = 2000) -> None:
    catalog.Price.objects.filter(key="plan:web-b:monthly").update(amount=amount)
    catalog.Version.objects.update(number=99)


def give_credit(world: World, amount: int) -> None:
    entry = Entry("goodwill", ("goodwill", new_id()), goodwill_given(amount))
    post([entry], customer_id=world.boreale.id, currency="CAD", on=NOW.date(), at=NOW)


def test_a_price_that_moved_charges_nothing_and_is_marked(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    raise_the_price()
    again = alice.press(page, subscription.id)
    assert again.status_code == 409
    assert not PlanChange.objects.exists() and not Payment.objects.filter(state="started").exists()
    said = text(again)
    assert "The amount has changed; nothing was charged" in said
    assert "was $7.25" in said and "was $6.30" in said and "was $20.70" in said
    assert "Pay $8.86 and move to Plan B" in said


def test_the_new_quote_can_be_accepted_at_once(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    raise_the_price()
    till.decide(alice.press(alice.press(page, subscription.id), subscription.id), "approve")
    assert Invoice.objects.get(subject_kind="plan_change").total == 886


def test_a_line_that_is_new_or_gone_is_marked_too(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    give_credit(world, 340)
    with_credit = alice.press(page, subscription.id)
    assert "Credit balance used −$3.40 was $0.00" in text(with_credit)
    assert "was $7.25" in text(with_credit)


def test_an_obstacle_that_came_up_is_said_and_there_is_no_button(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-b")
    page = alice.check(subscription.id, "web-a")
    world.panel.seed(
        world.panel_limits,
        [
            {
                "user": "boreale",
                "plan": "forfait_b",
                "domain": "ateliers-boreale.example",
                "usage": {"disk": 12_698, "bandwidth": 0, "mailboxes": 1, "databases": 1, "sites": 1},
            }
        ],
        overwrite=True,
    )
    inspect(world.service(subscription), world.now)
    again = alice.press(page, subscription.id)
    assert again.status_code == 409
    assert (
        "You use 12.4 GB disk space; this level holds 10 GB. Free 2.5 GB to choose it: old backups"
        in text(again)
    )
    assert "This change is not possible any more; nothing was charged" in text(again)
    assert '<button class="button go wide tall"' not in again.content.decode()


def test_an_offer_of_half_an_hour_ago_is_made_anew(
    world: World, alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    monkeypatch.setattr(offers, "VALID_FOR", timedelta(0))
    again = alice.press(page, subscription.id)
    assert again.status_code == 409
    assert not PlanChange.objects.exists()
    assert "Pay $7.25 and move to Plan B" in text(again)
    monkeypatch.undo()
    monkeypatch.setattr("palier.events.clock.now", lambda: world.now)
    assert alice.press(again, subscription.id).status_code == 303


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-2] + "xx", lambda token: "", lambda token: token + "x"]
)
def test_an_altered_token_is_not_found(world: World, alice: Browser, spoil: Callable[[str], str]) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    assert alice.press(page, subscription.id, token=spoil(field(page, "token"))).status_code == 404
    assert not PlanChange.objects.exists()


def test_a_double_click_is_one_change_and_one_payment(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    first, second = alice.press(page, subscription.id), alice.press(page, subscription.id)
    assert first.headers["Location"] == second.headers["Location"]
    assert PlanChange.objects.count() == 1
    assert Payment.objects.exclude(state="succeeded").count() == 1


def test_a_second_tab_finds_the_change_under_way(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    one, other = alice.check(subscription.id, "web-b"), alice.check(subscription.id, "web-c")
    alice.press(one, subscription.id)
    late = alice.press(other, subscription.id)
    assert late.status_code == 409
    change = PlanChange.objects.get()
    assert "A change of this service is already under way." in text(late)
    assert at("follow", change.id) in links(late)


def test_the_same_key_with_another_body_is_refused_in_words(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    one, other = alice.check(subscription.id, "web-b"), alice.check(subscription.id, "web-c")
    alice.press(one, subscription.id)
    answer = alice.press(other, subscription.id, key=field(one, "key"))
    assert answer.status_code == 409
    assert "This page was already used for another change." in text(answer)
    assert PlanChange.objects.count() == 1


def test_an_acceptance_without_a_key_is_no_acceptance(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    page = alice.check(subscription.id, "web-b")
    for key in ("", "k" * 65):
        assert alice.press(page, subscription.id, key=key).status_code == 400
    assert not PlanChange.objects.exists()


def test_what_the_credit_balance_covers_asks_for_no_card(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    give_credit(world, 1_000)
    page = alice.check(subscription.id, "web-b")
    assert "Pay with" not in text(page) and "Move to Plan B now for $0.00" in text(page)
    answer = alice.press(page, subscription.id)
    assert answer.headers["Location"] == at("follow", PlanChange.objects.get().id)


def test_without_a_gateway_the_change_waits_for_its_payment(
    world: World, alice: Browser, settings: object
) -> None:
    settings.GATEWAYS = {}  # type: ignore[attr-defined]
    subscription = world.subscribe()
    answer = alice.press(alice.check(subscription.id, "web-b"), subscription.id)
    assert answer.headers["Location"] == at("follow", PlanChange.objects.get().id)
    assert PlanChange.objects.get().state == "awaiting_payment"
