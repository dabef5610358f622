"""Carry out a job on a panel, and believe nothing but what is read back.

    claim      the lease on the service, a place at its server, and the job is `running` (claim.py)
    attempt    look, preflight, send, read back (attempt.py)
    write      done, again later, or a person's matter

Each step commits before the next, so that whatever dies is taken up where it stood. A job whose server is full, or
down, waits in its line (line.py) and holds no worker: whoever has left a place there goes on with the first.
"""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from structlog.contextvars import bound_contextvars

from palier.core.states import JOB
from palier.events.clock import real_now
from palier.events.here import Here
from palier.events.record import record
from palier.events.trace import ids
from palier.events.write_fields import write_fields
from palier.provisioning import lease
from palier.provisioning.ask_person import ask_person, nobody_need
from palier.provisioning.attempt import Stopped, attempt
from palier.provisioning.circuit import PATIENCE, Down
from palier.provisioning.claim import Claimed, claim, claim_next
from palier.provisioning.keep_state import keep_state
from palier.provisioning.keeper import Lease, keep, leave
from palier.provisioning.line import stand
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.outcomes import Again, Confirmed, NeedsPerson, Outcome
from palier.provisioning.queries import is_wanted, locked_job
from palier.provisioning.tried import with_attempt
from palier.provisioning.wake import wake

log = structlog.get_logger()

#: A panel that stays busy, down or unsure this often is a person's matter: after about four minutes of waiting.
MOST_ATTEMPTS = 8
#: A panel that says so often that it is still working on it is one too: after about twenty minutes.
MOST_POLLS = 60


def carry_out(customer_id: UUID, job_id: UUID, at: datetime, here: Here | None = None) -> UUID | None:
    """One attempt at a job. The server where it was made, and has a place free for the next in line; None when there
    was nothing to do, or nothing that could be done now. `here`: the caller reacts to its end."""
    job = ProvisioningJob(customer_id=customer_id, id=job_id)
    try:
        claimed = claim(customer_id, job_id)
    except lease.Full as full:
        stand(job, full.server_id, "server_full")
    except lease.InUse:
        _come_again(job)
    except Down as down:
        _put_off(job, down, at, here)
    else:
        return _carried_out(claimed, at, here) if claimed else None
    return None


def carry_out_next(server_id: UUID, at: datetime, here: Here | None = None) -> UUID | None:
    """The same, of the first in line at a server."""
    claimed = claim_next(server_id)
    return _carried_out(claimed, at, here) if claimed else None


def _come_again(job: ProvisioningJob) -> None:
    """Another act on this service is under way. If it is this very job, there is nothing left to do."""
    soon = timedelta(seconds=2)
    queued = ProvisioningJob.objects.filter(customer_id=job.customer_id, id=job.id, state="queued")
    if queued.update(not_before=real_now() + soon):
        wake(job, soon)


@transaction.atomic
def _put_off(found: ProvisioningJob, down: Down, at: datetime, here: Here | None) -> None:
    """Its server is down: it waits for it, untried, and no longer than a client can be left without a word."""
    if real_now() - down.since < PATIENCE:
        stand(found, down.server_id, "server_down")
        return
    job = locked_job(found.customer_id, found.id)
    if job.state in ("queued", "running"):
        facts = {"detail": down.reason, "since": down.since.isoformat()}
        _give_up(job, NeedsPerson("server_down", facts), at, here)


def _carried_out(claimed: Claimed, at: datetime, here: Here | None) -> UUID:
    job, held = claimed.job, claimed.held
    with bound_contextvars(**ids(("provisioning_job", job.id), (job.subject_kind, job.subject_id))):
        keep(held)
        is_given_back = False
        try:
            _write(job, held, _attempted(claimed), at, here)
            is_given_back = True
        except Stopped:
            _cancel_unwanted(job, held, at)
        except lease.LeaseLost:
            log.warning("lease_lost")
        finally:
            leave(held)
            if not is_given_back:
                lease.give_back(held)
        log.info("job_attempted", verb=job.verb, attempt=job.attempts, state=job.state, reason=job.reason)
    server_id: UUID = job.service.server_id
    return server_id


