"""The demo's world: built once, into a database where nobody can sign in yet, or built again from nothing."""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

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
    """The demo world, new: whatever the database held is forgotten, beside a run too."""
    _unfinished().touch()
    world = import_module(settings.DEMO_WORLD)
    world.rebuild()
    write_secret(settings.VAR / "sign-ins.json", json.dumps(world.SIGN_INS))
    _unfinished().unlink()


def _unfinished() -> Path:
    unfinished: Path = settings.VAR / "world-unfinished"
    return unfinished
