"""One attempt at a job, by its panel: what it came to.

look       a job that may have been sent before is inspected first; nothing is sent twice blindly
preflight  does today's usage still fit?
send       written down as sent, if the lease is still held and the job still wanted; then sent
read back  the panel's own word decides: done, again later, or a person
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import structlog
from django.db import connection, transaction

from palier.core.fit import misfit_json
from palier.drivers.errors import Busy, NotThere, PanelError, Refused, Unknown, unanswered
from palier.drivers.panel import Capability, Difference, Panel, Pending, State, differences
from palier.drivers.panel import Outcome as Answer
from palier.events.clock import real_now
from palier.events.write_fields import write_fields
from palier.people.queries import owner_address
from palier.provisioning.circuit import watched
from palier.provisioning.keeper import Lease, renew
from palier.provisioning.lease import LeaseLost, locked_held
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.outcomes import Again, Confirmed, NeedsPerson, Outcome
from palier.provisioning.panels import NotConfigured, panel_of
from palier.provisioning.preflight import in_the_way
from palier.provisioning.queries import ITS_SUBSCRIPTION, JOB_AND_SERVICE, WANTED

log = structlog.get_logger()

#: A lease that was taken longer ago than this is renewed before something is sent under it.
A_WHILE = timedelta(seconds=2)

#: What its driver must be able to do.
NEEDS = {
    "change": Capability.CHANGE,
    "create": Capability.CREATE,
    "suspend": Capability.SUSPEND,
    "resume": Capability.SUSPEND,
}


class Stopped(Exception):
    """The job was taken back, or a later request has replaced it: nothing more may be sent for it."""


def attempt(job: ProvisioningJob, held: Lease) -> Outcome:
    """The caller holds the lease. Raises `LeaseLost` or `Stopped` when nothing more may be sent."""
    try:
        panel = panel_of(job.service.server)
        if NEEDS[job.verb] not in panel.capabilities:
            return NeedsPerson("by_hand")
        with watched(job.service.server_id, is_suspected=held.is_suspected):
            return _acted(job, panel, held)
    except (LeaseLost, Stopped):
        raise
    except Busy as error:
        return Again("panel_busy", unsure=job.unsure, after=error.retry_after, said=error.reason)
    except Unknown as error:
        return Again("panel_silent", unsure=job.unsure, said=error.reason)
    except Refused as error:
        return NeedsPerson("panel_refused", {"detail": error.reason})
    except NotConfigured as error:
        return Again("unexpected", unsure=job.unsure, said=str(error))
    except Exception:
        # A fault of ours must not leave a paid change hanging: it is tried again, and then a person's matter.
        log.exception("job_attempt_failed")
        return Again("unexpected", unsure=job.unsure)


def _acted(job: ProvisioningJob, panel: Panel, held: Lease) -> Outcome:
    try:
        if job.handle:
            answer = panel.poll(job.handle)
        else:
            known = _looked(job, panel) or _in_the_way(job, panel)
            if known is not None:
                return known
            answer = _send(job, held, _act(job, panel))
    except Refused as error:
        return _refused(job, panel, error)
    if isinstance(answer, Pending):
        return Again("panel_working", unsure=True, handle=answer.handle)
    return _read_back(job, panel, answer.problems)


def _act(job: ProvisioningJob, panel: Panel) -> Callable[[], Answer]:
    """What is asked of the panel. A new account gets a password that nobody will know: clients set their own."""
    account, key = job.service.panel_account, str(job.id)
    acts: dict[str, Callable[[], Answer]] = {
        "change": lambda: panel.change(account, job.target, key),
        "create": lambda: panel.create(
            account, job.target, secrets.token_urlsafe(24), owner_address(job.customer_id), key
        ),
        "suspend": lambda: panel.suspend(account, job.subject_kind),
        "resume": lambda: panel.resume(account),
    }
    return acts[job.verb]


def _lacking(job: ProvisioningJob, state: State) -> tuple[Difference, ...]:
    """What the panel's state lacks of what was asked."""
    if job.verb in ("suspend", "resume"):
        wanted = job.verb == "suspend"
        return () if state.suspended == wanted else (Difference("suspended", wanted, state.suspended),)
    return differences(state, job.target)


def _looked(job: ProvisioningJob, panel: Panel) -> Outcome | None:
    """A job that may have been sent before is inspected first. None: it is (still) to be sent."""
    if not job.unsure:
        return None
    try:
        state = panel.inspect(job.service.panel_account)
    except NotThere:
        if job.verb == "create":
            return None
        raise
    if not _lacking(job, state):
        return Confirmed(state)
    return _not_as_wanted(job, state) if job.acts_sent >= 2 else None


