"""A whole Palier of its own for a test: real processes, in a directory and on a port of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx
import psycopg

from config.database.cluster import Cluster
from config.database.owner import reachable_place
from config.supervisor.ports import is_free

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
ADDRESS = re.compile(r"Palier is ready: (\S+)")


def eventually(look: Callable[[], T], within: float = 30) -> T:
    """What `look` returns, as soon as it is true; the last failure when it never is."""
    give_up_at = time.monotonic() + within
    while True:
        last: Exception | None = None
        try:
            found = look()
            if found:
                return found
        except (AssertionError, httpx.HTTPError, OSError, psycopg.Error) as error:
            last = error
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {within} s") from last
        time.sleep(0.05)


class Palier:
    """`palier run`, with its data in `var`."""

    def __init__(
        self, var: Path, *, demo: bool, port: int = 18000, environment: dict[str, str] | None = None
    ):
        self.var = var
        self.port = port
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PALIER_", "DJANGO_"))
            },
            "PALIER_VAR": str(var),
            "PALIER_DEMO": "1" if demo else "0",
            **(environment or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.output = var.with_name(f"{var.name}.out")

    def start(self) -> "Palier":
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "palier.entrypoints.cli.main", "run", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        eventually(lambda: self.process.poll() is not None or ADDRESS.search(self.said), within=180)
        assert self.process.poll() is None, self.said
        return self

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def address(self) -> str:
        found = ADDRESS.search(self.said)
        assert found, self.said
        return found[1]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", timeout=10)

    def connect(self) -> psycopg.Connection:
        return Cluster(self.var / "postgres").connect("palier")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`palier ...`, typed beside the run."""
        return subprocess.run(
            [sys.executable, "-m", "palier.entrypoints.cli.main", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def pid_of(self, words: str) -> int:
        """The process that the supervisor has started with these words on its command line."""
        assert self.process is not None
        children = [pid for pid, parent in _parents().items() if parent == self.process.pid]
        found = [pid for pid in children if words in command_line(pid)]
        assert len(found) == 1, f"{words}: {found}"
        return found[0]

    def all_pids(self) -> set[int]:
        """Every process that belongs to this run, whoever its parent is now."""
        places = (str(self.var), str(reachable_place(self.var / "postgres")))
        told = {pid: command_line(pid) + _environment(pid) for pid in _parents() if pid != os.getpid()}
        return {pid for pid, words in told.items() if any(place in words for place in places)}

    def kill(self, words: str) -> int:
        pid = self.pid_of(words)
        os.kill(pid, signal.SIGKILL)
        return pid

    def forget(self) -> None:
        """Stop what runs and remove what it has left, outside the test's directory too."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        outside = reachable_place(self.var / "postgres").parent
        shutil.rmtree(outside, ignore_errors=True)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(30)


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    return parents


def command_line(pid: int) -> str:
    return _read(pid, "cmdline")


def _environment(pid: int) -> str:
    return _read(pid, "environ")


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def free_port(wanted: int) -> int:
    """One that nobody listens on; whoever is told to use it marks it."""
    return next(port for port in range(wanted, wanted + 200) if is_free("127.0.0.1", port))
