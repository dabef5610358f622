"""`palier clock +30d`: let business time pass, in the demo, and watch it go by."""

import argparse
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from rich.progress import BarColumn, Progress, TextColumn

from palier.entrypoints.cli.arguments import duration
from palier.entrypoints.cli.screen import console, errors
from palier.events import clock

LOOK_EVERY_SECONDS = 0.2


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        errors.print("[bold red]Refused.[/] Only the demo's clock can be moved (PALIER_DEMO=1).")
        return 1
    if arguments.by == "reset":
        clock.reset()
    else:
        try:
            clock.let_pass(duration(arguments.by))
        except ValueError as error:
            errors.print(f"[bold red]Not understood.[/] {error}")
            return 2
        if not _a_worker_lives():
            console.print(
                f"Business time will go on to [bold]{clock.heading_for():%Y-%m-%d %H:%M} UTC[/], day by day,"
                " as soon as a worker runs (palier worker)."
            )
            return 0
        _watch()
    console.print(f"Business time is now [bold]{clock.now():%Y-%m-%d %H:%M} UTC[/].")
    return 0


def _a_worker_lives() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [settings.QUEUE_STALLED_SECONDS],
        )
        return bool(cursor.fetchone()[0])


def _watch() -> None:
    """Until the worker has taken business time where it was asked to go."""
    start, until = clock.now(), clock.heading_for()
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=(until - start).total_seconds())
        while (now := clock.now()) < clock.heading_for() - timedelta(seconds=1) and _a_worker_lives():
            progress.update(bar, completed=(now - start).total_seconds(), description=_day(now))
            time.sleep(LOOK_EVERY_SECONDS)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
