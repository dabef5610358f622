"""Record an event and queue its reactions, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from palier.events.clock import real_now
from palier.events.copy_in import array_of
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


class Reacting(Protocol):
    """Who reacts itself to what is recorded (here.py)."""

    def note(self, event_id: UUID) -> None: ...


def record(
    kind: str,
    *,
    subject: tuple[str, UUID],
    customer_id: UUID | None,
    at: datetime,
    actor: Actor = SYSTEM,
    stream_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    here: Reacting | None = None,
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
                INSERT INTO events_stream (id, version) VALUES (%(stream)s, 1)
                ON CONFLICT (id) DO UPDATE SET version = events_stream.version + 1
                RETURNING id, version
            ), owed AS (
                INSERT INTO events_owed (event_id, since) SELECT %(id)s, %(now)s WHERE %(here)s
            )
            INSERT INTO events_event (id, kind, subject_kind, subject_id, customer_id, stream_id, version,
                                      actor_kind, actor_id, at, recorded_at, facts)
            SELECT %(id)s, %(kind)s, %(subject_kind)s, %(subject_id)s, %(customer)s, stream.id, stream.version,
                   %(actor_kind)s, %(actor_id)s, %(at)s, %(now)s, %(facts)s::jsonb FROM stream
            """,
            {
                "stream": stream_id or subject_id,
                "id": event_id,
                "kind": kind,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "customer": customer_id,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "at": at,
                "now": real_now(),
                "facts": json.dumps(dict(facts or {})),
                "here": here is not None,
            },
        )
    if here is None:
        queue_reaction(event_id)
    else:
        here.note(event_id)
    return event_id


def queue_reaction(event_id: UUID) -> None:
    app.configure_task(REACT, queueing_lock=None).defer(event_id=str(event_id))


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
