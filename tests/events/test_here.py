"""Reacting where an event was recorded; what a process owes when it dies goes to the queue."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from palier.entrypoints.batch import rounds
from palier.events import here as owed
from palier.events.clock import real_now
from palier.events.here import Here
from palier.events.models import Event, Owed
from palier.events.record import record
from tests.world import NOW

pytestmark = pytest.mark.django_db


def recorded(here: Here) -> UUID:
    with transaction.atomic():
        return record("books.checked", subject=("books", uuid4()), customer_id=None, at=NOW, here=here)


def fail(_event_id: UUID) -> None:
    raise ZeroDivisionError


def in_the_queue(event_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args->>'event_id' = %s",
            [str(event_id)],
        )
        return int(cursor.fetchone()[0])


def test_what_is_reacted_to_here_is_owed_no_more() -> None:
    reacted = list[UUID]()
    here = Here(reacted.append)
    event_id = recorded(here)
    assert Owed.objects.filter(event_id=event_id).exists()
    here.react()
    here.react()
    assert reacted == [event_id]
    assert not Owed.objects.exists()
    assert in_the_queue(event_id) == 0


def test_what_was_rolled_back_is_owed_by_nobody() -> None:
    def react(event_id: UUID) -> None:
        raise Event.DoesNotExist

    here = Here(react)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        recorded(here)
        fail(uuid4())
    here.react()
    assert not Owed.objects.exists()


def test_what_a_dead_process_owes_is_given_to_the_queue_once() -> None:
    event_id = recorded(Here(fail))
    rounds.round_of_upkeep(NOW)
    assert in_the_queue(event_id) == 0  # it may be at it
    Owed.objects.update(since=real_now() - owed.LATE)
    rounds.round_of_upkeep(NOW)
    rounds.round_of_upkeep(NOW)
    assert in_the_queue(event_id) == 1


def test_a_reaction_that_fails_goes_to_the_queue() -> None:
    here = Here(fail)
    event_id = recorded(here)
    here.react()
    assert in_the_queue(event_id) == 1
    assert not Owed.objects.exists()