def _in_the_way(job: ProvisioningJob, panel: Panel) -> NeedsPerson | None:
    """With the state as it is, where it can be read: who looks at it sees what stood in the way."""
    wrong = in_the_way(job, panel) if job.verb == "change" else ()
    if not wrong:
        return None
    return NeedsPerson(
        "usage_unknown" if all(misfit.is_unknown for misfit in wrong) else "does_not_fit",
        {"misfits": [misfit_json(misfit) for misfit in wrong]},
        _state_now(job, panel),
    )


def _refused(job: ProvisioningJob, panel: Panel, error: Refused) -> NeedsPerson:
    """A request that was taken and then failed may have done a part of it: what differs is told too."""
    state = _state_now(job, panel) if job.acts_sent else None
    facts: dict[str, Any] = {"detail": error.reason}
    if state is not None:
        facts["differences"] = _json(_lacking(job, state))
    return NeedsPerson("panel_refused", facts, state)


def _state_now(job: ProvisioningJob, panel: Panel) -> State | None:
    try:
        return panel.inspect(job.service.panel_account)
    except PanelError:
        return None


def _read_back(job: ProvisioningJob, panel: Panel, problems: tuple[str, ...]) -> Outcome:
    try:
        state = panel.inspect(job.service.panel_account)
    except PanelError as error:
        if problems:
            return NeedsPerson("panel_did_half", {"problems": list(problems)})
        silent = Unknown(error.reason)
        raise unanswered(silent) if error.no_answer else silent from error
    if problems or _lacking(job, state):
        return _not_as_wanted(job, state, problems)
    return Confirmed(state)


def _not_as_wanted(job: ProvisioningJob, state: State, problems: tuple[str, ...] = ()) -> NeedsPerson:
    facts: dict[str, Any] = {"differences": _json(_lacking(job, state))}
    if problems:
        facts["problems"] = list(problems)
    return NeedsPerson(
        "panel_did_half" if problems or _moved(job, state) else "panel_did_nothing", facts, state
    )


def _moved(job: ProvisioningJob, state: State) -> bool:
    """Has anything changed since it was asked? Where the panel knows plans, a change of limits alone is none."""
    if job.verb != "change":
        return False
    if state.plan is not None:
        return state.plan == job.target.plan
    return bool(job.before) and dict(state.limits) != job.before["limits"]


def _json(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    return [{"what": one.what, "wanted": one.wanted, "found": one.found} for one in found]


def _send(job: ProvisioningJob, held: Lease, act: Callable[[], Answer]) -> Answer:
    _mark_sent(job, held)
    try:
        return act()
    except Busy:
        _mark_unsent(job, held)
        raise


def _mark_sent(job: ProvisioningJob, held: Lease) -> None:
    """Before it is sent: if this worker dies now, the next one looks before it sends.

    Whoever was slow finds here that the lease is another's, or the job taken back or replaced, and sends nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH mine AS MATERIALIZED (
                SELECT job.customer_id, job.id FROM {JOB_AND_SERVICE}
                {ITS_SUBSCRIPTION}
                WHERE job.customer_id = %s AND job.id = %s AND job.state = 'running' AND service.fence = %s AND {WANTED}
                FOR NO KEY UPDATE OF job, service
            )
            UPDATE provisioning_provisioningjob job SET acts_sent = job.acts_sent + 1, unsure = true
            FROM mine WHERE job.customer_id = mine.customer_id AND job.id = mine.id
            RETURNING job.acts_sent
            """,  # noqa: S608 -- ours
            [job.customer_id, job.id, held.fence],
        )
        row = cursor.fetchone()
    if row is None:
        _why_not_sent(job, held)
    job.acts_sent, job.unsure = row[0], True
    if real_now() - held.taken_at > A_WHILE:
        renew(held)


@transaction.atomic
def _why_not_sent(job: ProvisioningJob, held: Lease) -> NoReturn:
    locked_held(held, job.id)
    raise Stopped(str(job.id))


@transaction.atomic
def _mark_unsent(job: ProvisioningJob, held: Lease) -> None:
    """The panel says that nothing was done."""
    locked_held(held, job.id)
    job.acts_sent, job.unsure = job.acts_sent - 1, False
    write_fields(job, "acts_sent", "unsure")
