"""Comparing every service with its panel each day: who is asked, how often, and what delays nobody."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from palier.provisioning.circuit import OPENS_AFTER, failed
from palier.provisioning.models import Service
from palier.reconciliation import daily, side_by_side
from palier.reconciliation.daily import compare_due
from palier.reconciliation.models import Drift
from palier.reconciliation.queries import across_customers_to_compare
from palier.subscriptions.models import Subscription
from tests.at_once import on_another_connection
from tests.logged import logged
from tests.provisioning.servers import accounts, another_server, nobody_there, own_url, put_on, silent_machine
from tests.reconciliation.behind import on_the_panel, remove_from_the_panel
from tests.running import eventually
from tests.world import World

#: What compares has threads of its own, and they see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def compared(subscriptions: list[Subscription], world: World) -> int:
    """How many of them were compared by now."""
    return Service.objects.filter(subscription__in=subscriptions, compared_at__gte=world.now).count()


def asked(subscriptions: list[Subscription]) -> list[int]:
    """How often the panel was asked about each: the number of the lease is one more each time."""
    services = Service.objects.filter(subscription__in=subscriptions)
    return list(services.order_by("account").values_list("fence", flat=True))


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """It goes on beside the test."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_an_account_is_missing_when_its_panel_has_said_so_twice(world: World) -> None:
    """A panel in trouble may know nobody for a moment; what ended for that would be ended, and refunded."""
    subscription = world.subscribe("web-a")
    remove_from_the_panel(world, subscription)
    world.now += timedelta(days=1)

    assert compare_due(world.house, world.now) == 0
    assert not Drift.objects.exists()
    on_the_panel(world)
    assert compare_due(world.house, world.now + timedelta(minutes=5)) == 1
    assert (world.service(subscription).missing_at, Drift.objects.count()) == (None, 0)

    remove_from_the_panel(world, subscription)
    runs = [compare_due(world.house, world.now + timedelta(days=2, minutes=5 * run)) for run in range(3)]
    assert (runs, Drift.objects.get().kind) == ([0, 1, 0], "missing")


def test_the_daily_comparison_leaves_a_silent_server_for_later(world: World) -> None:
    world.subscribe("web-a")
    world.subscribe("web-b", account="second", label="second.example")
    world.now += timedelta(days=3)
    world.panel.set_mode("down")
    assert compare_due(world.house, world.now) == 0

    world.panel.set_mode("ok")
    assert compare_due(world.house, world.now) == 2
    assert compare_due(world.house, world.now) == 0
    assert compare_due(world.house, world.now + timedelta(days=1, minutes=1)) == 2


def test_an_account_that_the_panel_says_no_to_holds_up_nobody_on_its_server(world: World) -> None:
    world.subscribe("web-a")
    world.subscribe("web-b", account="second", label="second.example")
    world.now += timedelta(days=3)
    world.panel.set_mode("refuse", calls=1, reads=True)
    assert [compare_due(world.house, world.now) for _ in range(3)] == [1, 1, 0]


def test_a_silent_server_full_of_services_leaves_room_for_those_of_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "A_RUN", 2)
    lost = accounts(world, 3)
    found = world.subscribe("web-a")
    put_on(another_server(nobody_there()), lost)
    Service.objects.filter(subscription__in=lost).update(compared_at=world.now - timedelta(days=9))
    Service.objects.filter(subscription=found).update(compared_at=world.now - timedelta(days=2))
    world.now += timedelta(days=1)

    runs = [compare_due(world.house, world.now + timedelta(minutes=5 * run)) for run in range(3)]

    assert sum(runs) == 1
    assert world.service(found).compared_at >= world.now


def test_a_server_that_is_left_alone_is_not_asked_by_the_daily_comparison(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.now += timedelta(days=3)
    for _ in range(OPENS_AFTER):
        failed(world.service(subscription).server_id, "silent")
    assert across_customers_to_compare(world.now) == {}


def test_a_slow_server_delays_the_comparison_of_no_other(world: World) -> None:
    here, there = accounts(world, 3), accounts(world, 3, prefix="there")
    with silent_machine() as url:
        put_on(another_server(url, read_seconds="3"), there)
        world.now += timedelta(days=3)
        began = time.monotonic()
        run = meanwhile(lambda: compare_due(world.house, world.now))
        eventually(lambda: compared(here, world) == 3)
        assert time.monotonic() - began < 2.5
        assert run.is_alive()
        run.join()
    assert time.monotonic() - began < 6  # one time-out, not three
    assert compared(there, world) == 0


def test_more_servers_than_are_asked_at_a_time_take_turns(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last is begun before the first, whose line is long, and the second, which is silent, have ended."""
    monkeypatch.setattr(side_by_side, "SIDE_BY_SIDE", 2)
    many, slow, last = (
        accounts(world, 4),
        accounts(world, 1, prefix="slow"),
        accounts(world, 1, prefix="last"),
    )
    with silent_machine() as url:
        put_on(another_server(url, read_seconds="3"), slow)
        put_on(another_server(own_url(), "web3"), last)
        world.now += timedelta(days=3)
        world.panel.set_mode("slow", seconds=0.3, reads=True)
        run = meanwhile(lambda: compare_due(world.house, world.now))
        eventually(lambda: compared(last, world) == 1)
        assert compared(many, world) < 4
        run.join()
    assert compared(many, world) == 4


def test_a_run_begins_nothing_after_its_time_and_the_next_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "RUN_SECONDS", 0.3)
    many = accounts(world, 3)
    world.now += timedelta(days=3)
    world.panel.set_mode("slow", seconds=0.2, reads=True)
    began = time.monotonic()
    assert compare_due(world.house, world.now) in (1, 2)
    assert time.monotonic() - began < 1.5
    monkeypatch.setattr(daily, "RUN_SECONDS", 60.0)
    compare_due(world.house, world.now)
    assert compared(many, world) == 3


def test_two_runs_at_the_same_time_compare_nothing_twice(world: World) -> None:
    many = accounts(world, 3)
    world.now += timedelta(days=3)
    before = asked(many)
    world.panel.set_mode("slow", seconds=0.3, reads=True)
    first = meanwhile(lambda: compare_due(world.house, world.now))
    eventually(lambda: asked(many) != before)
    assert on_another_connection(lambda: compare_due(world.house, world.now)) == 0
    first.join()
    assert asked(many) == [times + 1 for times in before]
    assert compared(many, world) == 3


def test_what_another_run_has_compared_meanwhile_is_not_compared_again(world: World) -> None:
    many = accounts(world, 3)
    world.now += timedelta(days=3)
    before = asked(many)
    world.panel.set_mode("slow", seconds=0.4, reads=True)
    run = meanwhile(lambda: compare_due(world.house, world.now))
    eventually(lambda: asked(many) != before)
    Service.objects.filter(fence=before[-1]).update(compared_at=world.now)
    run.join()
    assert sum(asked(many)) == sum(before) + 1


def test_a_service_that_a_fault_of_ours_keeps_from_being_compared_holds_up_nobody(world: World) -> None:
    here, broken = accounts(world, 1), accounts(world, 1, prefix="broken")
    world.now += timedelta(days=3)
    Subscription.objects.filter(id=broken[0].id).update(options={"no-such-option": 1})
    with logged() as lines:
        assert compare_due(world.house, world.now) == 1
        assert [line["event"] for line in lines() if "exception" in line] == ["service_not_compared"]
    assert compared(here, world) == 1
