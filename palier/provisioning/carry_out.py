"""Carry out a job on a panel, and believe nothing but what is read back.

    claim      the lease on the service, and the job is `running`
    look       a job that may have been sent before is inspected first; nothing is sent twice blindly
    preflight  does today's usage still fit?
    send       written down as sent, then sent
    read back  the panel's own word decides: done, again later, or a person

Each step commits before the next, so that whatever dies is taken up where it stood.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from structlog.contextvars import bound_contextvars

from palier.core.fit import Misfit
from palier.drivers.errors import Busy, PanelError, Refused, Unknown
from palier.drivers.panel import Capability, Panel, Pending, State, differences
from palier.events.clock import real_now
from palier.events.record import record
from palier.events.trace import ids
from palier.provisioning import lease
from palier.provisioning.keep_state import keep_state
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.panels import panel_of
from palier.provisioning.queue_job import wake

log = structlog.get_logger()

#: A panel that stays busy, down or unsure this often is a person's matter: after about four minutes of waiting.
MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Confirmed:
    """The panel, read back, says it is so."""

    state: State | None


@dataclass(frozen=True)
class Again:
    """Try later. `unsure`: something may have been done, so look before sending."""

    reason: str
    unsure: bool
    after: timedelta | None = None
    handle: str = ""


@dataclass(frozen=True)
class NeedsPerson:
    """Trying again will not help. `reason` is a code of words/reasons.py."""

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)
    state: State | None = None


Outcome = Confirmed | Again | NeedsPerson


def carry_out(customer_id: UUID, job_id: UUID, at: datetime) -> None:
    """One attempt at a job. Does nothing for a job that has ended or waits for its time."""
    job = _due(customer_id, job_id)
    if job is None:
        return
    with bound_contextvars(**ids(("provisioning_job", job.id), (job.subject_kind, job.subject_id))):
        _attempt_leased(job, at)


def _attempt_leased(job: ProvisioningJob, at: datetime) -> None:
    try:
        fence = lease.take(job.customer_id, job.service_id)
    except lease.InUse:
        wake(job, timedelta(seconds=2))
        return
    try:
        if not _claim(job):
            return
        outcome = _attempt(job)
        _write(job, fence, outcome, at)
        log.info("job_attempted", verb=job.verb, attempt=job.attempts, state=job.state, reason=job.reason)
    except lease.LeaseLost:
        log.warning("lease_lost")
    finally:
        lease.give_back(job.customer_id, job.service_id, fence)


def _due(customer_id: UUID, job_id: UUID) -> ProvisioningJob | None:
    """The job if there is something to do now. One left `running` by a dead worker is due: the lease tells."""
    jobs = ProvisioningJob.objects.select_related("service__server", "service__subscription")
    job = jobs.get(customer_id=customer_id, id=job_id)
    waiting = job.not_before is not None and job.not_before > real_now()
    return None if waiting or job.state not in ("queued", "running") else job


def _claim(job: ProvisioningJob) -> bool:
    """Mark it running. A job that was running already lost its worker: it may have been sent."""
    job.attempts += 1
    claimed = ProvisioningJob.objects.filter(
        customer_id=job.customer_id, id=job.id, state__in=["queued", "running"]
    ).update(state="running", attempts=job.attempts)
    return bool(claimed)


def _attempt(job: ProvisioningJob) -> Outcome:
    try:
        panel = panel_of(job.service.server)
        if Capability.CHANGE not in panel.capabilities:
            return NeedsPerson("by_hand")
        return _ACTS[job.verb](job, panel)
    except Busy as error:
        return Again("panel_busy", unsure=job.unsure, after=error.retry_after)
    except Refused as error:
        return NeedsPerson("panel_refused", {"detail": error.reason})
    except Unknown:
        return Again("panel_silent", unsure=job.unsure)
    except Exception:
        # A fault of ours must not leave a paid change hanging: it is tried again, and then a person's matter.
        log.exception("job_attempt_failed")
        return Again("unexpected", unsure=job.unsure)


def _change(job: ProvisioningJob, panel: Panel) -> Outcome:
    account = job.service.panel_account
    if job.handle:
        return _follow(job, panel)
    if job.unsure:
        state = panel.inspect(account)
        if not differences(state, job.target):
            return Confirmed(state)
        if job.acts_sent >= 2:
            return _not_as_wanted(job, state)
    wrong = panel.preflight(account, job.target)
    if wrong:
        return NeedsPerson("does_not_fit", {"misfits": [_misfit_json(misfit) for misfit in wrong]})
    _mark_sent(job)
    try:
        answer = panel.change(account, job.target, str(job.id))
    except Busy:
        _mark_unsent(job)
        raise
    if isinstance(answer, Pending):
        return Again("panel_working", unsure=True, after=timedelta(seconds=2), handle=answer.handle)
    return _read_back(job, panel)


def _follow(job: ProvisioningJob, panel: Panel) -> Outcome:
    answer = panel.poll(job.handle)
    if isinstance(answer, Pending):
        return Again("panel_working", unsure=True, after=timedelta(seconds=2), handle=answer.handle)
    return _read_back(job, panel)


def _read_back(job: ProvisioningJob, panel: Panel) -> Outcome:
    try:
        state = panel.inspect(job.service.panel_account)
    except PanelError:
        return Again("panel_silent", unsure=True)
    if differences(state, job.target):
        return _not_as_wanted(job, state)
    return Confirmed(state)


def _not_as_wanted(job: ProvisioningJob, state: State) -> NeedsPerson:
    found = differences(state, job.target)
    nothing_moved = state.plan != job.target.plan
    return NeedsPerson(
        "panel_did_nothing" if nothing_moved else "panel_did_half",
        {"differences": [{"what": one.what, "wanted": one.wanted, "found": one.found} for one in found]},
        state,
    )


def _suspend(job: ProvisioningJob, panel: Panel) -> Outcome:
    panel.suspend(job.service.panel_account, job.subject_kind)
    state = panel.inspect(job.service.panel_account)
    return Confirmed(state) if state.suspended else NeedsPerson("panel_did_nothing", state=state)


def _resume(job: ProvisioningJob, panel: Panel) -> Outcome:
    panel.resume(job.service.panel_account)
    state = panel.inspect(job.service.panel_account)
    return NeedsPerson("panel_did_nothing", state=state) if state.suspended else Confirmed(state)


_ACTS = {"change": _change, "suspend": _suspend, "resume": _resume}


def _mark_sent(job: ProvisioningJob) -> None:
    """Before it is sent: if this worker dies now, the next one looks before it sends."""
    job.acts_sent, job.unsure = job.acts_sent + 1, True
    job.save(update_fields=["acts_sent", "unsure"])


def _mark_unsent(job: ProvisioningJob) -> None:
    """The panel says that nothing was done."""
    job.acts_sent, job.unsure = job.acts_sent - 1, False
    job.save(update_fields=["acts_sent", "unsure"])


@transaction.atomic
def _write(job: ProvisioningJob, fence: int, outcome: Outcome, at: datetime) -> None:
    """What the attempt came to, with what the panel said, in one transaction fenced by the lease."""
    service = lease.locked_holder(job.customer_id, job.service_id, fence)
    if isinstance(outcome, Again) and job.attempts < MOST_ATTEMPTS:
        _try_later(job, outcome)
        return
    if isinstance(outcome, Again):
        outcome = NeedsPerson(outcome.reason)
    if outcome.state is not None:
        keep_state(service, outcome.state, at)
    if isinstance(outcome, Confirmed):
        job.state, job.reason, job.facts = "done", "", {}
    else:
        job.state, job.reason, job.facts = "needs_person", outcome.reason, outcome.facts
    job.handle, job.not_before, job.ended_at = "", None, at
    job.save(update_fields=["state", "reason", "facts", "handle", "not_before", "ended_at"])
    _record(job, service, at)


def _try_later(job: ProvisioningJob, outcome: Again) -> None:
    pause = outcome.after or timedelta(seconds=min(120, 2**job.attempts) * random.uniform(0.75, 1.25))  # noqa: S311
    job.state, job.reason, job.unsure, job.handle = "queued", outcome.reason, outcome.unsure, outcome.handle
    job.not_before = real_now() + pause
    job.save(update_fields=["state", "reason", "unsure", "handle", "not_before"])
    wake(job, pause)


def _record(job: ProvisioningJob, service: Service, at: datetime) -> None:
    record(
        f"job.{job.state}",
        subject=("provisioning_job", job.id),
        customer_id=job.customer_id,
        stream_id=service.subscription_id,
        at=at,
        facts={
            "verb": job.verb,
            "subject_kind": job.subject_kind,
            "subject_id": str(job.subject_id),
            "reason": job.reason,
            **job.facts,
        },
    )


def _misfit_json(misfit: Misfit) -> dict[str, Any]:
    return {
        "resource": misfit.resource,
        "used": misfit.used,
        "limit": misfit.limit,
        "excess": misfit.excess,
    }
