"""Pages of the client area a second while every service of a host is measured at once, against those without.

`python -m benchmarks.sampling` is the process that measures: all that is due, with as many requests in flight as the
product allows. Its panels are instant but for a pause, as long as a real one takes to tell of one account.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import pages
from benchmarks.instant_panel import installed

ROOT = Path(__file__).resolve().parent.parent
#: Enough servers for all requests in flight, four on each.
SERVERS = 5
PAUSE_SECONDS = "0.1"


@dataclass(frozen=True)
class Found:
    """Pages a second without and with it, and services measured a second."""

    alone: float
    beside: float
    sampled: float


def measured(
    url: str, cookie: str, pairs: list[tuple[UUID, UUID]], folder: Path, at: Any, seconds: float
) -> Found:
    _spread(pairs, folder, at)
    environment = {**os.environ, "PYTHONPATH": f"{installed(folder)}{os.pathsep}{ROOT}"}
    before = pages.pace(url, cookie, seconds).a_second
    command = [sys.executable, "-m", "benchmarks.sampling", at.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it has begun
        beside = pages.pace(url, cookie, seconds).a_second
        if process.poll() is not None:
            raise RuntimeError("the services were measured before the pages were counted: take more of them")
        count, took = map(float, process.communicate(timeout=600)[0].split())
    finally:
        process.kill()
        process.wait()
    if count != len(pairs):
        raise RuntimeError(f"{count:.0f} of {len(pairs)} services were measured")
    # What the machine gives moves from one minute to the next: before and after count alike.
    after = pages.pace(url, cookie, seconds).a_second
    return Found((before + after) / 2, beside, count / took)


def _spread(pairs: list[tuple[UUID, UUID]], folder: Path, at: Any) -> None:
    """Over servers of their own; no other service is due."""
    from palier.provisioning.models import Server, Service

    (folder / "asked").touch()
    Service.objects.update(inspected_at=at, asked_at=at)
    ids = [subscription_id for _, subscription_id in pairs]
    for number in range(SERVERS):
        server = Server.objects.create(
            code=f"sampled{number}",
            names={"en": "Sampled"},
            driver="instant",
            options={"asked": str(folder / "asked"), "pause": PAUSE_SECONDS},
        )
        mine = Service.objects.filter(subscription_id__in=ids[number::SERVERS])
        mine.update(server=server, inspected_at=None, asked_at=None)


def main() -> None:
    from datetime import datetime

    import django

    django.setup()
    from palier.provisioning.sample import sample

    _say("begun")
    began = time.perf_counter()
    count = sample(datetime.fromisoformat(sys.argv[1]), at_once=True)
    _say(f"{count} {time.perf_counter() - began}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
