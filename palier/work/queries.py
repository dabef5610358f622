"""Reading the staff queue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from palier.events.prepared import prepared
from palier.people.models import User
from palier.work.models import WorkItem, WorkNote

Part = Literal["all", "mine", "free"]
OPEN = ("open", "taken")


@dataclass(frozen=True)
class QueueCounts:
    """How many items wait, how many of them are one person's or nobody's, and how many promises are broken."""

    all: int
    mine: int
    free: int
    overdue: int


def across_customers_queue(part: Part = "all", user: User | None = None) -> QuerySet[WorkItem]:
    """What waits for a person, the oldest promise first; `mine` is what `user` has taken."""
    items = WorkItem.objects.filter(state__in=OPEN).select_related("customer", "taken_by")
    if part != "all":
        items = items.filter(taken_by=user if part == "mine" else None)
    return items.order_by(F("promised_by").asc(nulls_last=True), "opened_at", "id")


def across_customers_counts(user: User, at: datetime) -> QueueCounts:
    counts = WorkItem.objects.filter(state__in=OPEN).aggregate(
        all=Count("id"),
        mine=Count("id", filter=Q(taken_by=user)),
        free=Count("id", filter=Q(taken_by=None)),
        overdue=Count("id", filter=Q(promised_by__lt=at)),
    )
    return QueueCounts(**counts)


def open_item_about(customer_id: UUID, subject: tuple[str, UUID], *, lock: bool = False) -> WorkItem | None:
    if not any(item.subject_kind == subject[0] for item in _open_items(customer_id, subject[1])):
        return None  # mostly: said without building the query for it
    items = WorkItem.objects.filter(
        customer_id=customer_id, subject_kind=subject[0], subject_id=subject[1], state__in=OPEN
    )
    if lock:
        items = items.select_for_update(of=("self",))
    return items.select_related("taken_by").first()


@prepared
def _open_items(customer_id: UUID, subject_id: UUID) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(customer_id=customer_id, subject_id=subject_id, state__in=OPEN).only(
        "subject_kind"
    )


def was_asked_about(customer_id: UUID, subject: tuple[str, UUID]) -> bool:
    """Was there ever an item about it, open or closed?"""
    items = WorkItem.objects.filter(customer_id=customer_id, subject_kind=subject[0], subject_id=subject[1])
    return items.exists()


def item_of(customer_id: UUID, item_id: UUID, *, lock: bool = False) -> WorkItem:
    """Raises `WorkItem.DoesNotExist`."""
    items = WorkItem.objects.filter(customer_id=customer_id, id=item_id)
    if lock:
        items = items.select_for_update(of=("self",))
    return items.select_related("customer", "taken_by", "closed_by").get()


def items_of(customer_id: UUID) -> QuerySet[WorkItem]:
    """A customer's items, open and closed, the newest first."""
    return WorkItem.objects.filter(customer_id=customer_id).order_by("-opened_at", "-id")


def notes_on(customer_id: UUID, subject: tuple[str, UUID]) -> QuerySet[WorkNote]:
    """What people left on every item about a subject, the oldest first: an item may close and another be opened."""
    notes = WorkNote.objects.filter(
        customer_id=customer_id, item__subject_kind=subject[0], item__subject_id=subject[1]
    )
    return notes.select_related("by").order_by("at", "id")


def across_customers_open_items(subject_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The open item about each of some subjects, by the subject's id."""
    items = WorkItem.objects.filter(subject_id__in=subject_ids, state__in=OPEN)
    return dict(items.values_list("subject_id", "id"))
