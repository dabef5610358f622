"""Reading the staff queue."""

from uuid import UUID

from django.db.models import F, QuerySet

from palier.work.models import WorkItem


def across_customers_queue() -> QuerySet[WorkItem]:
    """What waits for a person, the oldest promise first."""
    items = WorkItem.objects.filter(state__in=["open", "taken"]).select_related("customer", "taken_by")
    return items.order_by(F("promised_by").asc(nulls_last=True), "opened_at")


def open_item_about(customer_id: UUID, subject: tuple[str, UUID], *, lock: bool = False) -> WorkItem | None:
    items = WorkItem.objects.filter(
        customer_id=customer_id, subject_kind=subject[0], subject_id=subject[1], state__in=["open", "taken"]
    )
    if lock:
        items = items.select_for_update(of=("self",))
    return items.select_related("taken_by").first()


def item_of(customer_id: UUID, item_id: UUID, *, lock: bool = False) -> WorkItem:
    """Raises `WorkItem.DoesNotExist`."""
    items = WorkItem.objects.filter(customer_id=customer_id, id=item_id)
    if lock:
        items = items.select_for_update(of=("self",))
    return items.select_related("customer", "taken_by").get()
