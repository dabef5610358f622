"""Carrying out a job while others are at the same service: slow workers, requests taken back, panels at work."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from palier.drivers.errors import Busy
from palier.drivers.panel import Account, Pending, Target
from palier.drivers.panels.cpanel import Cpanel
from palier.entrypoints.batch import rounds
from palier.events.record import SYSTEM
from palier.plan_changes.advance import after_payment
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import WorkHasBegun, cancel, undo
from palier.provisioning import attempt, carry_out, keeper, lease
from palier.provisioning.claim import Claimed
from palier.provisioning.models import ProvisioningJob, Service
from palier.work.models import WorkItem
from tests.world import World

pytestmark = pytest.mark.django_db


def paid(world: World) -> PlanChange:
    """From A to B, paid, and no worker has looked at it yet."""
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    world.pay(change.customer_id, change.invoice_id)
    return change


def before_sending(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen once, while a worker has looked and not sent yet."""
    real, happened = Cpanel.preflight, []

    def preflight(self: Cpanel, account: Account, target: Target) -> Any:
        found = real(self, account, target)
        if not happened:
            happened.append(True)
            act()
        return found

    monkeypatch.setattr(Cpanel, "preflight", preflight)


def test_a_worker_that_lost_its_lease_sends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change = paid(world)

    def another_takes_over_and_the_client_moves_back() -> None:
        Service.objects.update(lease_until=None)
        job = ProvisioningJob.objects.get()
        carry_out.carry_out(job.customer_id, job.id, world.now)
        world.drain()
        assert world.change(change.subscription, "web-a", at_renewal=False).state == "done"

    before_sending(monkeypatch, another_takes_over_and_the_client_moves_back)
    world.drain()
    assert world.panel.account("boreale")["plan"] == "forfait_a"
    assert world.panel.count("boreale") == 2


def test_a_worker_whose_lease_is_another_s_sends_nothing_although_the_job_runs(world: World) -> None:
    """The other has taken the same job up, and is at it."""
    change = paid(world)
    after_payment(change.customer_id, change.id, house=world.house, at=world.now)
    job = ProvisioningJob.objects.select_related("service").get()
    mine = lease.take(job.customer_id, job.service_id)
    Service.objects.update(lease_until=None)
    lease.take(job.customer_id, job.service_id)
    ProvisioningJob.objects.update(state="running")
    with pytest.raises(lease.LeaseLost):
        attempt._mark_sent(job, mine)


def test_a_job_that_was_taken_back_is_not_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paid(world)
    before_sending(monkeypatch, lambda: ProvisioningJob.objects.update(state="cancelled") and None)
    world.drain()
    assert world.panel.count("boreale") == 0
    assert ProvisioningJob.objects.get().state == "cancelled"


@pytest.mark.parametrize("act", [cancel, undo])
def test_nothing_is_taken_back_while_a_worker_is_at_it(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[..., PlanChange]
) -> None:
    change, refused = paid(world), []
    how = {"reason": "cannot_be_done"} if act is undo else {}

    def take_back() -> None:
        with pytest.raises(WorkHasBegun):
            act(change.customer_id, change.id, house=world.house, at=world.now, by=SYSTEM, **how)
        refused.append(True)

    before_sending(monkeypatch, take_back)
    world.drain()
    change.refresh_from_db()
    assert (refused, change.state) == ([True], "done")


def test_what_came_of_a_job_that_was_taken_back_is_not_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(world)
    real = attempt._read_back

    def read_back(*args: Any) -> Any:
        ProvisioningJob.objects.update(state="cancelled")
        return real(*args)

    monkeypatch.setattr(attempt, "_read_back", read_back)
    world.drain()
    assert ProvisioningJob.objects.get().state == "cancelled"


