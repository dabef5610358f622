"""Reactions that whoever records an event runs itself, right after the commit, instead of waiting for their turn.

They are owed until they have run: a row says so from the commit on, and the round of upkeep gives the queue what a dead
process owes. A reaction may run twice in any case, and finds its work done.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from palier.events.lazily import LAZILY
from palier.events.models import Event, Owed
from palier.events.record import queue_reaction

log = structlog.get_logger()

#: Longer than it takes from the commit to the end of the reactions. Real time.
LATE = timedelta(seconds=10)


class Here:
    """The events that this process has recorded, and to which it reacts itself with `react`."""

    def __init__(self, react: Callable[[UUID], None]) -> None:
        self._react = react
        self._owed: list[UUID] = []

    def note(self, event_id: UUID) -> None:
        self._owed.append(event_id)

    def react(self) -> None:
        """Call it after the commit. What was rolled back is passed over; what fails goes to the queue."""
        owed, self._owed = self._owed, []
        for event_id in owed:
            try:
                self._react(event_id)
            except Event.DoesNotExist:
                continue
            except Exception:
                log.exception("reaction_failed_here", event_id=str(event_id))
                hand_over(event_id)
            else:
                _settle(event_id)


def owed_too_long(now: datetime) -> Iterator[UUID]:
    """The events whose reactions a dead process owes; `now` is real time."""
    late = Owed.objects.filter(since__lte=now - LATE).order_by("since")
    return iter(late.values_list("event_id", flat=True)[:500])


@transaction.atomic
def hand_over(event_id: UUID) -> None:
    """Give the queue what is owed, once."""
    if _settle(event_id):
        queue_reaction(event_id)


def _settle(event_id: UUID) -> bool:
    """It is owed no more. False when another has settled it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM events_owed WHERE event_id = %s RETURNING {LAZILY}", [event_id])  # noqa: S608
        return bool(cursor.rowcount)
