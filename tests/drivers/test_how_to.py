"""The page on writing a driver, followed to the letter: its package is installed, found, and held to the contract."""

import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from palier.catalog.file.entries import ServerEntry
from palier.drivers import registry
from palier.drivers.panel import Panel
from tests.drivers.panel_contract import PanelContract

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/write-a-driver.md").read_text("utf-8")
PYPROJECT, MODULE, TEST, SERVERS = (
    block
    for kind, number in (("toml", 0), ("python", 0), ("python", 1), ("yaml", 0))
    for block in [re.findall(rf"```{kind}\n(.+?)```", PAGE, re.DOTALL)[number]]
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with that of the page in it, as pip leaves it: the module, and what is known of it."""
    project = tomllib.loads(PYPROJECT)["project"]
    name = project["name"].replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE, "utf-8")
    about = tmp_path / f"{name}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = [
        f"[{group}]\n" + "".join(f"{driver} = {place}\n" for driver, place in found.items())
        for group, found in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(points))
    return tmp_path


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(site))
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    """What is installed is looked for once in the life of a process."""
    registry.panel_drivers.cache_clear()
    registry.panel_class.cache_clear()
    sys.modules.pop("palier_example", None)


@pytest.mark.usefixtures("installed")
def test_the_package_of_the_page_is_found_by_its_name() -> None:
    example = registry.panel("example", "http://127.0.0.1:9", {"token": "secret"})

    assert type(example).__module__ == "palier_example" and Panel in type(example).__mro__
    assert registry.lacking("example", "http://127.0.0.1:9", {}) == ("token",)


def test_without_the_package_there_is_no_such_driver() -> None:
    assert "example" not in registry.panel_drivers()


@pytest.mark.usefixtures("installed")
def test_a_server_of_the_catalogue_may_say_its_name() -> None:
    (written,) = yaml.safe_load(SERVERS)["servers"].values()

    server = ServerEntry.model_validate({**written, "name": {"en": written["name"]}}, context=None)

    assert server.driver == "example"


@pytest.mark.usefixtures("installed")
def test_it_keeps_the_promise_to_the_parameter() -> None:
    example = registry.panel_class("example")

    verbs = {name: verb for name, verb in vars(Panel).items() if inspect.isfunction(verb) and name[0] != "_"}
    for name, verb in verbs.items():
        assert list(inspect.signature(getattr(example, name)).parameters) == list(
            inspect.signature(verb).parameters
        )


def test_its_own_tests_hold_it_to_the_contract(site: Path) -> None:
    """With the command that the page types, and every test of the contract has run."""
    tests = site / "test_example.py"
    tests.write_text(TEST, "utf-8")
    (typed,) = re.findall(r"^\.venv/bin/python (-m pytest .*)$", PAGE, re.MULTILINE)
    command = typed.replace("../palier-example", str(tests)).split()

    ran = subprocess.run(
        [sys.executable, *command, "-v"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    held = [name for name in vars(PanelContract) if name.startswith("test_")]
    assert sorted(re.findall(r"::(test_\w+) PASSED", ran.stdout)) == sorted(held)
