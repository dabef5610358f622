"""Compare every service with its panel now, because a person asked: nobody waits a day to see what they suspect.

What was asked for is a job of the queue from the moment it is asked until it is through. A run comes back after a
moment for as long as it lasts, and whoever finds then that nobody is at it goes on: neither a worker that stops nor one
that is killed loses what was asked for.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from palier.events.alone import alone
from palier.reconciliation.side_by_side import EVERY, Run, compare_side_by_side, lines_before
from palier.subscriptions.bill_period import House

#: The queue's name for "compare everything now"; batch/ defines the task.
COMPARE_NOW = "palier.compare_now"
#: In seconds: how soon it is looked after what was asked for.
COMES_BACK = 20
#: Nothing is begun at a server that has taken so long, in seconds: its rest is left to the runs of each day. With an
#: answer a second that is a server of 1,800 services; one that hangs a little each time would hold what was asked for
#: until tomorrow.
LINE_SECONDS = 1800.0
_LOCK = b"compnow"


def ask_to_compare(at: datetime) -> bool:
    """False when they are being compared already."""
    return not is_comparing() and _queued(at)


def is_comparing() -> bool:
    return ProcrastinateJob.objects.filter(task_name=COMPARE_NOW, status__in=["todo", "doing"]).exists()


def compare_now(asked_at: datetime, *, house: House, at: datetime) -> int:
    """How many were compared, each with what its panel says at this moment: those that were not since it was asked for.
    What was not there is looked for once more.

    Does nothing while another run is under way, in any worker, nor a day later: all was compared by then. Call it
    outside a transaction.
    """
    if at - asked_at >= EVERY:
        return 0
    _queued(asked_at, schedule_in={"seconds": COMES_BACK})
    with alone(_LOCK) as is_alone:
        if not is_alone:
            return 0
        lines = lines_before(asked_at)
        run = Run(house, at, before=asked_at, fresh=timedelta(0), line_seconds=LINE_SECONDS, twice=True)
        compared = compare_side_by_side(lines, run)
        if not lines:
            _through()
    return compared


def _queued(asked_at: datetime, **when: Any) -> bool:
    """False when it is in the queue already."""
    task = app.configure_task(COMPARE_NOW, queue="upkeep", queueing_lock=COMPARE_NOW, **when)
    try:
        with transaction.atomic():
            task.defer(asked_at=asked_at.isoformat())
    except AlreadyEnqueued:
        return False
    return True


def _through() -> None:
    """Nobody need come back."""
    for job_id in ProcrastinateJob.objects.filter(task_name=COMPARE_NOW, status="todo").values_list(
        "id", flat=True
    ):
        app.job_manager.cancel_job_by_id(job_id, delete_job=True)
