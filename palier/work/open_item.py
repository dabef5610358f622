"""Put something in the staff queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from palier.work.models import WorkItem


def open_item(
    customer_id: UUID,
    *,
    subject: tuple[str, UUID],
    reason: str,
    facts: dict[str, Any],
    promised_by: datetime | None,
    at: datetime,
) -> WorkItem:
    """A new item. Raises `IntegrityError` when the subject has an open one: nobody is asked twice."""
    return WorkItem.objects.create(
        customer_id=customer_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        reason=reason,
        facts=facts,
        promised_by=promised_by,
        opened_at=at,
    )
