"""Why an item waits for a person, in a sentence, with its details."""

from palier.catalog.snapshot import Catalog
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.work_item import OnPanel
from palier.plan_changes.models import PlanChange
from palier.words.reasons import WORK, work_details, work_reason
from palier.work.models import WorkItem


def reason_of(item: WorkItem, change: PlanChange | None, names: Names) -> str:
    """The catalogue's own sentence where a person was planned, else what went wrong."""
    if item.reason == "path_needs_person" and change is not None:
        planned = planned_reason(change, names.catalog, names)
        if planned:
            return planned
    return reason_for_staff(item)


def reason_for_staff(item: WorkItem) -> str:
    """What went wrong, or that nothing did: what was planned is then the first thing to do."""
    return work_reason(item.reason, item.facts) if item.reason in WORK else item.reason


def planned_reason(change: PlanChange, catalog: Catalog, names: Names) -> str:
    """Why the catalogue has a person make such a change; empty where it has none."""
    person = catalog.person(change.origin, change.target)
    return names.of(person["reasons"]) if person else ""


def details_of(item: WorkItem, names: Names, panel: OnPanel | None = None) -> tuple[str, ...]:
    """Why no machine could, what the panel lacked, what did not fit: with the numbers of that moment. What the `panel`
    says now is shown beside it, and is not said here too."""
    why = item.facts.get("why", "")
    because = (work_reason(why, item.facts),) if why in WORK else ()
    said_below = {"differences"} if panel else set()
    if panel and panel.misfits:
        said_below.add("misfits")
    facts = {name: fact for name, fact in item.facts.items() if name not in said_below}
    return (*because, *work_details(facts, names.resources(), names.language))
