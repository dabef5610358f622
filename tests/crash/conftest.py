"""The walk that is interrupted."""

from pathlib import Path
from typing import Any

import pytest

from tests.crash.walk import Walk
from tests.machines import CARD_SECRET, Machine
from tests.world import World


@pytest.fixture
def walk(world: World, card_machine: Machine, tmp_path: Path, settings: Any) -> Walk:
    """Its messages are files, one folder for those from before the first click."""
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": card_machine.url, "secret": CARD_SECRET}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "before")
    walk = Walk(world, card_machine, tmp_path / "mail")
    settings.EMAIL_FILE_PATH = str(walk.mail)
    return walk
