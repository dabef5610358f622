"""How many statements a page takes: a number that does not grow with plans, services, invoices or years."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.billing.models import PaymentMethod
from palier.people.seal import sealed
from palier.provisioning.inspect import inspect
from palier.subscriptions.models import Subscription
from tests.entrypoints.client_area.conftest import Browser, at
from tests.lived import Lived, LiveOnce
from tests.pages import field
from tests.world import World

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], Any]


def lived_through(world: World) -> Subscription:
    """A service with a history, beside three others, with a saved card; its measures are fresh."""
    subscription = world.subscribe()
    for number in range(3):
        world.subscribe("web-d", label=f"other{number}.example", account=f"other{number}")
    world.change(subscription, "web-b")
    world.change(subscription, "web-a", at_renewal=False)
    for label in ("Visa •••• 4242", "Visa •••• 1111"):
        PaymentMethod.objects.create(
            customer=world.boreale,
            gateway="demo_card",
            label=label,
            token=sealed(label),
            is_default=label.endswith("4242"),
        )
    inspect(world.service(subscription), world.now)
    return subscription


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce[Subscription]) -> Lived[Subscription]:
    return live_once(lived_through)


@pytest.fixture
def world(again: tuple[World, Subscription]) -> World:
    return again[0]


@pytest.fixture
def busy(again: tuple[World, Subscription], alice: Browser) -> Subscription:
    """Its page is visited once, so that the catalogue of this version is in memory."""
    alice.get("product", again[1].id)
    return again[1]


def test_product_takes_6(busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(6):
        assert alice.get("product", busy.id).status_code == 200


def test_product_with_a_change_under_way_takes_6(
    world: World, busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost
) -> None:
    world.accept(busy, world.offer(busy, "web-c"))
    with django_assert_max_num_queries(6):
        assert alice.get("product", busy.id).status_code == 200


def test_choose_takes_8(busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(6):  # and 8 would do
        assert alice.get("choose", busy.id).status_code == 200


def test_check_takes_8(busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(8):  # the last: does its server answer?
        assert alice.check(busy.id, "web-c").status_code == 200


def test_old_measures_cost_two_more_is_the_server_there_and_have_them_refreshed(
    world: World, busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost
) -> None:
    world.service(busy)
    type(world.service(busy)).objects.filter(subscription=busy).update(inspected_at=None)
    with django_assert_max_num_queries(8):
        alice.get("product", busy.id)


def test_following_takes_8(
    world: World, busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost
) -> None:
    change = world.accept(busy, world.offer(busy, "web-c"))
    with django_assert_max_num_queries(8):
        assert alice.get("follow", change.id, part="follow").status_code == 200


def test_the_lists_take_as_many_for_many_as_for_one(
    world: World, busy: Subscription, alice: Browser, django_assert_max_num_queries: AtMost
) -> None:
    for view, at_most in (("dashboard", 11), ("services", 5), ("invoices", 8), ("messages", 5)):
        with django_assert_max_num_queries(at_most):
            assert alice.get(view).status_code == 200


def test_accepting_takes_16(world: World, busy: Subscription, alice: Browser, settings: Any) -> None:
    """From the button to the page that follows; what a payment then takes comes on top, so there is none here.

    Where a transaction begins and ends is not counted: a test has savepoints there.
    """
    settings.GATEWAYS = {}
    page = alice.check(busy.id, "web-c")
    said = {"token": field(page, "token"), "key": field(page, "key")}
    with CaptureQueriesContext(connection) as statements:
        assert alice.client.post(at("accept", busy.id), said).status_code == 303
    asked = [one["sql"].split()[0] for one in statements]
    assert len([verb for verb in asked if verb not in ("SAVEPOINT", "RELEASE")]) <= 16
