"""`kill -9` of the web and of the worker at each step from accept to message: the change still ends, once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.crash.steps import CLIENT, INSIDE_THE_SENDING, WORKER
from tests.crash.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)

Run = Callable[..., int]


@pytest.fixture
def run(walk: Walk, database_url: str) -> Run:
    """Live a part of the walk in a process of its own, perhaps to its death at a step."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PALIER_CRASH": json.dumps(walk.told),
    }

    def run(act: str, step: str = "-") -> int:
        command = [sys.executable, "-m", "tests.crash.child", act, step]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, -9), done.stderr
        return done.returncode

    return run


@pytest.mark.parametrize("step", CLIENT)
def test_the_web_dies_and_the_client_clicks_again(walk: Walk, run: Run, step: str) -> None:
    assert run("client", step) == -9
    assert run("client") == 0
    walk.finish()
    walk.assert_it_ended_once(most_mails=1)


@pytest.mark.parametrize("step", WORKER)
def test_the_worker_dies_and_another_takes_over(walk: Walk, run: Run, step: str) -> None:
    assert run("client") == 0
    assert run("worker", step) == -9
    walk.finish()
    walk.assert_it_ended_once(most_mails=2 if step in INSIDE_THE_SENDING else 1)
