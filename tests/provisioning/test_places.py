"""How many acts run on one server at the same time, over all workers, and who is next."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from palier.drivers.panel import Account, Outcome
from palier.drivers.panels.cpanel import Cpanel
from palier.entrypoints.batch import queue, rounds
from palier.events.clock import real_now
from palier.events.record import SYSTEM
from palier.provisioning import lease, line
from palier.provisioning.keeper import Lease
from palier.provisioning.models import Place, ProvisioningJob, Server, Service
from palier.provisioning.queries import CARRY_OUT
from palier.provisioning.set_password import set_password
from palier.provisioning.suspend import suspend
from tests.provisioning.servers import accounts
from tests.world import World


def hold(service: Service) -> Lease:
    return lease.take(service.customer_id, service.id, acting=True)


def limited(world: World, at_once: int, count: int) -> list[Service]:
    """So many accounts on a server where so many acts may run at once."""
    Server.objects.filter(code="web1").update(at_once=at_once)
    return [world.service(subscription) for subscription in accounts(world, count)]


@pytest.mark.django_db
def test_no_more_acts_run_on_a_server_than_its_policy_says(world: World) -> None:
    one, two, three = limited(world, 2, 3)
    hold(one)
    held = hold(two)
    with pytest.raises(lease.Full):
        hold(three)
    lease.give_back(held)
    hold(three)


@pytest.mark.django_db
def test_another_act_on_the_same_service_is_in_use_and_takes_no_place(world: World) -> None:
    one, two = limited(world, 2, 2)
    hold(one)
    with pytest.raises(lease.InUse) as raised:
        hold(one)
    assert not isinstance(raised.value, lease.Full)
    hold(two)


@pytest.mark.django_db
def test_looking_takes_no_place(world: World) -> None:
    one, two = limited(world, 1, 2)
    hold(one)
    lease.take(two.customer_id, two.id)


@pytest.mark.django_db
def test_the_place_of_a_killed_worker_is_free_when_its_lease_is_over(world: World) -> None:
    one, two = limited(world, 1, 2)
    dead = hold(one)
    long_ago = real_now() - timedelta(seconds=1)
    Service.objects.filter(id=one.id).update(lease_until=long_ago)
    Place.objects.update(lease_until=long_ago)
    hold(two)
    lease.give_back(dead)  # it was not dead after all: the place is another's
    with pytest.raises(lease.Full):
        hold(one)


@pytest.mark.django_db
def test_a_place_is_kept_as_long_as_its_lease_is_renewed(world: World) -> None:
    (one,) = limited(world, 1, 1)
    held = hold(one)
    almost_over = real_now() + timedelta(seconds=1)
    Place.objects.update(lease_until=almost_over)
    lease.keeper.renew(held)
    assert Place.objects.get(id=held.place_id).lease_until > almost_over


@pytest.mark.django_db
def test_a_policy_that_is_lowered_or_raised_holds_for_the_next_act(world: World) -> None:
    one, two, three = limited(world, 2, 3)
    hold(one)
    held = hold(two)
    Server.objects.update(at_once=1)
    lease.give_back(held)
    with pytest.raises(lease.Full):
        hold(two)
    Server.objects.update(at_once=3)
    hold(two)
    hold(three)


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_the_same_moment_share_the_places(world: World) -> None:
    services, held, ready = limited(world, 3, 8), [], threading.Barrier(8)

    def come(service: Service) -> None:
        try:
            ready.wait()
            held.append(hold(service))
        except lease.Full:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(service,)) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == len({one.place_id for one in held}) == 3
    assert Service.objects.filter(lease_until__isnull=False).count() == 3


def suspended(world: World, service: Service) -> ProvisioningJob:
    suspend(service.customer_id, service.subscription_id, by=SYSTEM, at=world.now)
    return ProvisioningJob.objects.get(service=service, verb="suspend")


def turns_taken() -> int:
    """Turns that jobs have had in the queue, or wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [CARRY_OUT])
        return int(cursor.fetchone()[0])


def states(jobs: list[ProvisioningJob]) -> list[tuple[str, int]]:
    for job in jobs:
        job.refresh_from_db()
    return [(job.state, job.attempts) for job in jobs]


