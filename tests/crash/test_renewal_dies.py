"""Processes that renew a few hundred subscriptions: one is killed in the middle, two work at once."""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from palier.billing.models import Invoice
from palier.books import violations
from palier.events.clock import real_now
from palier.events.models import ClockOffset, Event
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.renew import CHUNK, renew_due
from tests.crash.steps import interrupted
from tests.large_host import large_host
from tests.running import eventually
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2026, 12, 7, 15, tzinfo=UTC)
COUNT = 200


@pytest.fixture
def host(world: World) -> World:
    large_host(world.subscribe("web-a"), COUNT - 1)
    return world


def child(act: Callable[[], Any]) -> int:
    connections.close_all()
    number = os.fork()
    if number == 0:
        try:
            act()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return number


def ended(number: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def assert_each_was_billed_once() -> None:
    billed = Period.objects.filter(billed_from_on__month=12)
    assert billed.count() == billed.values("subscription_id").distinct().count() == COUNT
    assert Subscription.objects.count() == COUNT
    assert Event.objects.filter(kind="period.billed", at=DUE).count() == COUNT
    numbers = Invoice.objects.filter(issued_at=DUE).order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"2026-{number:04}" for number in range(2, COUNT + 2)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT event_id) FROM procrastinate_jobs,"
            " jsonb_array_elements_text(args->'event_ids') event_id"
            " WHERE task_name = 'palier.react_to_all' AND status = 'todo'"
        )
        assert cursor.fetchone() == (COUNT, COUNT)
    assert violations() == []


@pytest.mark.parametrize(
    "step",
    [
        "palier.subscriptions.write_bills:Bills.write_but_invoices:after",
        "palier.subscriptions.write_bills:take_numbers:after",
        "palier.subscriptions.renew:_write:after",
    ],
)
def test_one_killed_in_the_middle_loses_and_doubles_nothing(host: World, step: str) -> None:
    def die_in_the_third_chunk() -> None:
        chunks.append(1)
        if len(chunks) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    def renew() -> None:
        setattr(*interrupted(step, by=die_in_the_third_chunk))
        renew_due(host.house, DUE, chunk=40)

    chunks: list[int] = []
    assert ended(child(renew)) == -9
    assert Invoice.objects.filter(issued_at=DUE).count() == 80
    assert renew_due(host.house, DUE, chunk=40).count == COUNT - 80
    assert_each_was_billed_once()


def test_two_share_the_work(host: World, tmp_path: Path) -> None:
    def renew(name: str) -> Callable[[], None]:
        return lambda: (tmp_path / name).write_text(str(renew_due(host.house, DUE, chunk=10).count)) and None

    assert [ended(number) for number in (child(renew("one")), child(renew("two")))] == [0, 0]
    shares = [int((tmp_path / name).read_text()) for name in ("one", "two")]
    assert sum(shares) == COUNT
    assert min(shares) > 0
    assert_each_was_billed_once()


def test_the_command_is_killed_in_the_middle_and_typed_again(world: World, database_url: str) -> None:
    count = 3 * CHUNK
    large_host(world.subscribe("web-a"), count - 1)
    ClockOffset.objects.create(pk=1, offset=DUE - real_now())

    def typed() -> subprocess.Popen[str]:
        environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-m", "palier.entrypoints.cli.main", "renew"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    ahead = Invoice.objects.filter(issued_on=DUE.date())
    killed = typed()
    eventually(lambda: ahead.exists(), within=60)
    killed.kill()
    killed.communicate()
    billed = ahead.count()
    assert killed.returncode == -9
    assert 0 < billed < count

    again = typed()
    said, _ = again.communicate()
    assert again.returncode == 0
    assert f"{count - billed} periods billed" in said
    assert ahead.count() == ahead.values("number").distinct().count() == count
    billed_once = Period.objects.filter(billed_from_on__month=12)
    assert billed_once.count() == billed_once.values("subscription_id").distinct().count() == count
    assert violations() == []
    last, _ = typed().communicate()
    assert "0 periods billed" in last
