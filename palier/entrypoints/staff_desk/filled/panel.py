"""What the panel said when it was last read, beside what the change promised. Reading it anew is an act of its own."""

from django.urls import reverse

from palier.core.fit import misfit_json
from palier.drivers.panel import Difference, State, differences
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages import work_item as pages
from palier.plan_changes.by_person import panel_confirms
from palier.plan_changes.fit import misfits_of
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import target_of
from palier.provisioning.models import Service
from palier.subscriptions.bill_period import House
from palier.words.differences import name_of, value_of
from palier.words.reasons import work_details
from palier.work.models import WorkItem


def panel_says(
    item: WorkItem, change: PlanChange, service: Service, house: House, names: Names
) -> pages.PanelSays | None:
    """Nothing where no panel can confirm the change."""
    if not panel_confirms(change, service, house):
        return None
    found = differences(last_state(service), target_of(change, house))
    too_much = misfits_of(service, change.target, house.catalog)
    return pages.PanelSays(
        read_at=service.inspected_at,
        differences=tuple(said(one, names) for one in found),
        misfits=work_details(
            {"misfits": [misfit_json(one) for one in too_much]}, names.resources(), names.language
        ),
        read_url=reverse("staff_desk:read_panel", args=[item.customer_id, item.id]),
    )


def last_state(service: Service) -> State:
    """What the panel said when it was last read."""
    return State(service.package, service.limits, service.measures, service.suspended, service.privileges)


def said(one: Difference, names: Names) -> pages.Difference:
    """A difference in words and numbers of the page's language."""
    words, language = names.resources().get(one.what), names.language
    return pages.Difference(
        name_of(one.what, words),
        found=value_of(one.found, words, language),
        wanted=value_of(one.wanted, words, language),
    )
