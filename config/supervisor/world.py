"""The demo's world, built once: into a database where nobody can sign in yet."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import prepare


def needs_building() -> bool:
    if not settings.DEMO or find_spec(settings.DEMO_WORLD) is None:
        return False
    return _unfinished().exists() or prepare.database_is_empty()


def build() -> None:
    """Build it; what a build that was interrupted has left behind is forgotten first."""
    unfinished = _unfinished()
    if unfinished.exists():
        forget_everything()
    unfinished.touch()
    import_module(settings.DEMO_WORLD).build()
    unfinished.unlink()


def rebuild() -> None:
    """The demo world, new: whatever the database held is forgotten."""
    _unfinished().touch()
    build()


def forget_everything() -> None:
    """Empty the database, then make its tables again."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _unfinished() -> Path:
    unfinished: Path = settings.VAR / "world-unfinished"
    return unfinished
