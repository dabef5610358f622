"""A server that is down is left alone: what waits for it waits untried, and goes on when it answers again."""

import pytest

from config.metrics import exposition
from palier.drivers.errors import Busy, Refused, unanswered
from palier.entrypoints.batch import rounds
from palier.events.clock import real_now
from palier.events.record import SYSTEM
from palier.plan_changes.models import PlanChange
from palier.provisioning import circuit
from palier.provisioning.inspect import inspect
from palier.provisioning.models import Circuit, ProvisioningJob, Server
from palier.provisioning.set_password import set_password
from palier.provisioning.sign_in import sign_in_url
from palier.provisioning.suspend import suspend
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.logged import logged
from tests.provisioning.servers import accounts, another_server, nobody_there, own_url, put_on, silent_machine
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(world: World) -> Server:
    """A server that refuses every connection."""
    return another_server(nobody_there())


def ask(world: World, subscriptions: list[Subscription]) -> list[ProvisioningJob]:
    """Suspend them all, as far as it goes at once."""
    for one in subscriptions:
        suspend(one.customer_id, one.id, by=SYSTEM, at=world.now)
    world.drain()
    return jobs()


def jobs() -> list[ProvisioningJob]:
    return list(ProvisioningJob.objects.order_by("queued_at", "id"))


def fail(server: Server, times: int = circuit.OPENS_AFTER) -> None:
    for _ in range(times):
        circuit.failed(server.id, "no route to host")


def time_to_probe() -> None:
    Circuit.objects.update(probe_at=real_now())


def test_the_third_failure_in_a_row_opens_it_and_the_rest_waits_untried(world: World, gone: Server) -> None:
    subscriptions = accounts(world, 5)
    put_on(gone, subscriptions)
    ask(world, subscriptions)
    assert Circuit.objects.get().probe_at is not None
    assert sorted(job.attempts for job in jobs()) == [0, 0, 1, 1, 1]
    for _ in range(10):  # however often they are looked at
        world.hurry()
        world.drain()
    assert sorted((job.attempts, job.line_id) for job in jobs()) == [(0, gone.id)] * 2 + [(1, gone.id)] * 3


def test_when_it_answers_again_one_goes_first_and_then_all_the_others(world: World, gone: Server) -> None:
    subscriptions = accounts(world, 5)
    put_on(gone, subscriptions)
    ask(world, subscriptions)
    world.hurry()
    world.drain()
    Server.objects.filter(id=gone.id).update(url=own_url())
    circuit.probe(gone.id)
    assert Circuit.objects.get().probe_at is not None  # it is not time yet
    time_to_probe()
    circuit.probe(gone.id)
    assert Circuit.objects.get().probe_at is None
    assert sum(job.line_id is None for job in jobs()) == 1
    world.drain()
    assert [job.state for job in jobs()] == ["done"] * 5
    assert not Circuit.objects.exists()


def test_half_open_it_opens_at_the_first_failure(world: World, gone: Server) -> None:
    fail(gone)
    down_since = Circuit.objects.get().down_since
    Circuit.objects.update(probe_at=None)
    fail(gone, 1)
    opened = Circuit.objects.get()
    assert opened.probe_at is not None
    assert opened.down_since == down_since


def test_what_was_under_way_when_it_opened_adds_nothing_to_the_pause(gone: Server) -> None:
    fail(gone)
    opened = Circuit.objects.get()
    fail(gone, 3)
    after = Circuit.objects.get()
    assert (after.failures, after.probe_at) == (opened.failures, opened.probe_at)


def test_one_that_tells_its_version_and_hangs_at_all_else_is_a_person_s_matter_after_an_hour(
    world: World, gone: Server
) -> None:
    subscriptions = accounts(world, 2)
    put_on(gone, subscriptions)
    fail(gone)
    ask(world, subscriptions)
    Circuit.objects.update(down_since=real_now() - circuit.PATIENCE, probe_at=None)  # half open
    rounds.round_of_upkeep(world.now)
    world.drain()  # the first is tried, and hangs
    world.hurry()
    rounds.round_of_upkeep(world.now)
    world.drain()
    assert [job.state for job in jobs()] == ["needs_person"] * 2


def test_it_is_asked_again_ever_more_slowly(gone: Server) -> None:
    pauses = []
    for _ in range(5):
        if not pauses:
            fail(gone)
        else:
            circuit.failed(gone.id, "no route to host", is_probe=True)
        found = Circuit.objects.get()
        pauses.append(round((found.probe_at - found.failed_at).total_seconds()))
    assert pauses == [15, 30, 60, 60, 60]


