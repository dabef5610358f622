"""One process that must always run: started, watched, started again, stopped with all it has started."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.processes import dies_with_parent

QUICK = 10.0  # seconds; a process that lived less is in trouble, and is started again more and more slowly
SLOWEST = 30.0
LOG_KEPT = 5_000_000


@dataclass
class Child:
    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )
        self.started_at = time.monotonic()

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def forget(self) -> str:
        """After its end: clear away what it had started, plan the next start, and say in words how it ended."""
        assert self.process is not None
        status = self.process.returncode
        self._signal_all(signal.SIGKILL)
        self.process = None
        lived = time.monotonic() - self.started_at
        self.failures = self.failures + 1 if lived < QUICK else 0
        wait = min(SLOWEST, 2.0 ** (self.failures - 1)) if self.failures > 1 else 0.0
        self.start_again_at = time.monotonic() + wait
        return f"was killed (signal {-status})" if status < 0 else f"ended with status {status}"

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.start_again_at

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait_or_kill(self, patience: float) -> None:
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(patience, 0.05))
            self._signal_all(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _signal_all(self, number: signal.Signals) -> None:
        """To the process and whatever it has started: they share a process group, named after it."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
