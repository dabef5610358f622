"""All the measures, one after the other, and the table."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from rich.console import Console
from rich.table import Table

django.setup()

from django.conf import settings as django_settings  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks import accepts, jobs, pages, renewals, sampling  # noqa: E402
from benchmarks.operational import click_to_operational  # noqa: E402
from benchmarks.pool import copies  # noqa: E402
from config import prepare  # noqa: E402
from tests.machines import PANEL_TOKEN, panel_control, running_panel  # noqa: E402
from tests.world import World, build, point_at  # noqa: E402

console = Console()
ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, url: str, pgbench: Path) -> None:
    count = int(os.environ.get("PALIER_BENCH_ACCEPTS", "1200"))
    seconds = float(os.environ.get("PALIER_BENCH_SECONDS", "5"))
    table = Table(
        "Measure", "Palier", "Yardstick", "Ratio", "Goal", title="Speed, in one run on this machine"
    )
    with console.status("Preparing the database and the world"):
        for _what, bring_up_to_date in prepare.STEPS:
            bring_up_to_date()
        with running_panel(folder) as machine:
            point_at(machine.url, PANEL_TOKEN)
            world = build(panel_control(machine))
            _measure(world, table, folder, url, pgbench, count, seconds)
    console.print(table)


def _measure(
    world: World, table: Table, folder: Path, url: str, pgbench: Path, count: int, seconds: float
) -> None:
    first = world.subscribe("web-a")
    _measure_renewals(table, url, first, int(os.environ.get("SIZE", "100000")))
    # Before the accepts: what those leave to be chased would be the workers' business too.
    _measure_jobs(world, table, folder, first)
    pool = copies(world.boreale.id, first.id, 2 * count + 1)
    (sample, *_), _pace = accepts.offered(pool[:1], world)
    tokens, offers = accepts.offered(pool[1 : count + 1], world)
    statements = accepts.recorded(*sample, world)
    ours = accepts.accepts_a_second(tokens, world, processes=4)
    text = accepts.script(statements, sample[0], world.alice.id)
    limit = accepts.pgbench_a_second(pgbench, url, text, pool[count + 1 :], 4, folder)
    table.add_row(
        "Accepts a second",
        f"{ours:.0f}",
        f"{limit:.0f} (pgbench, same statements)",
        f"{ours / limit:.2f}",
        "0.3",
    )
    table.add_row("SQL statements of an accept", str(len(statements)), "", "", "16 with the page's own")
    table.add_row("Offers a second (one thread)", f"{offers:.0f}", "", "", "")
    subscription = world.subscribe("web-a", account="second", label="second.example")
    with _child("palier.entrypoints.cli.main", "worker"):
        changed = _paid_up(world, subscription)
        found = click_to_operational(world, changed, 40)
    table.add_row(
        "Click to operational, p50 / p95",
        f"{found[20]:.0f} / {found[38]:.0f} ms",
        "",
        "",
        "500 ms p95, recorded",
    )
    with _served() as address:
        cookie = _cookie(world)
        base = f"/client/services/{subscription.id}/"
        yardstick = pages.pace(f"{address}/bench/one-query/", cookie, seconds)
        for name, path in (("Product page", base), ("Choose page", f"{base}change/")):
            pace = pages.pace(address + path, cookie, seconds)
            table.add_row(
                f"{name}, a second (p95)",
                f"{pace.a_second:.0f} ({pace.p95_ms:.0f} ms)",
                f"{yardstick.a_second:.0f} (one-query page)",
                f"{pace.a_second / yardstick.a_second:.2f}",
                "0.2",
            )
        many = copies(world.boreale.id, first.id, int(os.environ.get("PALIER_BENCH_SAMPLED", "10000")))
        measuring = sampling.measured(address + base, cookie, many, folder, world.now, seconds)
        table.add_row(
            f"Product page, a second, while {len(many):,} services are measured",
            f"{measuring.beside:.0f} ({measuring.sampled:.0f} services a second)",
            f"{measuring.alone:.0f} (without)",
            f"{measuring.beside / measuring.alone:.2f}",
            "0.8",
        )


def _measure_jobs(world: World, table: Table, folder: Path, subscription: Any) -> None:
    count = int(os.environ.get("PALIER_BENCH_JOBS", "800"))
    pool = copies(world.boreale.id, subscription.id, jobs.wanted(count))
    rates, p95_ms = jobs.measured(pool, folder, world.now, count)
    for workers, rate in rates.items():
        table.add_row(
            f"Jobs a second, instant panel, {workers} worker{'s' * (workers > 1)}",
            f"{rate.jobs:.0f}",
            f"{rate.nothing:.0f} (tasks that do nothing)",
            f"{rate.jobs / rate.nothing:.2f}",
            "0.5",
        )
    table.add_row("Until a job is picked up, p95", f"{p95_ms:.0f} ms", "", "", "50 ms, recorded")


def _measure_renewals(table: Table, url: str, subscription: Any, size: int) -> None:
    found = renewals.paces(url, subscription, size)
    statement, one, two, tenth = (found[name].a_second for name in ("statement", "one", "two", "tenth"))
    table.add_row(
        f"Renewals a second, of {size:,}, one process",
        f"{one:,.0f}",
        f"{statement:,.0f} (one statement, same rows)",
        f"{one / statement:.2f}",
        "0.7",
    )
    table.add_row("with two processes", f"{two:,.0f}", f"{one:,.0f} (one process)", f"{two / one:.2f}", "1.5")
    table.add_row(
        f"of {size // 10:,}, one process",
        f"{tenth:,.0f}",
        f"{one:,.0f} (ten times as many)",
        f"{one / tenth:.2f}",
        "1: linear",
    )
    memory = found["one"].megabytes
    table.add_row(
        "Memory of the process, at most",
        f"{memory:,.0f} MB",
        f"{found['tenth'].megabytes:,.0f} MB (of a tenth)",
        f"{memory / found['tenth'].megabytes:.2f}",
        "1, and 250 MB",
    )


def _paid_up(world: World, subscription: Any) -> Any:
    """On Forfait B, paid: from there, down and up again costs nothing."""
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    world.pay(change.customer_id, change.invoice_id)
    while change.state != "done":
        time.sleep(0.05)
        change.refresh_from_db()
    subscription.refresh_from_db()
    return subscription


@contextmanager
def _child(*arguments: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _served() -> Iterator[str]:
    port = "18431"
    with _child("palier.entrypoints.cli.main", "serve", "--port", port):
        address = f"http://127.0.0.1:{port}"
        give_up_at = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{address}/-/health")  # noqa: S310 -- our own server
                break
            except OSError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.1)
        yield address


def _cookie(world: World) -> str:
    client = Client()
    client.force_login(world.alice)
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"
