"""`kill -9` of PostgreSQL at each step from accept to message, while the web and the worker live on.

On a server of this file's own, with the durability of a real one: the others' test server forgets on purpose.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connections

from config.database.cluster import Cluster
from tests import database
from tests.crash.child import Act, client, worker
from tests.crash.steps import CLIENT, INSIDE_THE_SENDING, WORKER, interrupted
from tests.crash.walk import Walk
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "palier_that_dies"


@pytest.fixture(scope="module")
def durable(django_db_setup: None, django_db_blocker: Any) -> Iterator[database.Slot]:
    with django_db_blocker.unblock():
        settings = connections["default"].settings_dict
        before = dict(settings)
        slot = database.Slot(options={})
        settings.update(before)
    yield slot
    slot.release()


@pytest.fixture
def postgresql(durable: database.Slot, transactional_db: None) -> Iterator[Cluster]:
    """The server that will die, with Django connected to a fresh database on it."""
    settings = connections["default"].settings_dict
    before = dict(settings)
    durable.server.clone(NAME)
    database.use(durable.server, NAME)
    yield durable.cluster
    connections["default"].close()
    settings.update(before)


@pytest.fixture
def world(postgresql: Cluster, world: World) -> World:
    """The cast, on the server that will die."""
    return world


@pytest.fixture
def lives_through(postgresql: Cluster, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Live a part of the walk; PostgreSQL dies at the step and comes back as its supervisor brings it back."""

    def lives_through(act: Act, step: str) -> None:
        deaths = []

        def kill() -> None:
            if not deaths:
                assert postgresql.process is not None
                postgresql.process.kill()
                deaths.append(postgresql.process.wait())

        with monkeypatch.context() as patched:
            patched.setattr(*interrupted(step, by=kill))
            with contextlib.suppress(OperationalError, InterfaceError):
                act(walk)
        assert deaths == [-9]
        connections["default"].close()
        postgresql.start(keep_port=True)

    return lives_through


@pytest.mark.parametrize("step", CLIENT)
def test_it_dies_under_a_click_and_the_client_clicks_again(walk: Walk, lives_through: Any, step: str) -> None:
    lives_through(client, step)
    client(walk)
    walk.finish()
    walk.assert_it_ended_once(most_mails=1)


@pytest.mark.parametrize("step", WORKER)
def test_it_dies_under_a_worker_who_takes_the_work_up_again(
    walk: Walk, lives_through: Any, step: str
) -> None:
    client(walk)
    lives_through(worker, step)
    walk.finish()
    # Whoever has claimed a message when its database dies goes on to hand it to the mail server.
    is_sending = step in INSIDE_THE_SENDING or step == "palier.notices.send:_claim:after"
    walk.assert_it_ended_once(most_mails=2 if is_sending else 1)
