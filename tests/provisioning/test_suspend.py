"""Suspending a service, and letting it work again."""

import pytest

from palier.events.record import Actor
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.suspend import resume, suspend
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def move(verb, subscription: Subscription, world: World) -> bool:
    by = Actor("staff", world.dana.id)
    moved = verb(subscription.customer_id, subscription.id, by=by, at=NOW)
    world.drain()
    subscription.refresh_from_db()
    return moved


def test_a_suspended_service_is_suspended_on_its_panel_and_resumed_there(world: World):
    subscription = world.subscribe("web-a")
    assert move(suspend, subscription, world)
    assert (subscription.state, world.panel.account("boreale")["suspended"]) == ("suspended", 1)
    assert world.service(subscription).suspended
    assert move(resume, subscription, world)
    assert (subscription.state, world.panel.account("boreale")["suspended"]) == ("active", 0)


def test_suspending_twice_asks_the_panel_once(world: World):
    subscription = world.subscribe("web-a")
    assert move(suspend, subscription, world)
    assert not move(suspend, subscription, world)
    assert ProvisioningJob.objects.filter(verb="suspend").count() == 1


def test_a_suspended_service_cannot_change_plan(world: World):
    subscription = world.subscribe("web-a")
    move(suspend, subscription, world)
    obstacles = world.offer(subscription, "web-b").quote.obstacles
    assert [obstacle.code for obstacle in obstacles] == ["subscription_suspended"]


def test_where_no_panel_can_suspend_a_person_is_asked_to(world: World):
    subscription = world.subscribe("vps-1", account="vps")
    assert move(suspend, subscription, world)
    assert WorkItem.objects.get().reason == "suspend_by_hand"
