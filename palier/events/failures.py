"""Tasks that the queue has given up: a fault of ours failed every attempt. Seen here, they may be run again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.events.clock import real_now
from palier.events.record import Actor, record


@dataclass(frozen=True, slots=True)
class FailedTask:
    """`number` is the queue's own; `args` the ids it was given; `failed_at` is real time."""

    number: int
    name: str
    args: Mapping[str, Any]
    attempts: int
    failed_at: datetime | None


def across_customers_failed_tasks(limit: int = 100) -> list[FailedTask]:
    """The latest first."""
    failed = ProcrastinateJob.objects.filter(status="failed").annotate(ended_at=Max("procrastinateevent__at"))
    return [
        FailedTask(task.id, task.task_name, task.args, task.attempts, task.ended_at)
        for task in failed.order_by("-id")[:limit]
    ]


@transaction.atomic
def run_again(number: int, *, by: Actor, at: datetime) -> bool:
    """Put a failed task back in the queue; False when it is not there any more, or runs again already."""
    failed = ProcrastinateJob.objects.filter(id=number, status="failed").select_for_update().first()
    if failed is None:
        return False
    app.job_manager.retry_job_by_id(number, retry_at=real_now())
    ids = {name: UUID(str(value)) for name, value in failed.args.items() if name.endswith("_id")}
    customer_id = ids.pop("customer_id", None)
    subject_kind, subject_id = next(iter(ids.items()), ("task", None))
    if subject_id is not None:
        record(
            "task.run_again",
            subject=(subject_kind.removesuffix("_id"), subject_id),
            customer_id=customer_id,
            at=at,
            actor=by,
            facts={"task": failed.task_name, "number": number},
        )
    return True
