"""A real LXD for the tests, in a folder of its own. In CI a machine that cannot run one is a failure, not a skip."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.locks import lock
from config.processes import dies_with_parent
from config.supervisor.ports import first_free
from palier.entrypoints.demo.lxd import needs, traces
from palier.entrypoints.demo.lxd.daemon import STOP, Access, Lxd

PREFIX = "palier-lxd-"


@contextmanager
def running_lxd() -> Iterator["RealLxd"]:
    """Started new, and gone afterwards with all it had."""
    require_lxd()
    forget_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = lock(folder, "held", exclusive=True)
    lxd = Lxd(folder, first_free("127.0.0.1", 18500 + os.getpid() % 1000, set()), dies_with_parent(STOP))
    try:
        yield RealLxd(lxd, lxd.start())
    finally:
        lxd.remove()
        if held is not None:
            held.close()


def require_lxd() -> None:
    """Skips the test where no LXD can run, and fails it in CI; the reason says what is missing."""
    missing = list(needs.missing())
    if (os.cpu_count() or 1) < 2:
        missing.append("a second processor: containers are sold from one to two")
    if not missing:
        return
    reason = f"there can be no LXD here; missing: {'; '.join(missing)}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def forget_abandoned() -> None:
    """What tests that were killed have left: their LXD stopped with them, its folder and mounts may not have."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        held = lock(folder, "held", exclusive=True)
        if held is not None:
            traces.wipe(folder)
            shutil.rmtree(folder, ignore_errors=True)
            held.close()


class RealLxd:
    """`access` is all that a driver is told."""

    def __init__(self, lxd: Lxd, access: Access) -> None:
        self.access = access
        self.lxd = lxd

    def command(self, *words: str, given: str = "") -> str:
        """What `lxc` says, for arrangements that are not the driver's business."""
        told = {**os.environ, "LXD_DIR": str(self.lxd.home), "LXD_CONF": str(self.lxd.folder / "lxc")}
        done = subprocess.run(
            ["lxc", *words], env=told, capture_output=True, text=True, input=given, timeout=60, check=False
        )
        assert done.returncode == 0, f"lxc {' '.join(words)}: {done.stderr.strip()}"
        return done.stdout.strip()

    def inside(self, instance: str, *words: str) -> str:
        """What a command says in the container."""
        return self.command("exec", instance, "--", *words)
