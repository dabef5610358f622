"""Ask for something to be done on a panel: write the job, and tell the queue its id."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from palier.provisioning.models import ProvisioningJob, Service

#: The queue's name for "carry out this job"; batch/ defines the task.
CARRY_OUT = "palier.carry_out"


def queue_job(
    service: Service,
    verb: str,
    *,
    subject: tuple[str, UUID],
    package: str = "",
    limits: Mapping[str, int] | None = None,
    at: datetime,
) -> ProvisioningJob:
    """The new job, in the caller's transaction: it exists, and will run, exactly if that commits."""
    job = ProvisioningJob.objects.create(
        customer_id=service.customer_id,
        service=service,
        verb=verb,
        subject_kind=subject[0],
        subject_id=subject[1],
        package=package,
        limits=dict(limits or {}),
        queued_at=at,
    )
    wake(job)
    return job


def wake(job: ProvisioningJob, after: timedelta = timedelta(0)) -> None:
    """Have a worker look at the job, now or after some real time. The row says what is to be done, if anything."""
    task = app.configure_task(CARRY_OUT, schedule_in={"seconds": after.total_seconds()} if after else None)
    task.defer(customer_id=str(job.customer_id), job_id=str(job.id))
