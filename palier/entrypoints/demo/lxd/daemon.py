"""A LXD in a folder: its daemon, on the loopback only, with a pool of btrfs on a file and an image made here.

The folder's path must be short: sockets in it have names of 107 bytes at most. Whoever knows `access` may do
everything on it: it holds the key of the one client that the daemon trusts.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from palier.entrypoints.demo.lxd import image, traces
from palier.entrypoints.demo.lxd.certificates import Identity, new_identity
from palier.entrypoints.demo.lxd.needs import SYSTEM_PATH

START_WITHIN = 30.0
STOP_WITHIN = 12.0
POOL = "palier"
POOL_SIZE = "2GiB"  # a file that takes only what is written
#: A signal that has the daemon stop its containers, and then itself.
STOP = signal.SIGPWR
#: The environment of whoever starts us may name a proxy, and the daemon asks for its image server by itself.
NO_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class CannotStart(Exception):
    """The daemon does not run; the message says why."""


@dataclass(frozen=True)
class Access:
    """How to talk to a LXD: its address, the certificate it shows, and a client that it trusts."""

    url: str
    certificate: str
    client: Identity


class Lxd:
    def __init__(self, folder: Path, port: int, before: Callable[[], None] | None = None) -> None:
        """`before` is called in the daemon's process as it begins: to have it end with ours, for one."""
        self.folder = folder
        self.home = folder / "lxd"
        self.log = folder / "lxd.log"
        self.port = port
        self._before = before
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Access:
        """Start it, as it was left or new. What an earlier start could not clear away is cleared away first."""
        traces.wipe(self.folder)
        self.home.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)  # the root of a container is somebody else here, and must come through
        told = {name: value for name, value in os.environ.items() if name.lower() not in NO_PROXIES}
        told |= {"LXD_DIR": str(self.home), "PATH": f"{told.get('PATH', '')}:{SYSTEM_PATH}"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["lxd"], env=told, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                preexec_fn=self._before,
            )  # fmt: skip
        self._wait_until_it_answers()
        with self._talk() as talk:
            return _made_ready(talk, self.folder, self.port)

    def stop(self) -> None:
        """Every container, the daemon, its mounts and its loop device. The files stay."""
        if self._process is not None:
            self._process.send_signal(STOP)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_WITHIN)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            self._process = None
        traces.wipe(self.folder)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _talk(self) -> httpx.Client:
        transport = httpx.HTTPTransport(uds=str(self.home / "unix.socket"))
        return httpx.Client(transport=transport, base_url="http://lxd", timeout=60, trust_env=False)

    def _wait_until_it_answers(self) -> None:
        give_up_at = time.monotonic() + START_WITHIN
        while time.monotonic() < give_up_at and not self.has_ended:
            with contextlib.suppress(httpx.HTTPError), self._talk() as talk:
                if talk.get("/1.0").is_success:
                    return
            time.sleep(0.05)
        said = self.log.read_text(errors="replace").strip().splitlines()[-3:]
        self.stop()
        raise CannotStart(f"LXD did not start: {' / '.join(said)}")


def _made_ready(talk: httpx.Client, folder: Path, port: int) -> Access:
    """Its pool, its profile, its image and its client, unless they are there."""
    client = new_identity("palier", folder / "client.crt", folder / "client.key")
    _ask(talk, "PUT", "/1.0", {"config": {"core.https_address": f"127.0.0.1:{port}"}})
    if not _there(talk, f"/1.0/storage-pools/{POOL}"):
        _ask(talk, "POST", "/1.0/storage-pools",
             {"name": POOL, "driver": "btrfs", "config": {"size": POOL_SIZE}})  # fmt: skip
        root = {"type": "disk", "path": "/", "pool": POOL}
        # Containers that do not listen to the host's wish to stop are not waited for.
        patience = {"boot.host_shutdown_timeout": "2"}
        _ask(talk, "PUT", "/1.0/profiles/default", {"config": patience, "devices": {"root": root}})
        _ask(talk, "POST", "/1.0/certificates",
             {"type": "client", "name": "palier", "certificate": client.base64_der})  # fmt: skip
    if not _there(talk, f"/1.0/images/aliases/{image.ALIAS}"):
        operation = talk.post("/1.0/images", content=image.packed()).raise_for_status().json()
        fingerprint = _finished(talk, operation)["metadata"]["fingerprint"]
        _ask(talk, "POST", "/1.0/images/aliases", {"name": image.ALIAS, "target": fingerprint})
    shown = _ask(talk, "GET", "/1.0")["environment"]["certificate"]
    return Access(f"https://127.0.0.1:{port}", shown, client)


def _there(talk: httpx.Client, path: str) -> bool:
    return talk.get(path).is_success


def _ask(talk: httpx.Client, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = talk.request(method, path, json=body)
    found: dict[str, Any] = answer.json()
    if not answer.is_success:
        raise CannotStart(f"LXD refused {method} {path}: {found.get('error')}")
    if found.get("type") == "async":
        return _finished(talk, found)
    return found.get("metadata") or {}


def _finished(talk: httpx.Client, operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = talk.get(f"{operation['operation']}/wait").raise_for_status().json()["metadata"]
    if found["status_code"] != 200:
        raise CannotStart(f"LXD: {found['err']}")
    return found
