"""A world that is lived once for all the tests of a module, in a transaction around theirs.

Each test finds it as it was left: what another wrote is rolled back, the panel is put back, and what they hold are
copies. A module says what is lived by a fixture `lived`, and takes its `world` from `again` (tests/conftest.py). Not
for tests that commit. Where a module says nothing, its `world` is one that has only been built; `Beginning` keeps it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest
from django.db import connection, transaction

from palier.events import clock
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.world import World, build, point_at

T = TypeVar("T")
LiveOnce = Callable[[Callable[[World], T]], "Lived[T]"]
KEPT_OF_AN_ACCOUNT = ("user", "domain", "plan", "suspended", "usage")


@dataclass(frozen=True)
class Lived(Generic[T]):
    """The world, what its living returned, and the panel as it was then."""

    world: World
    found: T
    panel: dict[str, Any]

    def again(self) -> tuple[World, T]:
        control = self.world.panel
        accounts = [
            {name: account[name] for name in KEPT_OF_AN_ACCOUNT}
            for account in self.panel["accounts"].values()
        ]
        control.reset()
        control.seed(self.panel["packages"], accounts)
        return deepcopy((self.world, self.found), {id(control): control})


@contextmanager
def living(panel_machine: Machine, live: Callable[[World], T]) -> Iterator[Lived[T]]:
    point_at(panel_machine.url, PANEL_TOKEN)
    with transaction.atomic():
        world = build(panel_control(panel_machine))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: world.now)
            found = live(world)
        connection.check_constraints()  # What waits for a commit does not wait for a test.
        yield Lived(world, found, world.panel.state())
        transaction.set_rollback(True)


class Beginning:
    """The world as it begins, built once for the tests of a module that follow one another, ask for it and do not
    commit."""

    def __init__(self) -> None:
        self._around = ExitStack()
        self.kept: Lived[None] | None = None

    def keep(self, panel_machine: Machine) -> None:
        if self.kept is None:
            self.kept = self._around.enter_context(living(panel_machine, lambda _world: None))

    def leave(self) -> None:
        """Nothing of it is in the database any more: what comes next begins with none."""
        self.kept = None
        self._around.close()


def has_beginning(test: pytest.Item) -> bool:
    """Does it ask for a world that nobody has lived in, and leave committing alone?"""
    asked: Collection[str] = getattr(test, "fixturenames", ())
    marker = test.get_closest_marker("django_db")
    commits = "transactional_db" in asked or (marker is not None and marker.kwargs.get("transaction", False))
    return "beginning" in asked and not commits
