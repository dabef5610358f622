"""What happened to the thing an item is about: the change itself, its invoice, its jobs, its refunds."""

from collections.abc import Iterable, Mapping
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
from palier.provisioning.queries import jobs_about
from palier.words.desk_history import desk_line
from palier.work.models import WorkItem


def history_of(item: WorkItem, change: PlanChange | None, names: Names) -> tuple[Happened, ...]:
    events = list(events_about(item.customer_id, _subjects(item, change)))
    people = names_of(_people(events))
    known = _facts_of_change(change, names)
    lines = (
        Happened(event.at, _who(event, people), _line(event, people, known, names.language))
        for event in events
    )
    return tuple(line for line in lines if line.sentence)


def _subjects(item: WorkItem, change: PlanChange | None) -> list[UUID]:
    subjects = [item.subject_id]
    if change is not None:
        for kind in ("plan_change", "undone_change"):
            subjects += [job.id for job in jobs_about(item.customer_id, (kind, change.id))]
    if change is not None and change.invoice_id is not None:
        refunds = Refund.objects.filter(customer_id=item.customer_id, payment__invoice_id=change.invoice_id)
        subjects += [change.invoice_id, *refunds.values_list("id", flat=True)]
    return subjects


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
