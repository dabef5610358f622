"""Carry out a job on a panel, and believe nothing but what is read back.

    claim      the lease on the service, and the job, as it stands then, is `running`
    attempt    look, preflight, send, read back (attempt.py)
    write      done, again later, or a person's matter

Each step commits before the next, so that whatever dies is taken up where it stood.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from structlog.contextvars import bound_contextvars

from palier.core.states import JOB
from palier.events.clock import real_now
from palier.events.record import record
from palier.events.trace import ids
from palier.provisioning import lease
from palier.provisioning.ask_person import ask_person, nobody_need
from palier.provisioning.attempt import Again, NeedsPerson, Outcome, Stopped, attempt
from palier.provisioning.keep_state import keep_state
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.queries import is_wanted, locked_job
from palier.provisioning.queue_job import wake

log = structlog.get_logger()

#: A panel that stays busy, down or unsure this often is a person's matter: after about four minutes of waiting.
MOST_ATTEMPTS = 8
#: A panel that says so often that it is still working on it is one too: after about twenty minutes.
MOST_POLLS = 60


def carry_out(customer_id: UUID, job_id: UUID, at: datetime) -> None:
    """One attempt at a job. Does nothing for a job that has ended or waits for its time."""
    job = ProvisioningJob.objects.select_related("service").get(customer_id=customer_id, id=job_id)
    if not _is_due(job):
        return
    with bound_contextvars(**ids(("provisioning_job", job.id), (job.subject_kind, job.subject_id))):
        try:
            with lease.leased(customer_id, job.service_id) as fence:
                _attempt_leased(job, fence, at)
        except lease.InUse:
            wake(job, timedelta(seconds=2))


def _is_due(job: ProvisioningJob) -> bool:
    """Is there something to do now? A job left `running` by a dead worker is due: the lease tells."""
    waiting = job.not_before is not None and job.not_before > real_now()
    return not waiting and job.state in ("queued", "running")


def _attempt_leased(found: ProvisioningJob, fence: int, at: datetime) -> None:
    try:
        job = _claim(found, fence, at)
        if job is None:
            return
        try:
            _write(job, fence, attempt(job, fence), at)
        except Stopped:
            _cancel_unwanted(job, fence, at)
        log.info("job_attempted", verb=job.verb, attempt=job.attempts, state=job.state, reason=job.reason)
    except lease.LeaseLost:
        log.warning("lease_lost")


@transaction.atomic
def _claim(found: ProvisioningJob, fence: int, at: datetime) -> ProvisioningJob | None:
    """The job as it stands now that the lease is ours, marked running; None when there is nothing to do any more.

    A job that was running already lost its worker: it may have been sent. One whose every worker died is a person's.
    """
    service = lease.locked_holder(found.customer_id, found.service_id, fence)
    job = locked_job(found.customer_id, found.id)
    if not _is_due(job):
        return None
    if not is_wanted(job, service.subscription.state):
        _end(job, "cancelled", at)
        return None
    if job.tries >= MOST_ATTEMPTS:
        _give_up(job, service, NeedsPerson("unexpected"), at)
        return None
    job.attempts, job.state = job.attempts + 1, "running"
    job.save(update_fields=["attempts", "state"])
    return job


@transaction.atomic
def _write(job: ProvisioningJob, fence: int, outcome: Outcome, at: datetime) -> None:
    """What the attempt came to, with what the panel said, in one transaction fenced by the lease.

    A job that was taken back meanwhile stays so.
    """
    service = lease.locked_holder(job.customer_id, job.service_id, fence)
    if locked_job(job.customer_id, job.id).state != "running":
        return
    if isinstance(outcome, Again):
        job.polls += 1 if outcome.handle else 0
        if job.tries < MOST_ATTEMPTS and job.polls < MOST_POLLS:
            _try_later(job, outcome)
            return
        outcome = NeedsPerson(outcome.reason)
    if outcome.state is not None:
        keep_state(service, outcome.state, at)
    if isinstance(outcome, NeedsPerson):
        _give_up(job, service, outcome, at)
        return
    _end(job, "done", at)
    nobody_need(job, at)
    _record(job, service, at)


def _try_later(job: ProvisioningJob, outcome: Again) -> None:
    """A panel that is at work is asked how far it is; any other, ever more slowly. What it called the work is kept."""
    pause = outcome.after or _pause(job, outcome)
    job.state, job.reason, job.unsure = "queued", outcome.reason, outcome.unsure
    job.handle = outcome.handle or job.handle
    job.not_before = real_now() + pause
    job.save(update_fields=["state", "reason", "unsure", "handle", "polls", "not_before"])
    wake(job, pause)


def _pause(job: ProvisioningJob, outcome: Again) -> timedelta:
    if outcome.handle:
        return timedelta(seconds=min(30, 1 + job.polls))
    return timedelta(seconds=min(120, 2**job.tries) * random.uniform(0.75, 1.25))  # noqa: S311


def _give_up(job: ProvisioningJob, service: Service, why: NeedsPerson, at: datetime) -> None:
    """A person must: the change that it was for is handed over by its reaction, anything else is put in the queue."""
    if not is_wanted(job, service.subscription.state):
        _end(job, "cancelled", at)
        return
    _end(job, "needs_person", at, why)
    ask_person(job, service, at)
    _record(job, service, at)


def _end(job: ProvisioningJob, state: str, at: datetime, why: NeedsPerson | None = None) -> None:
    JOB.check(job.state, state)
    job.state, job.reason, job.facts = state, why.reason if why else "", why.facts if why else {}
    job.handle, job.not_before, job.ended_at = "", None, at
    job.save(update_fields=["state", "reason", "facts", "handle", "polls", "not_before", "ended_at"])


@transaction.atomic
def _cancel_unwanted(job: ProvisioningJob, fence: int, at: datetime) -> None:
    """A request that a later one has replaced is not tried again; one that was taken back stays so."""
    lease.locked_holder(job.customer_id, job.service_id, fence)
    if locked_job(job.customer_id, job.id).state == "running":
        _end(job, "cancelled", at)


def _record(job: ProvisioningJob, service: Service, at: datetime) -> None:
    record(
        f"job.{job.state}",
        subject=("provisioning_job", job.id),
        customer_id=job.customer_id,
        stream_id=service.subscription_id,
        at=at,
        facts=job.told,
    )
