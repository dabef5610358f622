"""Chromium for the tests: Debian's, found on this machine. In CI a missing browser is a failure, not a skip."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.running import Palier, free_port

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def chromium() -> str:
    """The browser's path. Skips the test where there is none, and fails it in CI."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), "")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("there is no Chromium: apt install chromium")
    pytest.skip("there is no Chromium: apt install chromium")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Playwright keeps an event loop in this process, which Django would take for ours in every later test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium(), "args": FLAGS}


@pytest.fixture(scope="session")
def palier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palier]:
    """A whole demo of its own, with real processes; `palier.address` is where its pages are."""
    running = Palier(tmp_path_factory.mktemp("browser") / "var", demo=True, port=free_port(18400))
    try:
        yield running.start()
    finally:
        running.forget()
