"""Comparing everything because somebody asked: until it is through, whatever happens to the workers, and no longer."""

import threading
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.provisioning.models import Service
from palier.reconciliation import compare_now as comparing
from palier.reconciliation.compare_now import COMPARE_NOW, ask_to_compare, compare_now, is_comparing
from palier.reconciliation.models import Drift
from palier.subscriptions.models import Subscription
from tests.at_once import on_another_connection
from tests.provisioning.servers import accounts, another_server, own_url, put_on, silent_machine
from tests.reconciliation.behind import on_the_panel, remove_from_the_panel
from tests.reconciliation.test_daily import asked, compared, meanwhile
from tests.running import eventually
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def taken(world: World) -> int:
    """What a worker does with what was asked for."""
    job = ProcrastinateJob.objects.get(task_name=COMPARE_NOW, status="todo")
    ProcrastinateJob.objects.filter(id=job.id).delete()
    return compare_now(world.now, house=world.house, at=world.now)


def taken_beside(world: World) -> threading.Thread:
    return meanwhile(lambda: taken(world))


def test_everything_is_asked_for_anew_and_then_nothing_is_left_to_do(world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    on_the_panel(world, suspended=True)
    assert ask_to_compare(world.now) and is_comparing()
    assert taken(world) == 1
    assert (Drift.objects.get().kind, is_comparing()) == ("suspended", False)
    assert compared([subscription], world) == 1


def test_an_account_that_is_gone_is_found_at_once_and_asked_for_twice(world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    remove_from_the_panel(world, subscription)
    before = asked([subscription])
    ask_to_compare(world.now)
    assert taken(world) == 1
    assert (Drift.objects.get().kind, is_comparing()) == ("missing", False)
    assert asked([subscription]) == [before[0] + 2]


def test_it_is_said_to_go_on_until_it_has_ended(world: World) -> None:
    """Its task has long left its worker's place."""
    accounts(world, 2)
    world.panel.set_mode("slow", seconds=0.3, reads=True)
    ask_to_compare(world.now)
    run = taken_beside(world)
    eventually(lambda: ProcrastinateJob.objects.filter(task_name=COMPARE_NOW).exists())
    assert is_comparing() and not ask_to_compare(world.now)
    run.join()
    assert not is_comparing()


def test_two_at_the_same_time_compare_nothing_twice(world: World) -> None:
    many = accounts(world, 3)
    before = asked(many)
    world.panel.set_mode("slow", seconds=0.3, reads=True)
    ask_to_compare(world.now)
    first = taken_beside(world)
    eventually(lambda: asked(many) != before)
    assert on_another_connection(lambda: taken(world)) == 0
    assert is_comparing()
    first.join()
    assert asked(many) == [times + 1 for times in before]


def test_what_a_dead_worker_left_is_gone_on_with_and_nothing_is_compared_twice(world: World) -> None:
    done, *left = many = accounts(world, 3)
    ask_to_compare(world.now)
    Service.objects.filter(subscription=done).update(compared_at=world.now)
    before = asked(many)
    assert taken(world) == 2
    assert asked(many) == [before[0], *(times + 1 for times in before[1:])]
    assert compared(left, world) == 2


def test_a_run_that_is_stopped_is_to_be_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    many = accounts(world, 3)
    monkeypatch.setattr(
        "palier.reconciliation.side_by_side.are_stopping", lambda: bool(compared(many, world))
    )
    ask_to_compare(world.now)
    assert taken(world) == 1
    assert is_comparing()
    monkeypatch.undo()
    assert compare_now(world.now, house=world.house, at=world.now) == 2
    assert not is_comparing()


def test_a_server_that_takes_too_long_is_left_and_all_others_are_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LINE_SECONDS", 0.5)
    here, there = accounts(world, 1), accounts(world, 3, prefix="there")
    put_on(another_server(own_url()), there)
    world.panel.set_mode("slow", seconds=0.4, reads=True)
    ask_to_compare(world.now)
    taken(world)
    assert compared(here, world) == 1
    assert 1 <= compared(there, world) <= 2
    assert not is_comparing()


def test_a_server_that_hangs_is_asked_once_and_does_not_keep_it_from_ending(world: World) -> None:
    here, there = accounts(world, 2), accounts(world, 3, prefix="there")
    with silent_machine() as url:
        put_on(another_server(url, read_seconds="1"), there)
        ask_to_compare(world.now)
        before = asked(there)
        assert taken(world) == 2
    assert sum(asked(there)) == sum(before) + 1
    assert compared(here, world) == 2
    assert not is_comparing()


def test_what_was_asked_for_a_day_ago_is_over(world: World) -> None:
    subscription: Subscription = world.subscribe("web-a")
    before = asked([subscription])
    ask_to_compare(world.now)
    world.now += timedelta(days=1)
    ProcrastinateJob.objects.all().delete()
    assert compare_now(world.now - timedelta(days=1), house=world.house, at=world.now) == 0
    assert (asked([subscription]), is_comparing()) == (before, False)
