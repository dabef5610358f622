"""A real worker of two places, and a server that is dead: what is asked of another server is done as fast as before."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from palier.events.record import SYSTEM
from palier.provisioning.models import Circuit, ProvisioningJob, Server
from palier.provisioning.suspend import resume, suspend
from palier.subscriptions.models import Subscription
from tests.crash.conftest import Worker
from tests.provisioning.servers import accounts, another_server, nobody_there, put_on, silent_machine
from tests.running import eventually
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

#: Far below the time-outs of a silent server (90 s), far above what a busy machine adds.
SOON = 4.0


def seconds_to(act: Callable[..., bool], world: World, subscription: Subscription) -> float:
    """From asking for it until its job is done."""
    act(subscription.customer_id, subscription.id, by=SYSTEM, at=world.now)
    began = time.monotonic()
    jobs = ProvisioningJob.objects.filter(service__subscription=subscription).order_by("-id")
    eventually(lambda: jobs.first().state == "done")
    return time.monotonic() - began


@pytest.mark.parametrize(
    "dead", [silent_machine, lambda: nullcontext(nobody_there())], ids=["silent", "refusing"]
)
def test_one_dead_server_delays_no_other(
    world: World, worker: Worker, dead: Callable[[], AbstractContextManager[str]]
) -> None:
    *many, living = accounts(world, 9)
    with dead() as url, worker("--concurrency", "2"):
        put_on(another_server(url), many)
        before = max(seconds_to(act, world, living) for act in (suspend, resume, suspend, resume))
        for one in many:
            suspend(one.customer_id, one.id, by=SYSTEM, at=world.now)
        # All of them have been picked up: they hang, wait for a place, or were refused.
        waiting = ProvisioningJob.objects.filter(service__subscription__in=many, state="queued")
        eventually(lambda: not waiting.filter(line=None, attempts=0, not_before=None).exists())
        after = max(seconds_to(act, world, living) for act in (suspend, resume, suspend, resume))
    assert after < before + SOON
    assert not ProvisioningJob.objects.filter(service__subscription__in=many, state="done").exists()


def test_no_more_hang_at_once_than_the_policy_of_the_server_says(world: World, worker: Worker) -> None:
    many = accounts(world, 5)
    with silent_machine() as url, worker("--concurrency", "4"):
        put_on(another_server(url, at_once=2), many)
        for one in many:
            suspend(one.customer_id, one.id, by=SYSTEM, at=world.now)
        jobs = ProvisioningJob.objects.filter(verb="suspend")
        eventually(lambda: jobs.filter(line__isnull=False).count() == 3)
        eventually(lambda: jobs.filter(state="running").count() == 2)
        time.sleep(1)  # it would not take longer for a third to begin
        assert jobs.filter(state="running").count() == 2


def test_a_server_that_comes_back_is_found_and_its_line_goes_on(world: World, worker: Worker) -> None:
    """Its first question whether it is back comes after 15 seconds."""
    many = accounts(world, 5)
    living = Server.objects.get(code="web1").url
    gone = another_server(nobody_there())
    put_on(gone, many)
    for one in many:
        suspend(one.customer_id, one.id, by=SYSTEM, at=world.now)
    jobs = ProvisioningJob.objects.filter(verb="suspend")
    with worker("--concurrency", "2"):
        eventually(lambda: Circuit.objects.filter(probe_at__isnull=False).exists(), within=60)
        Server.objects.filter(id=gone.id).update(url=living)
        eventually(lambda: jobs.filter(state="done").count() == 5, within=60)
    assert not Circuit.objects.exists()
