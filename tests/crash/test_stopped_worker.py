"""A real worker that is told to stop while it compares many services: it does so soon, and what is left is gone on
with."""

import signal
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.entrypoints.batch.tasks import compare_services
from palier.entrypoints.cli.worker import GRACE
from palier.events.clock import real_now
from palier.events.models import ClockOffset
from palier.provisioning.models import Service
from palier.reconciliation.compare_now import COMPARE_NOW, ask_to_compare, is_comparing
from palier.subscriptions.models import Subscription
from tests.crash.conftest import Worker
from tests.provisioning.servers import accounts, another_server, put_on, silent_machine
from tests.running import eventually
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

#: What a busy machine adds.
MARGIN = 5.0


def compared(subscriptions: list[Subscription]) -> int:
    return Service.objects.filter(subscription__in=subscriptions, compared_at__isnull=False).count()


def test_it_ends_what_it_is_comparing_and_begins_nothing_more(world: World, worker: Worker) -> None:
    """Whole, it would take 14 seconds."""
    many = accounts(world, 7)
    world.panel.set_mode("slow", seconds=2, reads=True)
    compare_services.configure().defer(timestamp=0)
    with worker() as process:
        eventually(lambda: compared(many) >= 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(GRACE) == 0
    assert 1 <= compared(many) <= 3


def test_a_silent_server_does_not_keep_it_longer_than_its_grace(world: World, worker: Worker) -> None:
    many = accounts(world, 2)
    with silent_machine() as url:
        put_on(another_server(url), many)
        compare_services.configure().defer(timestamp=0)
        with worker() as process:
            eventually(lambda: Service.objects.filter(lease_until__gt=real_now()).exists())
            process.send_signal(signal.SIGTERM)
            assert process.wait(GRACE + MARGIN) == 0
    assert compared(many) == 0


def test_another_goes_on_with_what_a_killed_one_was_asked_for(world: World, worker: Worker) -> None:
    ClockOffset.objects.create(pk=1, offset=max(world.now - real_now(), timedelta(0)))
    many = accounts(world, 4)
    world.panel.set_mode("slow", seconds=1, reads=True)
    ask_to_compare(max(world.now, real_now()))
    in_its_place = ProcrastinateJob.objects.filter(task_name=COMPARE_NOW, status="doing")
    with worker():
        eventually(lambda: compared(many) >= 1 and not in_its_place.exists())
    assert is_comparing() and compared(many) < 4
    world.panel.set_mode("ok")
    Service.objects.update(lease_until=None)
    world.hurry()
    with worker("--once") as process:  # which ends when all is done, on whatever thread
        assert process.wait(30) == 0
    assert compared(many) == 4 and not is_comparing()
