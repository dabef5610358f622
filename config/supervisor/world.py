"""The demo's world, built once: into a database where nobody can sign in yet."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import prepare


class CannotBuild(Exception):
    """The message ends with what the build has said."""


def needs_building() -> bool:
    if not settings.DEMO or find_spec(settings.DEMO_WORLD) is None:
        return False
    return _unfinished().exists() or prepare.database_is_empty()


def build_beside(environment: dict[str, str]) -> None:
    """Build it in a process of its own, which knows the addresses that this run has chosen. Raises CannotBuild."""
    command = [sys.executable, "-m", "palier.entrypoints.cli.main", "demo", "--yes"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotBuild(
            f"The demo's world could not be built:\n{(done.stdout + done.stderr).strip()[-3000:]}"
        )


def rebuild() -> None:
    """The demo world, new: whatever the database held, or an interrupted build has left, is forgotten."""
    unfinished = _unfinished()
    unfinished.touch()
    if not prepare.database_is_empty():
        _forget_everything()
    import_module(settings.DEMO_WORLD).build()
    unfinished.unlink()


def _forget_everything() -> None:
    """Empty the database, then make its tables again."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _unfinished() -> Path:
    unfinished: Path = settings.VAR / "world-unfinished"
    return unfinished
