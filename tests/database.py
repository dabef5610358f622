"""The tests' database: a server of our own without fsync, one migrated template, a clone for each process.

Each pytest session takes the first free slot under var/test-postgres, so that several sessions can run at
once in one checkout; a slot keeps its template, named by a hash of the migrations, so that only a changed
migration is run again. With xdist the controller holds the slot and its workers connect to it.
"""

import hashlib
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import IO, Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.database.address import PREPARED
from config.database.cluster import HOST, USER, Cluster
from config.locks import lock
from palier.events import always_on

SLOTS = 50

#: Nothing of a test outlives its server, and nothing is there for long enough to be tidied or compiled for.
FORGETFUL = {
    "autovacuum": "off",
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True)
class Server:
    """How to reach the test server, and the name of its migrated template."""

    port: int
    password: str
    template: str

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=HOST, port=self.port, user=USER, password=self.password, dbname="postgres", autocommit=True
        )

    def clone(self, name: str) -> None:
        """A fresh copy of the template under this name; whoever is connected to the old one is cut off."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def as_input(self) -> dict[str, Any]:
        return asdict(self)


class Slot:
    """A test server held by this pytest session, until it is released."""

    def __init__(self, options: dict[str, str] = FORGETFUL) -> None:
        directory, self._lock = _take_free_slot(settings.ROOT / "var" / "test-postgres")
        self.cluster = Cluster(directory, options)
        self.cluster.start()
        self.server = Server(self.cluster.port, self.cluster.password, f"template_{_migrations_hash()}")
        self._ensure_template()

    def release(self) -> None:
        self.cluster.stop()
        self._lock.close()

    def _ensure_template(self) -> None:
        with self.cluster.connect() as connection:
            names = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
            for name in names:
                if str(name).startswith(("template_", "palier_")) and name != self.server.template:
                    connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
        if self.server.template not in names:
            self.cluster.create_database("palier_draft")
            use(self.server, "palier_draft")
            call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
            call_command("createcachetable", verbosity=0)
            always_on.keep_triggers_on()
            connections["default"].close()
            with self.cluster.connect() as connection:
                connection.execute(
                    f'ALTER DATABASE "palier_draft" RENAME TO "{self.server.template}"'.encode()
                )


def use(server: Server, name: str) -> None:
    """Make Django's default connection, now and later, one to this database."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        NAME=name,
        HOST=HOST,
        PORT=str(server.port),
        USER=USER,
        PASSWORD=server.password,
        OPTIONS=dict(PREPARED),
        CONN_MAX_AGE=0,
    )


def url(server: Server, name: str) -> str:
    """The DATABASE_URL of a test database, for a process that a test starts."""
    return f"postgresql://{USER}:{server.password}@{HOST}:{server.port}/{name}"


def _take_free_slot(home: Path) -> tuple[Path, IO[str]]:
    for number in range(SLOTS):
        directory = home / str(number)
        held = lock(directory, "lock", exclusive=True)
        if held is not None:
            return directory, held
    raise RuntimeError(f"All {SLOTS} test servers under {home} are in use.")


def _migrations_hash() -> str:
    """Changes with any migration, any installed package, the models of a room without migrations, and the guards."""
    seen = hashlib.sha256(Path(always_on.__file__).read_bytes())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        if not app.name.startswith("palier."):
            continue
        room = Path(app.path)
        migrations = sorted((room / "migrations").glob("*.py"))
        for path in migrations or sorted(room.glob("models.py")):
            seen.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    for name in sorted(f"{found.name} {found.version}" for found in distributions()):
        seen.update(name.encode())
    return seen.hexdigest()[:16]
