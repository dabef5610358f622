"""Who gets in, by what door, to every address of the staff desk."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from palier.entrypoints.staff_desk.urls import urlpatterns
from palier.plan_changes.models import PlanChange
from palier.work.models import WorkItem
from tests.entrypoints.staff_desk.conftest import Desk, item_about, to_a_server_of_ones_own
from tests.lived import Lived, LiveOnce
from tests.world import World

pytestmark = pytest.mark.django_db

PAGES = {
    "queue",
    "item",
    "undo",
    "customers",
    "customer",
    "billing",
    "jobs",
    "overdue",
    "transfers",
    "servers",
}
LOOKED_AT = PAGES | {"server", "add_server", "reports", "report", "report_csv", "tax_documents"}
EVERY = [str(pattern.name) for pattern in urlpatterns]
ACTS = [name for name in EVERY if name not in LOOKED_AT or name in ("undo", "billing", "add_server")]


BY_NAME = {str(pattern.name): pattern for pattern in urlpatterns}


def address(name: str, item: WorkItem) -> str:
    """Of the item and its customer; what else an address names is nobody's."""
    known: dict[str, Any] = {
        "customer_id": item.customer_id,
        "item_id": item.id,
        "slug": "taxes" if name == "report_csv" else "revenus",
        "number": 1,
        "code": "web1",
    }
    keys = [known.get(key) or uuid4() for key in BY_NAME[name].pattern.converters]
    return reverse(f"staff_desk:{name}", args=keys)


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[PlanChange]:
    return live_once(to_a_server_of_ones_own)


@pytest.fixture
def world(again: tuple[World, PlanChange]) -> World:
    return again[0]


@pytest.fixture
def item(again: tuple[World, PlanChange]) -> WorkItem:
    return item_about(again[1].id)


@pytest.mark.parametrize("name", EVERY)
def test_who_is_not_signed_in_is_asked_to(item: WorkItem, name: str) -> None:
    for answer in (Client().get(address(name, item)), Client().post(address(name, item))):
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", EVERY)
def test_for_a_client_the_desk_does_not_exist(world: World, item: WorkItem, name: str) -> None:
    browser = Client()
    browser.force_login(world.alice)
    answers = {browser.get(address(name, item)).status_code, browser.post(address(name, item)).status_code}
    assert answers <= {404, 405} and 404 in answers


@pytest.mark.parametrize("name", sorted(LOOKED_AT))
def test_staff_get_in(desk: Desk, item: WorkItem, name: str) -> None:
    assert desk.browser.get(address(name, item), follow=True).status_code == 200


@pytest.mark.parametrize("name", ACTS)
def test_no_act_is_done_by_looking(desk: Desk, item: WorkItem, name: str) -> None:
    before = WorkItem.objects.values_list("state", "taken_by").get(id=item.id)
    desk.browser.get(address(name, item))
    assert WorkItem.objects.values_list("state", "taken_by").get(id=item.id) == before


@pytest.mark.parametrize("name", ACTS)
def test_no_act_is_done_from_another_site(world: World, item: WorkItem, name: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.dana)
    assert browser.post(address(name, item)).status_code == 403


@pytest.mark.parametrize("name", ["item", "take", "finish", "undo", "note", "close"])
def test_an_item_under_another_customers_name_is_not_found(
    world: World, desk: Desk, item: WorkItem, name: str
) -> None:
    elsewhere = reverse(f"staff_desk:{name}", args=[world.stranger.id, item.id])
    answer = desk.browser.get(elsewhere) if name == "item" else desk.browser.post(elsewhere)
    assert answer.status_code == 404
    item.refresh_from_db()
    assert item.state == "open"


def test_after_signing_in_one_is_where_one_wanted_to_be(item: WorkItem) -> None:
    answer = Client().get(address("item", item))
    assert answer["Location"] == f"{reverse('account_login')}?next={address('item', item)}"
