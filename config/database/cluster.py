"""One PostgreSQL server of our own: made once, run as a child on 127.0.0.1, stopped with its owner."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

import psycopg

from config.database import binaries
from config.database.owner import (
    give_to_server,
    is_root,
    let_enter,
    owner_of_server,
    reachable_place,
    write_secret,
)
from config.processes import dies_with_parent

HOST = "127.0.0.1"
USER = "palier"
DATABASE_NAME = "palier"
START_WITHIN = 120.0
RETRY_SHARED_MEMORY = 15.0


class CannotStart(Exception):
    """The server did not start; the message ends with its last words."""


class Cluster:
    """The server whose password, log and address are in `directory`.

    `options` are PostgreSQL settings given on its command line, such as `{"fsync": "off"}`.
    """

    def __init__(self, directory: Path, options: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.options = options or {}
        self.place = reachable_place(directory)
        self.data = self.place / "data"
        self.log = self.place / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = _port_last_time(directory)
        self._programs: binaries.Binaries | None = None

    @property
    def programs(self) -> binaries.Binaries:
        if self._programs is None:
            found = binaries.find()
            self._programs = binaries.copied_for_everyone(found, self.place.parent) if is_root() else found
        return self._programs

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @property
    def password(self) -> str:
        return (self.directory / "password").read_text().strip()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection in autocommit, as the owner of the server. Raises psycopg.OperationalError."""
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=USER,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def create(self) -> None:
        """Make the cluster: complete or not at all, a half-made one from a lost power is thrown away."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.place.mkdir(parents=True, exist_ok=True)
        let_enter(self.place)
        draft = self.place / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.directory / "password"
        write_secret(password, secrets.token_urlsafe(24))
        for_initdb = self.place / "initdb-password"
        write_secret(for_initdb, password.read_text())
        give_to_server(draft, for_initdb)
        try:
            self._initdb(draft, for_initdb)
        finally:
            for_initdb.unlink()
        draft.rename(self.data)

    def _initdb(self, draft: Path, password: Path) -> None:
        provider = ["--locale-provider=builtin"] if self.programs.major >= 17 else []
        command = [
            str(self.programs.directory / "initdb"), "-N", "-D", str(draft), "-U", USER,
            "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--data-checksums",
        ]  # fmt: skip
        # Debian 15 and 16 know no builtin provider; C with UTF-8 sorts the same everywhere.
        owner = owner_of_server()
        locales = [[*provider, "--locale=C.UTF-8"], ["--locale=C"]]
        for locale in locales:
            done = subprocess.run(
                [*command, *locale], capture_output=True, text=True, check=False, cwd="/",
                env=_plain_environment(),
                user=owner.user, group=owner.group, extra_groups=owner.extra_groups,
            )  # fmt: skip
            if done.returncode == 0:
                return
            for left in draft.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        raise CannotStart(f"initdb did not succeed: {done.stderr.strip()[-600:]}")

    def start(self, *, keep_port: bool = False) -> None:
        """Start the server and wait until it answers, on the port of last time if it is free, or must be kept.

        A server killed a moment ago can still hold its shared memory: that is tried again for a while.
        Raises CannotStart.
        """
        if not self.exists:
            self.create()
        if not self.port or not (keep_port or _is_free(self.port)):
            self.port = _free_port()
        give_up_at = time.monotonic() + RETRY_SHARED_MEMORY
        while True:
            self._spawn()
            if self._answers():
                break
            last_words = self._last_words()
            passing = any(words in last_words for words in ("shared memory", "postmaster.pid", "in use"))
            if not passing or time.monotonic() > give_up_at:
                raise CannotStart(f"PostgreSQL did not start: {last_words.strip()}")
            time.sleep(0.2)
        self._tell()

    def _spawn(self) -> None:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            **self.options,
        }
        command = [str(self.programs.directory / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        owner = owner_of_server()
        with self._log_file() as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_plain_environment(),
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGINT),
                user=owner.user, group=owner.group, extra_groups=owner.extra_groups,
            )  # fmt: skip

    def _log_file(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))
        return self.log.open("ab")

    def _answers(self) -> bool:
        """Whether the server answers, waiting while its process lives (a recovery takes its time)."""
        give_up_at = time.monotonic() + START_WITHIN
        while self.is_running and time.monotonic() < give_up_at:
            try:
                self.connect().close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.03)
        return False

    def _last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 800))
            return log.read().decode(errors="replace")

    def _tell(self) -> None:
        """Write where the server listens, for other processes."""
        assert self.process is not None
        told = {"host": HOST, "port": self.port, "pid": self.process.pid, "data": str(self.data)}
        draft = self.directory / f".server.json.{os.getpid()}"
        draft.write_text(json.dumps(told) + "\n")
        draft.replace(self.directory / "server.json")

    def create_database(self, name: str) -> None:
        with self.connect() as connection, contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(f'CREATE DATABASE "{name}"'.encode())

    def stop(self) -> None:
        """Stop at once but cleanly (open transactions are rolled back, what was committed stays)."""
        if self.process is None:
            return
        for ask, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(ask)
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None


def _plain_environment() -> dict[str, str]:
    """PG* variables of the caller, or a foreign LD_LIBRARY_PATH, must not reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _port_last_time(directory: Path) -> int:
    try:
        return int(json.loads((directory / "server.json").read_text())["port"])
    except (FileNotFoundError, KeyError, ValueError):
        return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
