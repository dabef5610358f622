"""Reading what happened."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from palier.events.models import Event


def events_about(customer_id: UUID, subject_ids: Collection[UUID]) -> QuerySet[Event]:
    """Everything that happened to some things of one customer, in the order it was recorded."""
    events = Event.objects.filter(customer_id=customer_id, subject_id__in=subject_ids)
    return events.order_by("recorded_at", "id")
