"""Tell the queue of a job: its row says what is to be done, if anything."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.provisioning.models import ProvisioningJob
from palier.provisioning.queries import CARRY_OUT


def wake(job: ProvisioningJob, after: timedelta = timedelta(0)) -> None:
    """Have a worker look at the job, now or after some real time."""
    task = app.configure_task(CARRY_OUT, schedule_in={"seconds": after.total_seconds()} if after else None)
    task.defer(customer_id=str(job.customer_id), job_id=str(job.id))


def wake_forgotten(job: ProvisioningJob) -> None:
    """The same, of a job whose turn may have been lost: once, however often it is found."""
    task = app.configure_task(CARRY_OUT, queueing_lock=f"{CARRY_OUT}:{job.id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(customer_id=str(job.customer_id), job_id=str(job.id))
