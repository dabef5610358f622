"""The database, for one command: the server that runs already, or our own for as long as the command runs."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections

from config.database.address import settings_of_embedded
from config.database.cluster import DATABASE_NAME, START_WITHIN, Cluster
from config.locks import lock
from config.processes import leave_with_parent


@contextlib.contextmanager
def database_at_hand() -> Iterator[None]:
    """Hold the database while the body runs.

    One lock file says who runs the server; another one who uses it, so that the command which started the
    server stops it only after the last of the others has finished.
    """
    if os.environ.get("PALIER_SUPERVISED"):
        # Not a polite signal: a worker would wait for a database that has gone with the supervisor.
        leave_with_parent(signal.SIGKILL)
    if settings.DATABASE_URL or os.environ.get("PALIER_SUPERVISED"):
        yield
        return
    directory = settings.EMBEDDED_DATABASE_DIR
    with contextlib.ExitStack() as stack:
        _find_or_start(directory, stack)
        users = lock(directory, "uses", exclusive=False)
        assert users is not None
        with users:
            use_embedded(directory)
            yield
            connections.close_all()


def _find_or_start(directory: Path, stack: contextlib.ExitStack) -> None:
    """Leave a server that answers: one that runs, or one of ours that `stack` stops at its end."""
    give_up_at = time.monotonic() + START_WITHIN
    while True:
        runner = lock(directory, "runs", exclusive=True)
        cluster = Cluster(directory)
        if runner is not None:
            stack.callback(runner.close)
            stack.callback(cluster.stop)
            cluster.start()
            cluster.create_database(DATABASE_NAME)
            stack.callback(_wait_for_others, directory)
            return
        try:
            cluster.connect(DATABASE_NAME).close()
            return
        except (psycopg.OperationalError, FileNotFoundError):
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)


def use_embedded(directory: Path) -> None:
    """Point Django's default connection to where the embedded server listens now."""
    connections["default"].close()
    connections["default"].settings_dict.update(settings_of_embedded(directory))


def _wait_for_others(directory: Path) -> None:
    others = lock(directory, "uses", exclusive=True, wait=True)
    if others is not None:
        others.close()
