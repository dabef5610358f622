"""One attempt at a job, by its panel: what it came to.

look       a job that may have been sent before is inspected first; nothing is sent twice blindly
preflight  does today's usage still fit?
send       written down as sent, if the lease is still held and the job still wanted; then sent
read back  the panel's own word decides: done, again later, or a person
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction

from palier.core.fit import Misfit, misfit_json
from palier.drivers.errors import Busy, PanelError, Refused, Unknown
from palier.drivers.panel import Capability, Panel, Pending, State, differences
from palier.drivers.panel import Outcome as Answer
from palier.provisioning import lease
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.panels import panel_of
from palier.provisioning.preflight import in_the_way
from palier.provisioning.queries import is_wanted, locked_job

log = structlog.get_logger()


class Stopped(Exception):
    """The job was taken back, or a later request has replaced it: nothing more may be sent for it."""


@dataclass(frozen=True)
class Confirmed:
    """The panel, read back, says it is so."""

    state: State | None


@dataclass(frozen=True)
class Again:
    """Try later. `unsure`: something may have been done, so look before sending. `handle`: ask how far it is."""

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


def attempt(job: ProvisioningJob, fence: int) -> Outcome:
    """The caller holds the lease. Raises `lease.LeaseLost` or `Stopped` when nothing more may be sent."""
    try:
        panel = panel_of(job.service.server)
        if Capability.CHANGE not in panel.capabilities:
            return NeedsPerson("by_hand")
        return _ACTS[job.verb](job, panel, fence)
    except (lease.LeaseLost, Stopped):
        raise
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


def _change(job: ProvisioningJob, panel: Panel, fence: int) -> Outcome:
    account = job.service.panel_account
    if job.handle:
        return _follow(job, panel)
    if job.unsure:
        state = panel.inspect(account)
        if not differences(state, job.target):
            return Confirmed(state)
        if job.acts_sent >= 2:
            return _not_as_wanted(job, state)
    wrong = in_the_way(job, panel)
    if wrong:
        return _does_not_fit(job, panel, wrong)
    answer = _send(job, fence, lambda: panel.change(account, job.target, str(job.id)))
    if isinstance(answer, Pending):
        return Again("panel_working", unsure=True, handle=answer.handle)
    return _read_back(job, panel)


def _does_not_fit(job: ProvisioningJob, panel: Panel, wrong: tuple[Misfit, ...]) -> NeedsPerson:
    """With the state as it is, where it can be read: who looks at it sees what stood in the way."""
    is_unknown = all(misfit.is_unknown for misfit in wrong)
    try:
        state = panel.inspect(job.service.panel_account)
    except PanelError:
        state = None
    facts = {"misfits": [misfit_json(misfit) for misfit in wrong]}
    return NeedsPerson("usage_unknown" if is_unknown else "does_not_fit", facts, state)


def _follow(job: ProvisioningJob, panel: Panel) -> Outcome:
    answer = panel.poll(job.handle)
    if isinstance(answer, Pending):
        return Again("panel_working", unsure=True, handle=answer.handle)
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


def _suspend(job: ProvisioningJob, panel: Panel, fence: int) -> Outcome:
    account = job.service.panel_account
    _send(job, fence, lambda: panel.suspend(account, job.subject_kind))
    state = panel.inspect(account)
    return Confirmed(state) if state.suspended else NeedsPerson("panel_did_nothing", state=state)


def _resume(job: ProvisioningJob, panel: Panel, fence: int) -> Outcome:
    account = job.service.panel_account
    _send(job, fence, lambda: panel.resume(account))
    state = panel.inspect(account)
    return NeedsPerson("panel_did_nothing", state=state) if state.suspended else Confirmed(state)


_ACTS = {"change": _change, "suspend": _suspend, "resume": _resume}


def _send(job: ProvisioningJob, fence: int, act: Callable[[], Answer]) -> Answer:
    _mark_sent(job, fence)
    try:
        return act()
    except Busy:
        _mark_unsent(job)
        raise


@transaction.atomic
def _mark_sent(job: ProvisioningJob, fence: int) -> None:
    """Before it is sent: if this worker dies now, the next one looks before it sends.

    Whoever was slow finds here that the lease is another's, or the job taken back or replaced, and sends nothing.
    """
    service = lease.locked_holder(job.customer_id, job.service_id, fence)
    now = locked_job(job.customer_id, job.id)
    if now.state != "running" or not is_wanted(now, service.subscription.state):
        raise Stopped(str(job.id))
    lease.renew(job.customer_id, job.service_id, fence)
    job.acts_sent, job.unsure = now.acts_sent + 1, True
    job.save(update_fields=["acts_sent", "unsure"])


def _mark_unsent(job: ProvisioningJob) -> None:
    """The panel says that nothing was done."""
    job.acts_sent, job.unsure = job.acts_sent - 1, False
    job.save(update_fields=["acts_sent", "unsure"])
