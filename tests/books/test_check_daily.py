"""Once a day the books are checked: it is kept, logged, measured, and a person is asked once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from palier.books.check_daily import check_daily
from palier.books.models import DailyCheck
from palier.entrypoints.batch.tasks import check_books
from palier.events.record import Actor
from palier.work.models import WorkItem
from palier.work.take import close
from tests.guards import put_guards_back, take_guards_off
from tests.logged import logged
from tests.world import World


def spoil(customer_id: object) -> None:
    take_guards_off()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_posting SET account = 'pocket' WHERE account = 'revenue' AND customer_id = %s",
            [customer_id],
        )
    put_guards_back()


@pytest.mark.django_db
def test_a_day_has_one_check_and_right_books_ask_nobody(world: World) -> None:
    world.subscribe("web-a")
    check = check_daily(world.now)
    assert check is not None and check.is_right and check.invariants > 25
    assert check_daily(world.now + timedelta(hours=2)) is None
    assert check_daily(world.now + timedelta(days=1)) is not None
    assert [row.on.day for row in DailyCheck.objects.order_by("on")] == [23, 24]
    assert not WorkItem.objects.exists()


@pytest.mark.django_db
def test_wrong_books_are_logged_measured_and_looked_at_by_one_person(world: World, client: Client) -> None:
    subscription = world.subscribe("web-a")
    spoil(subscription.customer_id)
    with logged() as lines:
        check_books(timestamp=0)
    told = [line for line in lines() if line["event"] == "books_wrong"]
    assert {line["check"] for line in told} == {"accounts_are_known", "revenue_equals_net_invoiced"}
    (item,) = WorkItem.objects.all()
    assert (item.reason, item.customer_id) == ("books_wrong", subscription.customer_id)
    assert [one["check"] for one in item.facts["broken"]] == [
        "accounts are known",
        "revenue equals net invoiced",
    ]
    assert "pocket" in item.facts["broken"][0]["detail"]
    figures = client.get("/-/metrics").content.decode()
    assert 'palier_books_wrong{invariant="accounts_are_known"} 1.0' in figures
    assert "palier_books_wrong_rows 2.0" in figures


@pytest.mark.django_db
def test_nobody_is_asked_again_while_an_item_is_open(world: World) -> None:
    spoil(world.subscribe("web-a").customer_id)
    for day in range(3):
        check_daily(world.now + timedelta(days=day))
    item = WorkItem.objects.get()
    close(item, state="done", by=Actor("staff", world.dana.id), at=world.now)
    check_daily(world.now + timedelta(days=3))
    assert WorkItem.objects.count() == 2


@pytest.mark.django_db
def test_staff_read_the_rows_on_the_item(world: World, client: Client) -> None:
    spoil(world.subscribe("web-a").customer_id)
    check_daily(world.now)
    item = WorkItem.objects.get()
    client.force_login(world.dana)
    page = client.get(f"/equipe/travail/{item.customer_id}/{item.id}/")
    assert page.status_code == 200
    assert "accounts are known: posting" in page.content.decode()
