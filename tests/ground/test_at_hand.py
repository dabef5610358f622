"""The database of a command typed by itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.database.owner import reachable_place
from tests.running import eventually

ROOT = Path(__file__).resolve().parents[2]

HOLD = """
import sys
from config.database.at_hand import database_at_hand
from django.db import connection
with database_at_hand():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('port')")
        print("holds", *cursor.fetchone(), flush=True)
    sys.stdin.readline()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    print("done", flush=True)
"""


@pytest.fixture
def var(tmp_path):
    yield tmp_path / "var"
    place = reachable_place(tmp_path / "var" / "postgres")
    if place != tmp_path / "var" / "postgres":
        shutil.rmtree(place.parent, ignore_errors=True)


def start(var):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "PALIER_VAR": str(var), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, env={**kept, **settings},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_who_started_the_server_stops_it_after_the_last_who_uses_it(var):
    first = start(var)
    port = first.stdout.readline()
    second = start(var)
    assert second.stdout.readline() == port
    first.stdin.write("\n")
    first.stdin.flush()
    assert first.stdout.readline() == "done\n"
    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(1)  # for the second, which still uses it
    assert second.communicate("\n")[0] == "done\n"
    assert eventually(lambda: first.poll() is not None)
    assert first.returncode == 0
