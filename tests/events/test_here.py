"""Reacting where an event was recorded, with the queue's turn behind it in case this process dies."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from palier.events.here import Here
from palier.events.record import record
from tests.world import NOW

pytestmark = pytest.mark.django_db


def recorded(here: Here) -> UUID:
    with transaction.atomic():
        return record("books.checked", subject=("books", uuid4()), customer_id=None, at=NOW, here=here)


def turns(event_id: UUID) -> list[bool]:
    """Whether each turn of the event in the queue is for later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scheduled_at > now() FROM procrastinate_jobs WHERE args->>'event_id' = %s",
            [str(event_id)],
        )
        return [row[0] for row in cursor.fetchall()]


def test_what_is_reacted_to_here_leaves_no_turn_in_the_queue() -> None:
    here, reacted = Here(), list[UUID]()
    event_id = recorded(here)

    here.react(reacted.append)

    assert reacted == [event_id]
    assert turns(event_id) == []


def test_until_then_its_turn_comes_later_in_case_this_process_dies() -> None:
    assert turns(recorded(Here())) == [True]


def test_a_reaction_that_fails_keeps_its_turn() -> None:
    here = Here()
    event_id = recorded(here)

    here.react(lambda event_id: 1 / 0)  # type: ignore[arg-type,return-value]

    assert turns(event_id) == [True]
