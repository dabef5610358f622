"""Ask for something to be done on a panel: write the job, and tell the queue its id."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from palier.core.policies import UnknownUsage
from palier.provisioning.ask_person import nobody_need
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.queries import CARRY_OUT, RIVALS


def queue_job(
    service: Service,
    verb: str,
    *,
    subject: tuple[str, UUID],
    package: str = "",
    privileges: str = "",
    limits: Mapping[str, int] | None = None,
    unknown_usage: UnknownUsage = "refuse",
    unsure: bool = False,
    at: datetime,
) -> ProvisioningJob:
    """The new job, in the caller's transaction: it exists, and will run, exactly if that commits.

    It replaces what was asked of the same account before and has not ended: what was left with a person, too. A job
    that is being carried out finds that out by itself. `unsure`: look before sending, it may be so already.
    """
    _replace(service, verb, at)
    job = ProvisioningJob.objects.create(
        customer_id=service.customer_id,
        service=service,
        verb=verb,
        subject_kind=subject[0],
        subject_id=subject[1],
        package=package,
        privileges=privileges,
        limits=dict(limits or {}),
        unknown_usage=unknown_usage,
        unsure=unsure,
        before={
            "package": service.package,
            "privileges": service.privileges,
            "limits": service.limits,
            "suspended": service.suspended,
        },
        queued_at=at,
    )
    wake(job)
    return job


def _replace(service: Service, verb: str, at: datetime) -> None:
    """A change's own job is not touched: it ends with its change."""
    before = ProvisioningJob.objects.select_for_update().filter(
        customer_id=service.customer_id,
        service=service,
        verb__in=RIVALS[verb],
        state__in=["queued", "needs_person"],
    )
    for job in before.exclude(subject_kind="plan_change"):
        job.state, job.ended_at = "cancelled", at
        job.save(update_fields=["state", "ended_at"])
        nobody_need(job, at)


def wake(job: ProvisioningJob, after: timedelta = timedelta(0)) -> None:
    """Have a worker look at the job, now or after some real time. The row says what is to be done, if anything."""
    task = app.configure_task(CARRY_OUT, schedule_in={"seconds": after.total_seconds()} if after else None)
    task.defer(customer_id=str(job.customer_id), job_id=str(job.id))


def wake_forgotten(job: ProvisioningJob) -> None:
    """The same, of a job whose turn may have been lost: once, however often it is found."""
    task = app.configure_task(CARRY_OUT, queueing_lock=f"{CARRY_OUT}:{job.id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(customer_id=str(job.customer_id), job_id=str(job.id))
