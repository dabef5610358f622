"""The harness of every test: the database, the clean-up between tests."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import TransactionTestCase
from pytest_django.plugin import blocking_manager_key

from config import translations
from palier.catalog import snapshot
from palier.entrypoints.demo.card_control import CardControl
from palier.events import clock
from palier.people.queries import provider_at_version
from tests import database
from tests.lived import Beginning, Lived, LiveOnce, has_beginning, living
from tests.machines import (
    CARD_SECRET,
    PANEL_TOKEN,
    Machine,
    card_control,
    panel_control,
    running_card,
    running_panel,
)
from tests.world import World, build, point_at

T = TypeVar("T")
HERE = Path(__file__).parent
LONG = {
    "stories/test_random_lives.py",
    "stories/test_years.py",
    "docs/test_commands.py",
    "crash/test_another_worker.py",
    "crash/test_postgresql_dies.py",
    "crash/test_whatever_dies.py",
    "drivers/test_incus_real.py",
    "entrypoints/demo/test_containers.py",
    "entrypoints/demo/test_world_again.py",
    "ground/test_run.py",
}

_slot: database.Slot | None = None


def _server(config: pytest.Config) -> database.Server:
    """The session's test server, started when it is first needed."""
    global _slot
    if _slot is None:
        with config.stash[blocking_manager_key].unblock():
            _slot = database.Slot()
    return _slot.server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With xdist, in the controller: tell each worker where the one server is."""
    node.workerinput["palier_database"] = _server(node.config).as_input()


def pytest_configure(config: pytest.Config) -> None:
    if "PALIER_SOAK" in os.environ:
        hypothesis.settings.register_profile(
            "soak", max_examples=int(os.environ["PALIER_SOAK"]), deadline=None
        )
        hypothesis.settings.load_profile("soak")
    if not hasattr(config, "workerinput"):
        translations.compile_stale(settings.LOCALE_PATHS[0])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no process is left alone with one of them at the end.

    Each test begins with `begun`, before its own transaction.
    """
    items.sort(key=lambda item: item.path.relative_to(HERE).as_posix() not in LONG)
    for item in items:
        asked: list[str] = getattr(item, "fixturenames", [])  # one list for all the cases of a test
        if "begun" not in asked:
            asked.insert(0, "begun")


def pytest_collection_finish() -> None:
    """What has been read stays until the end: it need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    global _slot
    if _slot is not None:
        _slot.release()
        _slot = None


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> database.Server:
    """The PostgreSQL server of this session."""
    told = getattr(request.config, "workerinput", {}).get("palier_database")
    return database.Server(**told) if told else _server(request.config)


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest) -> str:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return f"palier_{worker}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: database.Server, database_name: str, django_db_blocker: Any
) -> Iterator[None]:
    """One clone of the migrated template for this process, instead of Django's own test database."""
    with django_db_blocker.unblock():
        database_server.clone(database_name)
        database.use(database_server, database_name)
        TransactionTestCase._fixture_teardown = _clone_again(database_server, database_name)  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        database_server.drop(database_name)


def _clone_again(server: database.Server, name: str) -> Any:
    """After a test that commits: a fresh clone, because append-only tables refuse to be emptied."""

    def _fixture_teardown(self: TransactionTestCase) -> None:
        connections["default"].close()
        server.clone(name)

    return _fixture_teardown


@pytest.fixture
def database_url(database_server: database.Server, database_name: str) -> str:
    """The address of this process's test database, for a child process; ask for `transactional_db` too."""
    return database.url(database_server, database_name)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What is kept by the catalogue's version, or by ids, must not outlive the test: the next one counts versions from
    0 again, or begins with the same ids."""
    yield
    snapshot.at_version.cache_clear()
    provider_at_version.cache_clear()
    caches["local"].clear()


@pytest.fixture(scope="session")
def panel_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The demo panel, in a process of its own."""
    with running_panel(tmp_path_factory.mktemp("panel")) as machine:
        yield machine


@pytest.fixture(scope="module")
def beginning(django_db_blocker: Any) -> Iterator[Beginning]:
    """What is kept from one test to the next of the world that they begin with."""
    beginning = Beginning()
    yield beginning
    with django_db_blocker.unblock():
        beginning.leave()


@pytest.fixture
def begun(request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    """First of all the fixtures of every test: the world is there that it shares with others, or none is."""
    beginning = request.getfixturevalue("beginning")
    with django_db_blocker.unblock():
        if has_beginning(request.node):
            request.getfixturevalue("django_db_setup")
            beginning.keep(request.getfixturevalue("panel_machine"))
        else:
            beginning.leave()


@pytest.fixture
def world(beginning: Beginning, panel_machine: Machine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast and the host, on this test's database; see tests/world.py. Ask for the database yourself."""
    point_at(panel_machine.url, PANEL_TOKEN)
    world = beginning.kept.again()[0] if beginning.kept else build(panel_control(panel_machine))
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world


@pytest.fixture(scope="module")
def live_once(django_db_setup: None, django_db_blocker: Any, panel_machine: Machine) -> Iterator[LiveOnce[T]]:
    """For a module's fixture `lived`: has a world lived once for all its tests; see tests/lived.py."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        yield lambda live: stack.enter_context(living(panel_machine, live))


@pytest.fixture
def again(lived: Lived[T], monkeypatch: pytest.MonkeyPatch) -> tuple[World, T]:
    """The lived world as it was left, and what its living returned."""
    world, found = lived.again()
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world, found


@pytest.fixture(scope="session")
def card_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The demo card gateway, in a process of its own."""
    with running_card(tmp_path_factory.mktemp("card")) as machine:
        yield machine


@pytest.fixture
def card(card_machine: Machine, settings: Any) -> CardControl:
    """A card gateway that remembers nothing, and that the product pays with."""
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": card_machine.url, "secret": CARD_SECRET}}
    control = card_control(card_machine)
    control.reset()
    return control
