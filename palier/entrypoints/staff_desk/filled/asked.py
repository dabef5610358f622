"""What a panel was asked about the subject of an item, and what was tried, from its jobs."""

from datetime import datetime
from typing import Any

from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.work_item import Asked, AskedFor, Attempt
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.queries import jobs_about
from palier.words.attempts import attempt_words, verb_words
from palier.words.differences import name_of, value_of
from palier.work.models import WorkItem

#: Of a thing that was tried again and again by people, the latest jobs say all that helps.
MOST_JOBS, MOST_ATTEMPTS = 5, 12

Values = dict[str, Any]


def asked_about(item: WorkItem, service: Service, names: Names) -> Asked | None:
    """The latest request, with the attempts at those before it too. None when no machine was asked."""
    jobs = list(jobs_about(item.customer_id, (item.subject_kind, item.subject_id))[:MOST_JOBS])
    if not jobs:
        return None
    tried = sorted((one for job in jobs for one in job.tried), key=lambda one: str(one["at"]), reverse=True)
    latest = jobs[0]
    return Asked(
        what=verb_words(latest.verb),
        at=latest.queued_at,
        read_at=service.inspected_at,
        wanted=_wanted(latest, service, names),
        attempts=tuple(
            Attempt(datetime.fromisoformat(one["at"]), attempt_words(one["came_to"]), one["said"])
            for one in tried[:MOST_ATTEMPTS]
        ),
    )


def _wanted(job: ProvisioningJob, service: Service, names: Names) -> tuple[AskedFor, ...]:
    now = {
        "package": service.package,
        "privileges": service.privileges,
        "limits": service.limits,
        "suspended": service.suspended,
    }
    asked = {"package": job.package, "privileges": job.privileges, "limits": job.limits}
    if job.verb in ("suspend", "resume"):
        was = {"suspended": bool(job.before.get("suspended"))}
        return (_line("suspended", was, {"suspended": job.verb == "suspend"}, now, names),)
    before, wanted, found = _flat(job.before), _flat(asked), _flat(now)
    return tuple(_line(what, before, wanted, found, names) for what in _in_order(before, wanted, found))


def _flat(state: Values) -> Values:
    granted = {"privileges": state["privileges"]} if state.get("privileges") else {}
    return {"plan": state.get("package", ""), **granted, **state.get("limits", {})}


def _in_order(*states: Values) -> list[str]:
    """The plan, where the panel knows plans, and then every limit that any of them names."""
    named = sorted({what for state in states for what in state} - {"plan"})
    return (["plan"] if any(state["plan"] for state in states) else []) + named


def _line(what: str, before: Values, wanted: Values, found: Values, names: Names) -> AskedFor:
    words, language = names.resources().get(what), names.language
    said = (value_of(values.get(what), words, language) for values in (before, wanted, found))
    return AskedFor(name_of(what, words), *said)