class AtWork:
    """A panel that takes the request, and says for a while that it is still at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, poll: Callable[[], Any]) -> None:
        self.sent: list[str] = []
        monkeypatch.setattr(Cpanel, "change", lambda panel, account, target, key: self._take(key))
        monkeypatch.setattr(Cpanel, "poll", lambda panel, handle: poll())

    def _take(self, key: str) -> Pending:
        self.sent.append(key)
        return Pending("work-1")


def busy() -> None:
    raise Busy("restarting")


def turns(world: World, count: int) -> None:
    for _ in range(count):
        world.hurry()
        world.drain()


def test_a_busy_panel_is_asked_about_the_same_work_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = AtWork(monkeypatch, busy)
    paid(world)
    turns(world, 3)
    assert len(panel.sent) == 1
    assert ProvisioningJob.objects.get().handle == "work-1"


def test_work_that_takes_long_does_not_use_up_the_attempts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    AtWork(monkeypatch, lambda: Pending("work-1"))
    change = paid(world)
    turns(world, carry_out.MOST_ATTEMPTS + 2)
    change.refresh_from_db()
    assert (change.state, ProvisioningJob.objects.get().tries) == ("applying", 0)


def test_work_that_never_ends_is_a_person_s_matter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out, "MOST_POLLS", 3)
    AtWork(monkeypatch, lambda: Pending("work-1"))
    change = paid(world)
    turns(world, 4)
    change.refresh_from_db()
    assert (change.state, change.reason) == ("needs_person", "panel_working")


def test_a_job_whose_every_worker_died_is_a_person_s_matter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = paid(world)
    monkeypatch.setattr(carry_out, "attempt", lambda job, held: 1 / 0)  # the process dies: nothing is written
    for _ in range(carry_out.MOST_ATTEMPTS + 4):
        try:
            world.drain()
        except ZeroDivisionError:
            rounds.round_of_upkeep(world.now)
    change.refresh_from_db()
    assert (change.state, change.reason) == ("needs_person", "unexpected")
    assert WorkItem.objects.get(subject_id=change.id).is_open


def test_a_job_is_read_again_under_the_lease(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker sent it and died after this one had found the job in the queue."""
    paid(world)
    real = carry_out.claim

    def claim(customer_id: UUID, job_id: UUID) -> Claimed | None:
        ProvisioningJob.objects.update(acts_sent=2, unsure=True)
        return real(customer_id, job_id)

    monkeypatch.setattr(carry_out, "claim", claim)
    world.drain()
    assert world.panel.count("boreale") == 0
    assert ProvisioningJob.objects.get().state == "needs_person"


def test_a_forgotten_job_is_put_in_the_queue_once(world: World) -> None:
    paid(world)
    world.panel.set_mode("busy")
    world.drain()
    world.hurry()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        for _ in range(3):
            rounds.round_of_upkeep(world.now)
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.carry_out' AND status = 'todo'"
        )
        assert cursor.fetchone() == (1,)


def test_a_job_whose_turn_is_to_come_is_forgotten_by_nobody_and_one_put_off_by_a_fault_is_taken_up(
    world: World,
) -> None:
    """The queue puts a task that failed off for hours; its job does not wait for that."""
    change = paid(world)
    after_payment(change.customer_id, change.id, house=world.house, at=world.now)

    def turns_in_the_queue() -> int:
        rounds.round_of_upkeep(world.now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.carry_out'")
            return int(cursor.fetchone()[0])

    assert turns_in_the_queue() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '2 hours'"
            " WHERE task_name = 'palier.carry_out'"
        )
    assert turns_in_the_queue() == 2


def test_a_lease_is_renewed_while_its_holder_lives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than the lease itself: the panel may take its time."""
    from threading import Event

    renewed, told = Event(), []
    monkeypatch.setattr(keeper, "RENEW_EVERY", 0.01)
    monkeypatch.setattr(keeper, "renew", lambda *leases: told.append(leases) or renewed.set())
    service = world.service(world.subscribe("web-a"))
    with lease.leased(service.customer_id, service.id) as held:
        assert renewed.wait(15)
    assert told[0] == (held,)


def test_a_lease_that_was_taken_by_another_is_not_renewed(world: World) -> None:
    service = world.service(world.subscribe("web-a"))
    first = lease.take(service.customer_id, service.id)
    Service.objects.update(lease_until=None)
    second = lease.take(service.customer_id, service.id)
    before = Service.objects.get().lease_until
    keeper.renew(first)
    assert Service.objects.get().lease_until == before
    keeper.renew(first, second)
    assert Service.objects.get().lease_until > before
