"""What happened to the thing an item is about: the change itself, its invoice, its jobs and attempts, its refunds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from palier.billing.models import Refund
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.work_item import Happened
from palier.events.models import Event
from palier.events.queries import events_about
from palier.people.queries import names_of
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.queries import jobs_about
from palier.provisioning.tried import Tried
from palier.words.attempts import attempt_words
from palier.words.desk_history import desk_line
from palier.work.models import WorkItem

#: Of each thing that was asked.
MOST_JOBS = 5


def history_of(item: WorkItem, change: PlanChange | None, names: Names) -> tuple[Happened, ...]:
    jobs = {job.id: job for job in _jobs(item, change)}
    events = list(events_about(item.customer_id, _subjects(item, change, jobs)))
    people = names_of(_people(events))
    known = _facts_of_change(change, names)
    untold = {job.id: list(job.tried) for job in jobs.values()}
    lines: list[Happened] = []
    for event in events:
        if event.kind in ("job.done", "job.needs_person"):
            lines += _tried_before(event, untold.get(event.subject_id, []))
        line = _line(event, people, known, names.language)
        lines.append(Happened(event.at, _who(event, people), line))
    lines += [_attempt(one) for tried in untold.values() for one in tried]
    return tuple(sorted((line for line in lines if line.sentence), key=lambda line: line.at))


def _jobs(item: WorkItem, change: PlanChange | None) -> list[ProvisioningJob]:
    """What a machine was asked about it. Of what was tried again and again, the latest say all that helps."""
    subjects = [(item.subject_kind, item.subject_id)]
    if change is not None:
        subjects = [("plan_change", change.id), ("undone_change", change.id)]
    return [job for subject in subjects for job in jobs_about(item.customer_id, subject)[:MOST_JOBS]]


def _subjects(item: WorkItem, change: PlanChange | None, jobs: Iterable[UUID]) -> list[UUID]:
    subjects = [item.subject_id, *jobs]
    if change is not None and change.invoice_id is not None:
        refunds = Refund.objects.filter(customer_id=item.customer_id, payment__invoice_id=change.invoice_id)
        subjects += [change.invoice_id, *refunds.values_list("id", flat=True)]
    return subjects


def _tried_before(event: Event, untold: list[Tried]) -> list[Happened]:
    """The attempts at a job that came before its end, and are told with it; what the end itself says is said once."""
    before = [one for one in untold if datetime.fromisoformat(one["at"]) <= event.at]
    del untold[: len(before)]
    if before and before[-1]["came_to"] == (event.facts.get("reason") or "done"):
        before.pop()
    return [_attempt(one) for one in before]


def _attempt(one: Tried) -> Happened:
    return Happened(
        datetime.fromisoformat(one["at"]), "Palier", attempt_words(one["came_to"]), said=one["said"]
    )


def _facts_of_change(change: PlanChange | None, names: Names) -> Mapping[str, Any]:
    if change is None:
        return {}
    return {
        "from_plan": names.plan(change.origin.plan),
        "to_plan": names.plan(change.target.plan),
        "number": change.invoice.number if change.invoice else "",
    }


def _people(events: Iterable[Event]) -> set[UUID]:
    """Whoever did something, or was handed it."""
    found = {event.actor_id for event in events} | {_handed_to(event) for event in events}
    return {user_id for user_id in found if user_id is not None}


def _handed_to(event: Event) -> UUID | None:
    return UUID(event.facts["to"]) if event.kind.endswith(".given") else None


def _who(event: Event, people: Mapping[UUID, str]) -> str:
    if event.actor_id is not None:
        return people.get(event.actor_id, "")
    return _("Payment gateway") if event.actor_kind == "gateway" else "Palier"


def _line(event: Event, people: Mapping[UUID, str], known: Mapping[str, Any], language: str) -> str:
    facts = {**event.facts, **known}
    handed_to = _handed_to(event)
    if handed_to is not None:
        facts["to"] = people.get(handed_to, "")
    return desk_line(event.kind, facts, language, timezone.get_current_timezone())
