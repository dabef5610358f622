from datetime import UTC, datetime

import pytest

from palier.core.fit import Exactness, Measure
from palier.drivers.panel import State
from palier.provisioning.margin import with_margin
from palier.provisioning.models import Server
from tests.world import World

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def state(room: dict[str, int] | None = None, exactness: Exactness = "live") -> State:
    usage = {"disk": Measure(1001, AT, exactness), "mailboxes": Measure(4, AT, "live")}
    return State("p", {}, usage, suspended=False, room=room or {})


def test_a_share_of_what_is_used_is_rounded_up() -> None:
    assert with_margin(state(), {"disk": "0.05"}).room == {"disk": 51}


def test_an_amount_is_kept_free_as_it_is() -> None:
    assert with_margin(state(), {"mailboxes": 1}).room == {"mailboxes": 1}


@pytest.mark.parametrize(("of_the_driver", "room"), [(50, 51), (256, 256)])
def test_of_the_driver_s_room_and_the_catalogue_s_the_wider_counts(of_the_driver: int, room: int) -> None:
    assert with_margin(state({"disk": of_the_driver}), {"disk": "0.05"}).room == {"disk": room}


def test_of_what_is_unknown_or_not_measured_no_share_is_taken() -> None:
    assert with_margin(state(exactness="unknown"), {"disk": "0.05", "sites": 1}).room == {}


@pytest.mark.django_db
def test_a_level_must_hold_what_is_used_and_the_margin(world: World) -> None:
    Server.objects.filter(code="web1").update(margin={"disk": "0.1"})
    subscription = world.subscribe("web-b", usage={"disk": 9_400})
    (obstacle,) = world.offer(subscription, "web-a").quote.obstacles
    assert (obstacle.code, obstacle.used, obstacle.room) == ("does_not_fit", 9_400, 940)
    assert obstacle.excess == 100


@pytest.mark.django_db
def test_the_margin_is_asked_for_again_at_the_moment_of_applying(world: World) -> None:
    subscription = world.subscribe("web-b", usage={"disk": 9_400})
    Server.objects.filter(code="web1").update(margin={"disk": "0.1"})
    change = world.change(subscription, "web-a", at_renewal=False)
    assert (change.state, change.reason) == ("needs_person", "does_not_fit")
    assert world.panel.count("boreale") == 0
