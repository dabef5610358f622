"""Have a job that was given up tried again: a suspension, say, once the panel is in order."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.states import JOB
from palier.events.record import Actor, record
from palier.provisioning.ask_person import nobody_need
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.wake import wake


@transaction.atomic
def retry_job(customer_id: UUID, job_id: UUID, *, by: Actor, at: datetime) -> bool:
    """False when it needs nobody any more. A change's job is tried again with its change, never alone
    (`plan_changes.by_person.retry`): raises `ValueError` for one. Raises `ProvisioningJob.DoesNotExist`.
    """
    jobs = ProvisioningJob.objects.select_for_update(of=("self",)).select_related("service")
    job = jobs.get(customer_id=customer_id, id=job_id)
    if job.state != "needs_person":
        return False
    if job.subject_kind == "plan_change":
        raise ValueError(f"job {job.id} is tried again with its change")
    JOB.check(job.state, "queued")
    job.state, job.reason, job.facts = "queued", "", {}
    # What was sent may have been done since: it is looked at first, and then sent again.
    job.unsure, job.acts_sent = job.unsure or job.acts_sent > 0, 0
    job.attempts, job.polls, job.ended_at, job.not_before = 0, 0, None, None
    job.save(
        update_fields=[
            *("state", "reason", "facts", "unsure", "acts_sent"),
            *("attempts", "polls", "ended_at", "not_before"),
        ]
    )
    nobody_need(job, at)
    record(
        "job.retried",
        subject=("provisioning_job", job.id),
        customer_id=customer_id,
        stream_id=job.service.subscription_id,
        at=at,
        actor=by,
        facts={"verb": job.verb},
    )
    wake(job)
    return True
