"""What an attempt at a job comes to: parts, handles, call-backs, and what is kept for whoever must go on by hand."""

from typing import Any

import pytest

from palier.drivers.errors import Refused
from palier.drivers.panel import Capability, Done, Pending
from palier.drivers.panels.cpanel import Cpanel
from palier.events.record import SYSTEM
from palier.plan_changes.by_person import retry
from palier.plan_changes.models import PlanChange
from palier.provisioning.called_back import called_back
from palier.provisioning.models import ProvisioningJob, Server
from palier.provisioning.retry_job import retry_job
from palier.provisioning.suspend import suspend
from palier.provisioning.tried import KEPT, with_attempt
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

Patch = pytest.MonkeyPatch


def job() -> ProvisioningJob:
    return ProvisioningJob.objects.order_by("-queued_at", "-id").first()  # type: ignore[return-value]


def asked_to_suspend(world: World) -> Subscription:
    subscription = world.subscribe("web-a")
    suspend(subscription.customer_id, subscription.id, by=SYSTEM, at=world.now)
    return subscription


def saying(monkeypatch: Patch, verb: str, says: Any) -> None:
    """The panel does it, and says something else."""
    real = getattr(Cpanel, verb)

    def act(panel: Cpanel, *arguments: Any) -> Any:
        real(panel, *arguments)
        if isinstance(says, Exception):
            raise says
        return says

    monkeypatch.setattr(Cpanel, verb, act)


def test_problems_are_a_person_s_matter_whatever_is_read_back(world: World, monkeypatch: Patch) -> None:
    saying(monkeypatch, "change", Done(problems=("Mail service is not applied.",)))
    change = world.change(world.subscribe("web-a"), "web-b")
    assert world.panel.account("boreale")["plan"] == "forfait_b"
    assert (change.state, change.reason) == ("needs_person", "panel_did_half")
    item = WorkItem.objects.get(subject_id=change.id)
    assert (item.facts["problems"], item.facts["differences"]) == (["Mail service is not applied."], [])


def test_a_request_that_was_taken_and_then_refused_says_what_it_left(
    world: World, monkeypatch: Patch
) -> None:
    saying(monkeypatch, "change", Refused("the task failed half way"))
    world.panel.set_mode("half")
    change = world.change(world.subscribe("web-a"), "web-b")
    item = WorkItem.objects.get(subject_id=change.id)
    assert (change.reason, item.facts["detail"]) == ("panel_refused", "the task failed half way")
    assert item.facts["differences"]


def test_the_handle_of_a_suspension_is_stored_before_waiting_and_then_asked_about(
    world: World, monkeypatch: Patch
) -> None:
    stored: list[str] = []
    saying(monkeypatch, "suspend", Pending("task-7"))
    monkeypatch.setattr(Cpanel, "poll", lambda panel, handle: stored.append(handle) or Done())
    asked_to_suspend(world)
    world.drain()
    assert (job().state, job().handle, stored) == ("queued", "task-7", [])
    world.hurry()
    world.drain()
    assert (job().state, job().handle, stored) == ("done", "", ["task-7"])


def test_a_call_back_has_the_job_looked_at_at_once(world: World, monkeypatch: Patch) -> None:
    saying(monkeypatch, "suspend", Pending("task-7"))
    monkeypatch.setattr(Cpanel, "poll", lambda panel, handle: Done())
    subscription = asked_to_suspend(world)
    world.drain()
    server_id = world.service(subscription).server_id
    assert not called_back(server_id, "task-8")
    assert job().state == "queued"
    assert called_back(server_id, "task-7")
    world.drain()
    assert job().state == "done"
    assert not called_back(server_id, "task-7")


def test_a_suspension_that_may_have_been_sent_is_inspected_first(world: World) -> None:
    asked_to_suspend(world)
    ProvisioningJob.objects.update(unsure=True, acts_sent=1)
    world.panel.seed({}, [{"user": "boreale", "suspended": 1}])
    account = world.panel.account("boreale")
    world.panel.seed({}, [{**account, "user": "boreale", "suspended": 1}], overwrite=True)
    world.drain()
    assert job().state == "done"
    assert world.panel.count("boreale", "suspendacct", "received") == 0


def test_what_each_attempt_came_to_is_kept_with_the_panel_s_own_words(world: World) -> None:
    asked_to_suspend(world)
    world.panel.set_mode("busy", calls=1)
    world.drain()
    world.panel.set_mode("refuse", reason="No such thing here")
    world.hurry()
    world.drain()
    tried = [(one["number"], one["came_to"], one["said"]) for one in job().tried]
    assert [(number, came_to) for number, came_to, _ in tried] == [(1, "panel_busy"), (2, "panel_refused")]
    assert tried[0][2]
    assert "No such thing here" in tried[1][2]
    before = {"package": "forfait_a", "limits": world.panel_limits["forfait_a"], "suspended": False}
    assert before.items() <= job().before.items()


def test_of_many_attempts_the_first_and_the_latest_are_kept() -> None:
    tried: list[Any] = []
    for number in range(1, 40):
        tried = with_attempt(tried, at=NOW, number=number, came_to="panel_working", said="x" * 999)
    assert [one["number"] for one in tried] == [1, *range(40 - KEPT + 1, 40)]
    assert max(len(one["said"]) for one in tried) == 300


def test_a_person_s_retry_looks_first_and_then_sends_as_often_as_needed(world: World) -> None:
    asked_to_suspend(world)
    world.panel.set_mode("lie")
    world.drain()
    for _ in range(3):
        assert job().state == "needs_person"
        retry_job(job().customer_id, job().id, by=SYSTEM, at=world.now)
        world.drain()
    assert world.panel.count("boreale", "suspendacct", "received") == 4
    world.panel.set_mode("ok")
    retry_job(job().customer_id, job().id, by=SYSTEM, at=world.now)
    world.drain()
    assert job().state == "done"


def test_a_change_that_the_panel_has_made_meanwhile_is_not_sent_again(
    world: World, monkeypatch: Patch
) -> None:
    with monkeypatch.context() as patched:
        saying(patched, "change", Done(problems=("Mail service is not applied.",)))
        change = world.change(world.subscribe("web-a"), "web-b")
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    assert PlanChange.objects.get().state == "done"
    assert world.panel.count("boreale", what="received") == 1


def test_a_panel_that_only_suspends_is_asked_to(world: World, monkeypatch: Patch) -> None:
    monkeypatch.setattr(Cpanel, "capabilities", frozenset({Capability.INSPECT, Capability.SUSPEND}))
    asked_to_suspend(world)
    world.drain()
    assert (job().state, world.panel.account("boreale")["suspended"]) == ("done", 1)


def test_a_server_that_cannot_be_talked_to_tells_whoever_must_go_on_what_it_lacks(world: World) -> None:
    asked_to_suspend(world)
    Server.objects.update(credentials={"user": "root", "token": "${NOBODY_HAS_SET_THIS}"})
    world.work_until_done()
    assert (job().state, job().acts_sent) == ("needs_person", 0)
    assert "NOBODY_HAS_SET_THIS" in WorkItem.objects.get().facts["detail"]
