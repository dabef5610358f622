"""Customers, as staff find and read them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.plan_changes.by_person import undo_by_person
from palier.plan_changes.models import PlanChange
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["boréale", "ALICE@example", "ateliers-boreale.example"])
def test_a_customer_is_found_by_name_by_a_members_address_or_by_a_service(
    desk: Desk, world: World, asked: str
) -> None:
    world.subscribe()
    page = text(desk.get("customers", q=asked))
    assert "Ateliers Boréale inc." in page and "Charlie" not in page


def test_without_a_search_everyone_is_listed(desk: Desk) -> None:
    page = text(desk.get("customers"))
    assert "Ateliers Boréale inc." in page and "Charlie Tremblay" in page and "2 customers" in page


def test_nobody_matches(desk: Desk) -> None:
    assert "Nobody matches." in text(desk.get("customers", q="zzz"))


def test_a_customers_page_has_services_changes_documents_and_people(
    desk: Desk, world: World, lied: PlanChange
) -> None:
    page = text(desk.get("customer", world.boreale.id))
    for said in (
        "Plan A",
        "Change under way",
        "Plan A → Plan B",
        "In the hands of our team",
        str(lied.invoice.number),  # type: ignore[union-attr]
        "Alice",
        "Owner",
        "12, rue Saint-Jean",
        "Usage measured Nov",
    ):
        assert said in page


def test_the_credit_balance_tells_its_history(desk: Desk, world: World, lied: PlanChange) -> None:
    undo_by_person(world.boreale.id, lied.id, house=world.house, by=world.dana, at=world.now, sentence="Non.")
    subscription = lied.subscription
    subscription.refresh_from_db()
    again = world.change(subscription, "web-b")
    assert again.state == "done"
    page = text(desk.get("customer", world.boreale.id))
    assert "Credit note NC-2026-0001" in page and "+$7.25" in page
    assert f"Used on invoice {again.invoice.number}" in page and "−$7.25" in page  # type: ignore[union-attr]


def test_a_customer_of_another_time_is_not_found(desk: Desk, world: World) -> None:
    assert desk.get("customer", world.dana.id).status_code == 404


def test_ten_services_cost_as_many_statements_as_one(desk: Desk, world: World, lied: PlanChange) -> None:
    desk.get("customer", world.boreale.id)
    with CaptureQueriesContext(connection) as one:
        desk.get("customer", world.boreale.id)
    for number in range(5):
        world.subscribe("web-b", label=f"shop{number}.example", account=f"shop{number}")
    with CaptureQueriesContext(connection) as more:
        assert "shop4.example" in text(desk.get("customer", world.boreale.id))
    assert len(more) == len(one) <= 20
