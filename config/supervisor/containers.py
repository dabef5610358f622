"""The containers of the demo, beside its other machines: `palier demo --lxd` asks for them, and `palier demo` does
without them again."""

import sys
import time
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from config import containers
from config.locks import lock
from config.supervisor.child import Child
from config.supervisor.ports import first_free

PROCESS = "config.supervisor.lxd_process"
NEEDS = "palier.entrypoints.demo.lxd.needs"
FIRST_PORT = 8443
START_WITHIN = 40.0


def missing() -> tuple[str, ...]:
    """What this machine lacks to run a LXD, in words; empty when it can."""
    if find_spec(NEEDS) is None:
        return ("the demo, which is not installed",)
    found: tuple[str, ...] = import_module(NEEDS).missing()
    return found


def are_wanted() -> bool:
    return settings.DEMO and containers.wish_of(settings.VAR).exists()


def do_run() -> bool:
    return containers.access_of(settings.VAR).exists()


def is_run_up() -> bool:
    """Is there a run to look after them?"""
    held = lock(settings.VAR, "run.lock", exclusive=True)
    if held is not None:
        held.close()
    return held is None


def want() -> None:
    """The run starts them within a moment. Their port stays theirs: it is part of an address that is kept."""
    wish = containers.wish_of(settings.VAR)
    wish.parent.mkdir(parents=True, exist_ok=True)
    if not wish.exists():
        wish.write_text(str(first_free("127.0.0.1", FIRST_PORT, set())))


def do_without() -> None:
    """The run stops them within a moment."""
    containers.wish_of(settings.VAR).unlink(missing_ok=True)


def started() -> bool:
    """Wait for them. False when they do not start."""
    give_up_at = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up_at:
        if do_run():
            return True
        time.sleep(0.1)
    return False


def child(environment: dict[str, str]) -> Child:
    port = containers.wish_of(settings.VAR).read_text().strip()
    folder, access = containers.folder_of(settings.VAR), containers.access_of(settings.VAR)
    asked = ["--port", port, "--folder", str(folder), "--access", str(access)]
    log = settings.VAR / "log" / "containers.log"
    return Child("containers", [sys.executable, "-m", PROCESS, *asked], environment, log)
