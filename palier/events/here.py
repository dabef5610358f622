"""Reactions that whoever records an event runs itself, right after the commit, instead of waiting for their turn.

Their turn in the queue is there all the same, a little later: it comes when this process dies in between, and is taken
out of the queue when all is done. A reaction may run twice in any case, and finds its work done.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection

from palier.events.models import Event

log = structlog.get_logger()

#: How long the turn in the queue waits: longer than it takes from the commit to the end of the reactions.
SOON = timedelta(seconds=2)


class Here:
    """What was recorded to be reacted to by this process: events, and the numbers of their turns in the queue."""

    def __init__(self) -> None:
        self._turns: list[tuple[UUID, int]] = []

    def note(self, event_id: UUID, turn: int) -> None:
        self._turns.append((event_id, turn))

    def react(self, react: Callable[[UUID], None]) -> None:
        """Call it after the commit. What was rolled back is passed over; what fails has its turn, and runs again."""
        for event_id, turn in self._turns:
            try:
                react(event_id)
            except Event.DoesNotExist:
                continue
            except Exception:
                log.exception("reaction_failed_here", event_id=str(event_id))
            else:
                _take_out(turn)


def _take_out(turn: int) -> None:
    """Unless a worker has it already."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'todo'", [turn])
