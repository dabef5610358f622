"""Ask for something to be done on a panel: write the job, and tell the queue or stand it in line at the server."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from palier.core.policies import UnknownUsage
from palier.provisioning.ask_person import nobody_need
from palier.provisioning.line import look_again, why_wait
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.queries import RIVALS
from palier.provisioning.wake import wake


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
    why = why_wait(service.server_id)
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
        line_id=service.server_id if why else None,
        reason=why,
        queued_at=at,
    )
    if why:
        look_again(service.server_id)
    else:
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