def _attempted(claimed: Claimed) -> Outcome:
    """A job whose every worker died is a person's. Raises `LeaseLost` or `Stopped`."""
    if not claimed.is_wanted:
        raise Stopped(str(claimed.job.id))
    if claimed.job.tries > MOST_ATTEMPTS:
        return NeedsPerson("unexpected")
    return attempt(claimed.job, claimed.held)


@transaction.atomic
def _write(job: ProvisioningJob, held: Lease, outcome: Outcome, at: datetime, here: Here | None) -> None:
    """What the attempt came to, with what the panel said, in one transaction that is fenced by the lease and gives it
    back. A job that was taken back meanwhile stays so."""
    if lease.locked_held(held, job.id) == "running":
        _note(job, outcome, at)
        _come_to(job, outcome, at, here)
    lease.give_back(held)


def _come_to(job: ProvisioningJob, outcome: Outcome, at: datetime, here: Here | None) -> None:
    if isinstance(outcome, Again):
        job.polls += 1 if outcome.handle else 0
        if job.tries < MOST_ATTEMPTS and job.polls < MOST_POLLS:
            _try_later(job, outcome)
            return
        outcome = NeedsPerson(outcome.reason, {"detail": outcome.said} if outcome.said else {})
    if outcome.state is not None:
        keep_state(job.service, outcome.state, at)
    if isinstance(outcome, NeedsPerson):
        _give_up(job, outcome, at, here)
        return
    _end(job, "done", at)
    nobody_need(job, at)
    _record(job, at, here)


def _note(job: ProvisioningJob, outcome: Outcome, at: datetime) -> None:
    """Kept with the job; saved with what follows."""
    said = outcome.said if isinstance(outcome, Again) else ""
    if isinstance(outcome, NeedsPerson):
        said = " ".join([outcome.facts.get("detail", ""), *outcome.facts.get("problems", ())]).strip()
    came_to = "done" if isinstance(outcome, Confirmed) else outcome.reason
    job.tried = with_attempt(job.tried, at=at, number=job.attempts, came_to=came_to, said=said)


def _try_later(job: ProvisioningJob, outcome: Again) -> None:
    """A panel that is at work is asked how far it is; any other, ever more slowly. What it called the work is kept."""
    pause = outcome.after or _pause(job, outcome)
    job.state, job.reason, job.unsure = "queued", outcome.reason, outcome.unsure
    job.handle = outcome.handle or job.handle
    job.not_before = real_now() + pause
    write_fields(job, "state", "reason", "unsure", "handle", "polls", "tried", "not_before")
    wake(job, pause)


def _pause(job: ProvisioningJob, outcome: Again) -> timedelta:
    if outcome.handle:
        return timedelta(seconds=min(30, 1 + job.polls))
    return timedelta(seconds=min(120, 2**job.tries) * random.uniform(0.75, 1.25))  # noqa: S311


def _give_up(job: ProvisioningJob, why: NeedsPerson, at: datetime, here: Here | None) -> None:
    """A person must: the change that it was for is handed over by its reaction, anything else is put in the queue."""
    if not is_wanted(job):
        _end(job, "cancelled", at)
        return
    _end(job, "needs_person", at, why)
    ask_person(job, job.service, at)
    _record(job, at, here)


def _end(job: ProvisioningJob, state: str, at: datetime, why: NeedsPerson | None = None) -> None:
    JOB.check(job.state, state)
    job.state, job.reason, job.facts = state, why.reason if why else "", why.facts if why else {}
    job.handle, job.line, job.not_before, job.ended_at = "", None, None, at
    write_fields(
        job, "state", "reason", "facts", "tried", "handle", "line", "polls", "not_before", "ended_at"
    )


@transaction.atomic
def _cancel_unwanted(job: ProvisioningJob, held: Lease, at: datetime) -> None:
    """A request that a later one has replaced is not tried again; one that was taken back stays so."""
    with suppress(lease.LeaseLost):
        if lease.locked_held(held, job.id) == "running":
            _end(job, "cancelled", at)


def _record(job: ProvisioningJob, at: datetime, here: Here | None) -> None:
    record(
        f"job.{job.state}",
        subject=("provisioning_job", job.id),
        customer_id=job.customer_id,
        stream_id=job.service.subscription_id,
        at=at,
        facts=job.told,
        here=here,
    )
