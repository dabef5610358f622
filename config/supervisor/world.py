"""The demo's world: built once, into a database where nobody can sign in yet, or built again from nothing."""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import prepare
from config.database.owner import write_secret


def build_once() -> bool:
    """Build it unless it is there; what an interrupted build has left is forgotten first. Whether it was built."""
    if find_spec(settings.DEMO_WORLD) is None:
        return False
    if not _unfinished().exists() and not prepare.database_is_empty():
        return False
    rebuild()
    return True


def rebuild() -> None:
    """The demo world, new: whatever the database held is forgotten."""
    _unfinished().touch()
    if not prepare.database_is_empty():
        _forget_everything()
    world = import_module(settings.DEMO_WORLD)
    world.build()
    write_secret(settings.VAR / "sign-ins.json", json.dumps(world.SIGN_INS))
    _unfinished().unlink()


def _forget_everything() -> None:
    """Empty the database, then make its tables again."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _unfinished() -> Path:
    unfinished: Path = settings.VAR / "world-unfinished"
    return unfinished
