"""What the catalogue says of people, from the quote to the queue."""

from datetime import UTC, datetime

import pytest

from tests.world import World

pytestmark = pytest.mark.django_db


def test_an_option_that_a_person_must_set_up_is_promised_before_it_is_paid(world: World) -> None:
    subscription = world.subscribe()
    quote = world.offer(subscription, "web-a", options=(("dedicated-ip", 1),)).quote
    assert quote.obstacles == ()
    assert quote.promised_by == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # four working hours after 10:00


def test_an_option_that_a_person_must_set_up_goes_to_the_queue_and_not_to_the_panel(world: World) -> None:
    subscription = world.subscribe()
    change = world.change(subscription, "web-a", options=(("dedicated-ip", 1),))
    assert change.state == "needs_person"
    assert world.panel.count("boreale") == 0


def test_an_option_that_is_already_there_asks_for_nobody(world: World) -> None:
    subscription = world.subscribe(options=(("dedicated-ip", 1),))
    quote = world.offer(subscription, "web-b", options=(("dedicated-ip", 1),)).quote
    assert not quote.needs_person


def test_processors_and_memory_do_not_stand_in_the_way_of_a_server(world: World) -> None:
    subscription = world.subscribe("web-d")
    quote = world.offer(subscription, "vps-2").quote
    assert quote.obstacles == ()
    assert quote.promised_by == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # eight: seven today, one tomorrow


def test_what_is_used_still_has_to_fit_into_a_server(world: World) -> None:
    subscription = world.subscribe("web-d", usage={"disk": 61_441})
    (obstacle,) = world.offer(subscription, "vps-1").quote.obstacles
    assert (obstacle.code, obstacle.resource, obstacle.excess) == ("does_not_fit", "disk", 1)
