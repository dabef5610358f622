"""What customers were told of a thing, for staff."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from palier.notices.models import Notice


def told_about(customer_id: UUID, subject_id: UUID) -> QuerySet[Notice]:
    """Every message about a thing, without its text, the oldest first: one a person and event."""
    notices = Notice.objects.filter(customer_id=customer_id, subject_id=subject_id).select_related("user")
    return notices.defer("text", "html").order_by("written_at", "id")


def across_customers_last_told(things: Collection[tuple[UUID, UUID]]) -> dict[UUID, Notice]:
    """The latest message about each of some things (customer, thing), by the thing's id; untold ones are not there."""
    notices = Notice.objects.filter(
        customer_id__in={customer_id for customer_id, _ in things},
        subject_id__in=[thing_id for _, thing_id in things],
    ).defer("text", "html")
    latest = notices.order_by("subject_id", "-written_at", "-id").distinct("subject_id")
    return {notice.subject_id: notice for notice in latest}
