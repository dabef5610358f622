"""Compare every service with its panel now, because a person asked: nobody waits a day to see what they suspect."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from palier.reconciliation.daily import compare_all
from palier.reconciliation.queries import across_customers_to_compare
from palier.subscriptions.bill_period import House

#: The queue's name for "compare everything now"; batch/ defines the task.
COMPARE_NOW = "palier.compare_now"


def ask_to_compare(at: datetime) -> bool:
    """False when they are being compared already."""
    if is_comparing():
        return False
    task = app.configure_task(COMPARE_NOW, queue="upkeep", queueing_lock=COMPARE_NOW)
    try:
        with transaction.atomic():
            task.defer(asked_at=at.isoformat())
    except AlreadyEnqueued:
        return False
    return True


def is_comparing() -> bool:
    return ProcrastinateJob.objects.filter(task_name=COMPARE_NOW, status__in=["todo", "doing"]).exists()


def compare_now(asked_at: datetime, *, house: House, at: datetime) -> int:
    """How many were compared, each with what its panel says at this moment. Taken up again after its worker has died,
    it goes on with those that were not compared since it was asked for. What was not there is looked for once more at
    the end."""
    compared = compare_all(across_customers_to_compare(asked_at), house=house, at=at, fresh=timedelta(0))
    not_found = across_customers_to_compare(asked_at, missing=True)
    return compared + compare_all(not_found, house=house, at=at, fresh=timedelta(0))
