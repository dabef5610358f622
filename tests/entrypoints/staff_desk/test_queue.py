"""The queue, as Dana reads it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.plan_changes.items import take_item
from palier.plan_changes.models import PlanChange
from tests.entrypoints.staff_desk.conftest import Desk, item_about, text
from tests.world import World

pytestmark = pytest.mark.django_db


def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert "Nothing waits for a person." in text(desk.get("queue"))


def test_an_item_says_what_why_who_for_and_what_the_client_knows(desk: Desk, by_hand: PlanChange) -> None:
    page = text(desk.get("queue"))
    for said in (
        "Move from Plan D to Private Server 2",
        "Our team moves your sites",
        "Ateliers Boréale inc.",
        "boutique.example",
        "The client was told",
        "Notre équipe prépare votre passage",
    ):
        assert said in page


def test_the_oldest_promise_comes_first(desk: Desk, world: World) -> None:
    for label, hour in (("late.example", 20), ("early.example", 15)):
        world.now = datetime(2026, 11, 23, hour, tzinfo=UTC)
        subscription = world.subscribe("web-d", label=label, account=label.split(".")[0])
        world.change(subscription, "vps-2")
    page = text(desk.get("queue"))
    assert page.index("early.example") < page.index("late.example")


def test_a_broken_promise_is_said_in_red_and_in_words(desk: Desk, world: World, by_hand: PlanChange) -> None:
    assert b'class="late"' not in desk.get("queue").content
    world.now += timedelta(days=2)
    page = desk.get("queue")
    assert b'class="late"' in page.content
    assert "overdue" in text(page) and "1 promise is overdue." in text(page)


def test_the_parts_are_mine_free_and_all(
    desk: Desk, eloi: Desk, by_hand: PlanChange, lied: PlanChange
) -> None:
    item = item_about(by_hand.id)
    take_item(item.customer_id, item.id, by=desk.user, at=item.opened_at)
    mine, free = text(desk.get("queue", part="mine")), text(desk.get("queue", part="free"))
    assert "Private Server 2" in mine and "Plan B" not in mine
    assert "Plan B" in free and "Private Server 2" not in free
    assert "You have taken nothing." in text(eloi.get("queue", part="mine"))
    assert "Dana" in text(eloi.get("queue"))


def test_a_part_that_does_not_exist_is_all_of_it(desk: Desk, by_hand: PlanChange) -> None:
    assert "Private Server 2" in text(desk.get("queue", part="nothing"))


def test_ten_items_cost_as_many_statements_as_one(desk: Desk, world: World, by_hand: PlanChange) -> None:
    desk.get("queue")
    with CaptureQueriesContext(connection) as one:
        desk.get("queue")
    for number in range(9):
        subscription = world.subscribe("web-d", label=f"shop{number}.example", account=f"shop{number}")
        world.change(subscription, "vps-4")
    with CaptureQueriesContext(connection) as ten:
        assert text(desk.get("queue")).count("Private Server 4") >= 9
    assert len(ten) == len(one) <= 14


def test_it_speaks_french(desk: Desk, by_hand: PlanChange) -> None:
    desk.user.language = "fr"
    desk.user.save()
    page = text(desk.get("queue"))
    assert "Passer du Forfait D au Serveur privé 2" in page and "File de travail" in page
