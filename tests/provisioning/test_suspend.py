"""Suspending a service, and letting it work again."""

import pytest

from palier.books import violations
from palier.events.record import Actor
from palier.plan_changes.end_subscription import request_end
from palier.plan_changes.items import close_item
from palier.provisioning import attempt
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


def test_what_the_panel_refuses_is_in_the_queue_and_closes_when_it_is_resumed(world: World):
    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    move(suspend, subscription, world)
    item = WorkItem.objects.get()
    assert (item.reason, item.subject_id, item.facts["why"]) == (
        "suspend_by_hand",
        subscription.id,
        "panel_refused",
    )
    world.panel.set_mode("ok")
    move(resume, subscription, world)
    item.refresh_from_db()
    assert item.state == "cancelled"
    assert move(suspend, subscription, world)
    assert world.panel.account("boreale")["suspended"] == 1
    assert violations() == []


def test_the_last_word_counts_when_the_panel_was_busy_in_between(world: World):
    subscription = world.subscribe("web-a")
    world.panel.set_mode("busy")
    move(suspend, subscription, world)
    by = Actor("staff", world.dana.id)
    resume(subscription.customer_id, subscription.id, by=by, at=NOW)
    world.panel.set_mode("ok")
    world.work_until_done()
    subscription.refresh_from_db()
    assert (subscription.state, world.panel.account("boreale")["suspended"]) == ("active", 0)


def test_a_suspension_is_not_sent_once_the_client_may_work_again(world: World, monkeypatch):
    """A worker is at it when the client pays."""
    subscription = world.subscribe("web-a")
    by = Actor("staff", world.dana.id)
    real = attempt._mark_sent

    def mark_sent(job, held):
        if job.verb == "suspend":
            resume(subscription.customer_id, subscription.id, by=by, at=NOW)
        real(job, held)

    monkeypatch.setattr(attempt, "_mark_sent", mark_sent)
    move(suspend, subscription, world)
    assert (subscription.state, world.panel.account("boreale")["suspended"]) == ("active", 0)
    assert ProvisioningJob.objects.get(verb="suspend").state == "cancelled"


def test_the_end_of_a_subscription_that_the_panel_refuses_is_in_the_queue(world: World):
    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    by = Actor("user", world.alice.id)
    request_end(
        subscription.customer_id,
        subscription.id,
        at_renewal=False,
        reason="",
        house=world.house,
        by=by,
        at=NOW,
    )
    world.drain()
    assert WorkItem.objects.get().reason == "end_by_hand"


def test_what_a_person_did_by_hand_is_not_tried_again(world: World):
    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    move(suspend, subscription, world)
    item = WorkItem.objects.get()
    close_item(item.customer_id, item.id, by=world.dana, at=NOW)
    assert ProvisioningJob.objects.get().state == "done"
    assert violations() == []
