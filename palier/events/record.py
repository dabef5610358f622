"""Record an event and queue its reactions, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from palier.events.clock import real_now
from palier.events.copy_in import array_of
from palier.events.here import SOON, Here
from palier.events.keys import new_id
from palier.events.models import Event

#: The queue's name for "run the reactions to this event"; reactions.py defines the task.
REACT = "palier.react"
#: The same for many events of one transaction, and how many go into one task: a task costs more than an event.
REACT_TO_ALL = "palier.react_to_all"
EVENTS_A_TASK = 250


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a `user`, `staff`, the `system` itself, or a `gateway`."""

    kind: str
    id: UUID | None = None


SYSTEM = Actor("system")


def record(
    kind: str,
    *,
    subject: tuple[str, UUID],
    customer_id: UUID | None,
    at: datetime,
    actor: Actor = SYSTEM,
    stream_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    here: Here | None = None,
) -> UUID:
    """Append an event and return its id. `here`: the caller reacts to it itself after the commit (here.py).

    The version is the next of its stream: the stream's counter row is locked until the transaction ends, so
    readers see versions in the order of commits. Raises `TransactionManagementError` outside a transaction,
    because an event without the change it describes (or the reverse) must be impossible.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an event is recorded in the transaction of what it describes"
        )
    event_id = new_id()
    subject_kind, subject_id = subject
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH stream AS (
                INSERT INTO events_stream (id, version) VALUES (%s, 1)
                ON CONFLICT (id) DO UPDATE SET version = events_stream.version + 1
                RETURNING id, version
            )
            INSERT INTO events_event (id, kind, subject_kind, subject_id, customer_id, stream_id, version,
                                      actor_kind, actor_id, at, recorded_at, facts)
            SELECT %s, %s, %s, %s, %s, stream.id, stream.version, %s, %s, %s, %s, %s::jsonb FROM stream
            """,
            [
                stream_id or subject_id,
                event_id, kind, subject_kind, subject_id, customer_id,
                actor.kind, actor.id, at, real_now(), json.dumps(dict(facts or {})),
            ],
        )  # fmt: skip
    queue_reaction(event_id, here)
    return event_id


def queue_reaction(event_id: UUID, here: Here | None = None) -> None:
    later = {"seconds": SOON.total_seconds()} if here else None
    turn = app.configure_task(REACT, queueing_lock=None, schedule_in=later).defer(event_id=str(event_id))
    if here:
        here.note(event_id, turn)


def event_row(
    kind: str,
    *,
    subject: tuple[str, UUID],
    customer_id: UUID | None,
    at: datetime,
    version: int,
    facts: Mapping[str, Any],
) -> Event:
    """An event of the system, in its subject's stream, as a new row that the caller writes with many others."""
    return Event(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        customer_id=customer_id,
        stream_id=subject[1],
        version=version,
        actor_kind=SYSTEM.kind,
        actor_id=SYSTEM.id,
        at=at,
        recorded_at=real_now(),
        facts=dict(facts),
    )


def next_versions(stream_ids: Sequence[str]) -> dict[str, int]:
    """The version of one more event of each of these streams, by stream: their counters stay locked until the
    transaction ends. For the rows of many events (`Event`, `queue_reactions`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO events_stream (id, version) SELECT id, 1 FROM unnest(%s::uuid[]) AS new (id) ORDER BY id
            ON CONFLICT (id) DO UPDATE SET version = events_stream.version + 1
            RETURNING id::text, version
            """,
            [array_of(stream_ids)],
        )
        return dict(cursor.fetchall())


def queue_reactions(event_ids: Sequence[str]) -> None:
    """Queue the reactions to events whose rows the caller has written in this transaction."""
    task = app.configure_task(REACT_TO_ALL, queueing_lock=None)
    for first in range(0, len(event_ids), EVENTS_A_TASK):
        task.defer(event_ids=list(event_ids[first : first + EVENTS_A_TASK]))
