"""Which ids a log line carries, so that everything done about one plan change is found by that change's id.

Bound with structlog's context variables (docs/how-to/read-the-logs-of-one-change).
"""

from structlog.contextvars import bind_contextvars

from palier.events.models import Event

_NAMES = {"plan_change": "change_id", "provisioning_job": "job_id"}


def ids(*subjects: tuple[str, object]) -> dict[str, str]:
    """The names and values that lines about these (kind, id) carry: `change_id`, `job_id`, `invoice_id`, ..."""
    return {_NAMES.get(kind, f"{kind}_id"): str(subject_id) for kind, subject_id in subjects}


def ids_of(event: Event) -> dict[str, str]:
    """Those of an event's subject, of the invoice it speaks of, and of what that or its job is for."""
    subjects: list[tuple[str, object]] = [(event.subject_kind, event.subject_id)]
    if event.facts.get("invoice"):
        subjects.append(("invoice", event.facts["invoice"]))
    if event.facts.get("subject_id"):
        subjects.append((event.facts["subject_kind"], event.facts["subject_id"]))
    return {"event_id": str(event.id), **ids(*subjects)}


def lines_are_about(*subjects: tuple[str, object]) -> None:
    """Every further line of this request carries these ids. For entrances only: a request ends, and forgets them."""
    bind_contextvars(**ids(*subjects))
