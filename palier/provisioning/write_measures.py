"""Write what panels said of many services, in one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from palier.drivers.panel import State
from palier.events.clock import real_now
from palier.provisioning.keep_state import kept
from palier.provisioning.models import Service


@dataclass(frozen=True)
class Answer:
    """What came of asking: the state, or that there is no such account, or nothing. `service` was read before."""

    service: Service
    state: State | None = None
    is_missing: bool = False


#: Only where nobody has held the lease since: what was asked before or during an act is not what is there now.
_WRITE = """
    UPDATE provisioning_service service SET
        asked_at = %(at)s,
        missing_at = CASE WHEN found.is_missing THEN %(at)s WHEN found.kept IS NULL THEN missing_at END,
        inspected_at = CASE WHEN found.kept IS NULL THEN inspected_at ELSE %(at)s END,
        package = coalesce(found.kept ->> 'package', package),
        privileges = coalesce(found.kept ->> 'privileges', privileges),
        suspended = coalesce((found.kept ->> 'suspended')::boolean, suspended),
        limits = coalesce(found.kept -> 'limits', limits),
        usage = coalesce(found.kept -> 'usage', usage),
        grows_only = coalesce(found.kept -> 'grows_only', grows_only),
        room = coalesce(found.kept -> 'room', room)
    FROM jsonb_to_recordset(%(found)s::jsonb) AS found(
        customer_id uuid, id uuid, fence bigint, is_missing boolean, kept jsonb
    )
    WHERE service.customer_id = found.customer_id AND service.id = found.id AND service.fence = found.fence
        AND (service.lease_until IS NULL OR service.lease_until <= %(now)s)
    RETURNING found.kept IS NOT NULL
"""


def write_measures(answers: Sequence[Answer], at: datetime) -> int:
    """How many were measured and written."""
    if not answers:
        return 0
    found = json.dumps([_row(answer) for answer in answers])
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"found": found, "at": at, "now": real_now()})
        return sum(bool(row[0]) for row in cursor.fetchall())


def _row(answer: Answer) -> dict[str, Any]:
    service = answer.service
    return {
        "customer_id": str(service.customer_id),
        "id": str(service.id),
        "fence": service.fence,
        "is_missing": answer.is_missing,
        "kept": kept(answer.state, service.server) if answer.state else None,
    }
