"""What the queue holds, done here and now: the story is one transaction, so no worker sees its jobs.

Letters are left in the queue; `leave.py` decides which of them are still worth sending.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from palier.events.record import REACT, REACT_TO_ALL
from palier.provisioning.carry_out import carry_out, carry_out_next
from palier.provisioning.queries import CARRY_OUT
from palier.reactions import react, react_to_all


def do_what_is_queued(at: datetime) -> None:
    """React, and carry out jobs on the panel, until nothing is due."""
    while (job := _taken_from_queue()) is not None:
        name, arguments = job
        if name == REACT:
            react(UUID(arguments["event_id"]))
        elif name == REACT_TO_ALL:
            react_to_all([UUID(event_id) for event_id in arguments["event_ids"]])
        else:
            server_id = carry_out(UUID(arguments["customer_id"]), UUID(arguments["job_id"]), at)
            while server_id is not None:
                server_id = carry_out_next(server_id, at)


def _taken_from_queue() -> tuple[str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs WHERE id = (
                SELECT id FROM procrastinate_jobs
                WHERE status = 'todo' AND task_name = ANY(%s) AND (scheduled_at IS NULL OR scheduled_at <= now())
                ORDER BY id LIMIT 1
            ) RETURNING task_name, args
            """,
            [[REACT, REACT_TO_ALL, CARRY_OUT]],
        )
        row = cursor.fetchone()
    return (row[0], json.loads(row[1])) if row else None
