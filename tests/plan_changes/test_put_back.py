"""Undoing a change after the panel was asked: the account goes back to the level that the client pays for."""

import pytest

from palier.books import violations
from palier.plan_changes.by_person import undo_by_person
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob
from palier.work.models import WorkItem
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def half(world: World) -> PlanChange:
    """The panel is on Forfait B, with half of its limits."""
    world.panel.set_mode("half")
    change = world.change(world.subscribe("web-a"), "web-b")
    world.panel.set_mode("ok")
    assert (change.state, world.panel.account("boreale")["plan"]) == ("needs_person", "forfait_b")
    return change


def undo(world: World, change: PlanChange) -> None:
    undo_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)


def test_the_panel_is_put_back_on_the_level_that_is_paid(world: World, half: PlanChange) -> None:
    undo(world, half)
    world.work_until_done()
    half.refresh_from_db()
    assert (half.state, world.panel.account("boreale")["plan"]) == ("reversed", "forfait_a")
    assert violations() == []


def test_a_panel_that_is_there_already_is_only_looked_at(world: World) -> None:
    world.panel.set_mode("lie")
    change = world.change(world.subscribe("web-a"), "web-b")
    world.panel.set_mode("ok")
    sent = world.panel.count("boreale")
    undo(world, change)
    world.work_until_done()
    assert ProvisioningJob.objects.get(subject_kind="undone_change").acts_sent == 0
    assert world.panel.count("boreale") == sent


def test_what_cannot_be_put_back_is_a_person_s_matter(world: World, half: PlanChange) -> None:
    undo(world, half)
    world.panel.set_mode("refuse")
    world.work_until_done()
    item = WorkItem.objects.get(state="open")
    assert (item.reason, item.subject_id, item.facts["label"]) == (
        "put_back_by_hand",
        half.id,
        "ateliers-boreale.example",
    )
    assert violations() == []


def test_the_next_change_replaces_it(world: World, half: PlanChange) -> None:
    world.panel.set_mode("busy")
    undo(world, half)
    world.drain()
    next_one = world.change(half.subscription, "web-c")
    world.panel.set_mode("ok")
    world.work_until_done()
    next_one.refresh_from_db()
    assert (next_one.state, world.panel.account("boreale")["plan"]) == ("done", "forfait_c")
    assert ProvisioningJob.objects.get(subject_kind="undone_change").state == "cancelled"


def test_a_panel_that_was_never_asked_is_left_alone(world: World) -> None:
    world.panel.set_mode("refuse")
    change = world.change(world.subscribe("web-a"), "web-b")
    ProvisioningJob.objects.update(acts_sent=0)
    undo(world, change)
    assert not ProvisioningJob.objects.filter(subject_kind="undone_change").exists()
