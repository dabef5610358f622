"""Jobs finished a second with an instant panel, against the queue's own rate: tasks that do nothing, same workers.

The workers are real processes with as many places as a host's have, and so has the panel's server. A job is a change of
plan, from the commit that queues it until its panel was read back and it is written as done.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from procrastinate.contrib.django import app

from benchmarks.instant_panel import installed
from palier.events import clock
from palier.provisioning.models import ProvisioningJob, Server, Service
from palier.provisioning.queue_job import queue_job

ROOT = Path(__file__).resolve().parent.parent
GIVE_UP_SECONDS = 120
#: Jobs before anything is measured: threads, connections and statements are then there.
WARM_UP = 50
#: Jobs that are queued one by one, each when the one before is done.
ONE_BY_ONE = 100


@dataclass(frozen=True)
class Rates:
    """A second, by so many workers: finished jobs, and tasks that do nothing."""

    jobs: float
    nothing: float


def measured(
    pairs: list[tuple[UUID, UUID]], folder: Path, at: Any, count: int
) -> tuple[dict[int, Rates], float]:
    """The rates by one and by two workers, and the 95th percentile of the time until a job is picked up, in ms."""
    asked, path = folder / "asked", installed(folder)
    asked.touch()
    server = Server.objects.create(
        code="instant", names={"en": "Instant"}, driver="instant", options={"asked": str(asked)}
    )
    services = iter(_services(server, pairs))
    rates = {}
    for workers in (1, 2):
        with _workers(workers, path):
            _seconds(lambda: _queue([next(services) for _ in range(WARM_UP)], at), _all_done)
            nothing = count / _seconds(lambda: _defer(count), _nothing_left)
            chosen = [next(services) for _ in range(count)]
            jobs = count / _seconds(partial(_queue, chosen, at), _all_done)
            rates[workers] = Rates(jobs, nothing)
    with _workers(1, path):
        waits = sorted(_pick_up(next(services), asked, at) for _ in range(ONE_BY_ONE))
    return rates, waits[ONE_BY_ONE * 95 // 100] * 1000


def wanted(count: int) -> int:
    """How many subscriptions are wanted for that many jobs at a time: none is changed twice."""
    return 2 * (WARM_UP + count) + ONE_BY_ONE


def _services(server: Server, pairs: list[tuple[UUID, UUID]]) -> list[Service]:
    """On that server. All that there are count as measured and compared just now: else the workers would do so."""
    now = clock.now()
    Service.objects.update(compared_at=now, asked_at=now, inspected_at=now)
    ids = [subscription_id for _, subscription_id in pairs]
    services = list(Service.objects.filter(subscription_id__in=ids).select_related("subscription"))
    for number, service in enumerate(services):
        service.account, service.server = f"instant{number}", server
    Service.objects.bulk_update(services, ["account", "server"], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL does by itself within minutes of so many new rows
    return services


@contextmanager
def _workers(count: int, path: Path) -> Iterator[None]:
    """So many, each with four places, when they are ready."""
    environment = {**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "palier.entrypoints.cli.main", "worker"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) for _ in range(count)
    ]
    try:
        _wait(lambda: _number("SELECT count(*) FROM procrastinate_workers") == count)
        _wait(_nothing_left)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _seconds(begin: Callable[[], None], ended: Callable[[], bool]) -> float:
    """From the commit of what is begun: the workers see nothing of it before."""
    began: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: began.append(time.perf_counter()))
        begin()
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself within a minute: else a row is looked for as in the small tables of before.
        cursor.execute(
            "ANALYZE procrastinate_jobs, procrastinate_events, provisioning_provisioningjob, events_event"
        )
    _wait(ended)
    return time.perf_counter() - began[0]


def _wait(until: Callable[[], bool]) -> None:
    give_up_at = time.perf_counter() + GIVE_UP_SECONDS
    while not until():
        if time.perf_counter() > give_up_at:
            raise RuntimeError(f"the workers were not done within {GIVE_UP_SECONDS} s")
        time.sleep(0.02)


def _defer(count: int) -> None:
    """All at once, in one commit."""
    app.tasks["bench.nothing"].batch_defer(*({"number": number} for number in range(count)))


def _nothing_left() -> bool:
    """The rounds that come by themselves count for nothing."""
    left = "queue_name = 'default' AND status IN ('todo', 'doing')"
    return not _number(f"SELECT count(*) FROM procrastinate_jobs WHERE {left}")  # noqa: S608 -- ours


@transaction.atomic
def _queue(services: list[Service], at: Any) -> None:
    for service in services:
        _job(service, at)


def _job(service: Service, at: Any) -> ProvisioningJob:
    return queue_job(
        service, "change", subject=("undone_change", uuid4()), package="after", limits={"disk": 10240}, at=at
    )


def _all_done() -> bool:
    given_up = ProvisioningJob.objects.filter(state="needs_person").first()
    if given_up:
        raise RuntimeError(f"a job was given up: {given_up.reason}, {given_up.facts}")
    return not _number("SELECT count(*) FROM provisioning_provisioningjob WHERE state <> 'done'")


def _pick_up(service: Service, asked: Path, at: Any) -> float:
    """Seconds from the commit that queues a job until its panel is asked."""
    before = asked.stat().st_size
    with transaction.atomic():
        _job(service, at)
    queued_at = time.time()
    _wait(lambda: asked.stat().st_size > before)
    said = float(asked.read_text().split()[-1])
    _wait(_all_done)
    return said - queued_at


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
