"""The demo's machines as real processes, and a merchant that hears call-backs."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.panel_control import PanelControl

PANEL_TOKEN = "a-panel-token-nobody-may-see"
CARD_SECRET = "a-card-secret-nobody-may-see"

HOSTING = {
    "forfait_a": {"disk": 10240, "bandwidth": 102400, "mailboxes": 5, "databases": 1, "sites": 1},
    "forfait_b": {"disk": 25600, "bandwidth": 256000, "mailboxes": 25, "databases": 5, "sites": 3},
    "forfait_d": {"disk": 102400, "mailboxes": 100},
}


class Machine:
    """One demo server. Killed and started again, it keeps its address and its state."""

    url: str
    port: int

    def __init__(self, module: str, state: Path, environment: dict[str, str]) -> None:
        self._module = f"palier.entrypoints.demo.{module}"
        self._state = state
        self._environment = {**os.environ, **environment}
        self.start(port=0)

    def start(self, port: int | None = None) -> None:
        asked = ["--port", str(self.port if port is None else port), "--state", str(self._state)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module, *asked],
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]
        self.port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        self._stop(signal.SIGKILL)

    def stop(self) -> int:
        return self._stop(signal.SIGTERM)

    def _stop(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self._process.wait(timeout=5)


@contextmanager
def running_panel(folder: Path) -> Iterator[Machine]:
    machine = Machine("panel_server", folder / "panel.json", {"PALIER_DEMO_PANEL_TOKEN": PANEL_TOKEN})
    try:
        yield machine
    finally:
        machine.kill()


@contextmanager
def running_card(folder: Path) -> Iterator[Machine]:
    machine = Machine("card_server", folder / "card.json", {"PALIER_DEMO_CARD_SECRET": CARD_SECRET})
    try:
        yield machine
    finally:
        machine.kill()


def panel_control(machine: Machine) -> PanelControl:
    return PanelControl(machine.url, PANEL_TOKEN)


def card_control(machine: Machine) -> CardControl:
    return CardControl(machine.url, CARD_SECRET)


@dataclass
class Merchant:
    """Hears call-backs. `says` holds the statuses of the next answers; then it says 200."""

    url: str
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    says: list[int] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        with self._news:
            self.heard.append((headers, body))
            self._news.notify_all()
            return self.says.pop(0) if self.says else 200

    def wait_for(self, count: int, seconds: float = 5) -> list[tuple[dict[str, str], bytes]]:
        """The first `count` call-backs, in the order of their coming."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, seconds), self.heard
            return self.heard[:count]


@contextmanager
def listening_merchant() -> Iterator[Merchant]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(merchant.hear(dict(self.headers), body))
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        merchant = Merchant(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield merchant
        server.shutdown()