def test_one_probe_at_a_time(gone: Server) -> None:
    fail(gone)
    time_to_probe()
    assert [found.server_id for found in circuit.to_probe()] == [gone.id]
    circuit.probe(gone.id)
    assert not circuit.to_probe()
    assert Circuit.objects.get().failures == 4


def test_the_round_of_upkeep_asks_and_lets_the_line_go_on(world: World, gone: Server) -> None:
    subscriptions = accounts(world, 1)
    put_on(gone, subscriptions)
    fail(gone)
    ask(world, subscriptions)
    Server.objects.filter(id=gone.id).update(url=own_url())
    time_to_probe()
    rounds.round_of_upkeep(world.now)
    assert asked_in_the_queue() == [str(gone.id)]
    circuit.probe(gone.id)
    world.drain()
    assert [job.state for job in jobs()] == ["done"]


def asked_in_the_queue() -> list[str]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    waiting = ProcrastinateJob.objects.filter(task_name=circuit.PROBE, status="todo")
    return [job.args["server_id"] for job in waiting]


def test_silence_counts_and_a_no_does_not(gone: Server) -> None:
    for error in (Refused("no such package"), Busy("restarting"), unanswered(Busy("timed out"))):
        with pytest.raises(type(error)), circuit.watched(gone.id):
            raise error
    assert Circuit.objects.get().failures == 1
    with pytest.raises(Refused), circuit.watched(gone.id):
        raise Refused("no such package")
    assert not Circuit.objects.exists()


def test_a_silent_server_is_failing_after_one_time_out(world: World) -> None:
    with silent_machine() as url:
        subscriptions = accounts(world, 1)
        put_on(another_server(url, read_seconds="0.2"), subscriptions)
        ask(world, subscriptions)
    assert Circuit.objects.get().failures >= 1
    assert "ReadTimeout" in Circuit.objects.get().last_error


def test_nothing_else_is_asked_of_a_server_that_is_down(world: World, gone: Server) -> None:
    (subscription,) = accounts(world, 1)
    put_on(gone, [subscription])
    fail(gone)
    service = world.service(subscription)
    for act in (
        lambda: inspect(service, world.now),
        lambda: sign_in_url(service, "192.0.2.7"),
        lambda: set_password(service, "correct horse", by=SYSTEM, at=world.now),
    ):
        with pytest.raises(circuit.Down):
            act()
    assert Circuit.objects.get().failures == circuit.OPENS_AFTER


def test_it_is_told_in_the_log_when_it_goes_and_when_it_comes_back(world: World, gone: Server) -> None:
    with logged() as lines:
        fail(gone, 4)
        circuit.answered(gone.id)
        told = [(line["event"], line["level"]) for line in lines() if line.get("server_id") == str(gone.id)]
    assert told == [
        ("server_silent", "warning"),
        ("server_silent", "warning"),
        ("server_down", "error"),
        ("server_silent", "warning"),
        ("server_answers", "info"),
    ]


def test_after_an_hour_what_waits_for_it_is_a_person_s_matter(world: World, gone: Server) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    put_on(gone, [subscription])
    fail(gone)
    world.pay(change.customer_id, change.invoice_id)
    world.drain()
    assert PlanChange.objects.get().state == "applying"
    Circuit.objects.update(down_since=real_now() - circuit.PATIENCE)
    rounds.round_of_upkeep(world.now)
    world.drain()
    change.refresh_from_db()
    assert (change.state, change.reason) == ("needs_person", "server_down")
    assert WorkItem.objects.get().facts["detail"] == "no route to host"


def test_the_figures_say_which_server_is_left_alone_and_what_waits_for_it(world: World, gone: Server) -> None:
    subscriptions = accounts(world, 4)
    put_on(gone, subscriptions)
    ask(world, subscriptions)
    world.hurry()
    world.drain()
    told = exposition().decode()
    assert 'palier_server_left_alone{server="web2"} 1.0' in told
    assert 'palier_server_left_alone{server="web1"} 0.0' in told
    assert 'palier_server_waiting{server="web2"} 4.0' in told
    assert 'palier_server_failures{server="web2"} 3.0' in told
    assert 'palier_server_acts{server="web2"} 0.0' in told