@pytest.mark.django_db
def test_more_than_there_are_places_wait_in_line_and_take_no_turn_of_the_queue(world: World) -> None:
    before = turns_taken()
    jobs = [suspended(world, service) for service in limited(world, 2, 5)]
    assert [job.line_id is None for job in jobs] == [True, True, False, False, False]
    world.drain()
    assert states(jobs) == [("done", 1)] * 5
    assert turns_taken() == before + 2


@pytest.mark.django_db
def test_whoever_has_left_a_place_goes_on_with_the_oldest_in_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real = Cpanel.suspend

    def suspend_there(self: Cpanel, account: Account, reason: str) -> Outcome:
        done.append(account.username)
        return real(self, account, reason)

    monkeypatch.setattr(Cpanel, "suspend", suspend_there)
    for service in limited(world, 1, 4):
        suspended(world, service)
    world.drain()
    assert done == ["account0", "account1", "account2", "account3"]


@pytest.mark.django_db
def test_a_thread_that_is_wanted_elsewhere_gives_the_line_back_to_the_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "is_wanted_elsewhere", lambda: True)
    before = turns_taken()
    jobs = [suspended(world, service) for service in limited(world, 1, 3)]
    world.drain()
    assert states(jobs) == [("done", 1)] * 3
    assert turns_taken() == before + 3


@pytest.mark.django_db
def test_no_more_are_called_than_have_a_place_and_have_not_been_called_yet(world: World) -> None:
    one, *others = limited(world, 2, 4)
    held = hold(one)
    line.call(one.server_id)
    jobs = [suspended(world, service) for service in others]
    assert [job.line_id is None for job in jobs] == [True, False, False]
    assert line.call(one.server_id) == 0
    lease.give_back(held)
    assert [line.call(one.server_id), line.call(one.server_id)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_a_place_that_is_left_before_a_job_is_there_to_be_seen_is_found_by_it(world: World) -> None:
    one, two = limited(world, 1, 2)
    held = hold(one)
    with transaction.atomic():
        job = suspended(world, two)
        assert job.line_id is not None
        lease.give_back(held)  # by its worker, who sees nobody waiting
    job.refresh_from_db()
    assert job.line_id is None
    world.drain()
    assert states([job]) == [("done", 1)]


@pytest.mark.django_db
def test_a_job_that_finds_no_place_waits_in_line_and_costs_no_attempt(world: World) -> None:
    one, two = limited(world, 1, 2)
    hold(one)
    job = suspended(world, two)
    world.drain()
    job.refresh_from_db()
    assert (job.state, job.reason, job.attempts, job.line_id) == ("queued", "server_full", 0, two.server_id)


@pytest.mark.django_db
def test_whoever_leaves_a_place_calls_the_next_in_line(world: World) -> None:
    one, two, three = limited(world, 1, 3)
    held = hold(one)
    jobs = [suspended(world, two), suspended(world, three)]
    world.drain()
    lease.give_back(held)
    set_password(one, "correct horse", by=SYSTEM, at=world.now)  # an act that ends
    world.drain()
    for job in jobs:
        job.refresh_from_db()
    assert [(job.state, job.attempts) for job in jobs] == [("done", 1), ("done", 1)]


@pytest.mark.django_db
def test_a_call_that_was_lost_is_made_up_for_by_the_round_of_upkeep(world: World) -> None:
    one, two = limited(world, 1, 2)
    held = hold(one)
    job = suspended(world, two)
    world.drain()
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert ProvisioningJob.objects.get(id=job.id).state == "queued"  # still no place
    lease.give_back(held)  # and its worker died before it called the next
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert ProvisioningJob.objects.get(id=job.id).state == "done"


@pytest.mark.django_db
def test_a_job_in_line_that_is_replaced_is_not_called(world: World) -> None:
    one, two = limited(world, 1, 2)
    held = hold(one)
    job = suspended(world, two)
    world.drain()
    ProvisioningJob.objects.filter(id=job.id).update(state="cancelled")
    lease.give_back(held)
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert world.panel.account("account1")["suspended"] == 0
