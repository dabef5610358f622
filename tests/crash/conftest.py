"""The walk that is interrupted, and real workers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
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


Worker = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]


@pytest.fixture
def worker(database_url: str) -> Worker:
    """`palier worker`, with these arguments, until the block ends: then it is killed."""
    environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "palier.entrypoints.cli.main", "worker"]

    @contextmanager
    def worker(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [*command, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    return worker
