"""What a panel said when it was last read, beside what it was asked for. Reading it anew is an act of its own."""

from typing import Any

from django.urls import reverse

from palier.core.fit import misfit_json
from palier.drivers.panel import State, Target, differences
from palier.entrypoints.staff_desk.names import Names
from palier.entrypoints.staff_desk.pages.work_item import AskedFor, OnPanel
from palier.plan_changes.fit import misfits_of
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import target_of
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.queries import jobs_about
from palier.subscriptions.bill_period import House
from palier.words.differences import name_of, value_of
from palier.words.reasons import work_details
from palier.work.models import WorkItem

Values = dict[str, Any]


def on_panel(
    item: WorkItem, service: Service, house: House, names: Names, awaited: PlanChange | None
) -> OnPanel | None:
    """`awaited` is the change that the panel can confirm. Nothing where there is none, and no machine was asked; nor of
    what is closed: what the panel says since is another matter."""
    job = jobs_about(item.customer_id, (item.subject_kind, item.subject_id)).first()
    if not item.is_open:
        return None
    if awaited is None:
        return OnPanel(service.inspected_at, _asked(job, last_state(service), names)) if job else None
    target = target_of(awaited, house)
    too_much = misfits_of(service, awaited.target, house.catalog)
    return OnPanel(
        read_at=service.inspected_at,
        lines=_limits(job.before if job else {}, target, last_state(service), names),
        is_awaited=True,
        misfits=work_details(
            {"misfits": [misfit_json(one) for one in too_much]}, names.resources(), names.language
        ),
        read_url=reverse("staff_desk:read_panel", args=[item.customer_id, item.id]),
    )


def last_state(service: Service) -> State:
    """What the panel said when it was last read."""
    return State(service.package, service.limits, service.measures, service.suspended, service.privileges)


def _asked(job: ProvisioningJob, state: State, names: Names) -> tuple[AskedFor, ...]:
    if job.verb not in ("suspend", "resume"):
        return _limits(job.before, job.target, state, names)
    what, wanted = "suspended", job.verb == "suspend"
    before, found = {what: bool(job.before.get(what))}, {what: state.suspended}
    return (_line(what, before, {what: wanted}, found, state.suspended != wanted, names),)


def _limits(before: Values, target: Target, state: State, names: Names) -> tuple[AskedFor, ...]:
    """What differs first: the plan, where the panel knows plans, and every limit that any of them names."""
    was = _flat(before.get("package"), before.get("privileges"), before.get("limits", {})) if before else {}
    wanted = _flat(target.plan, target.privileges, target.limits)
    found = _flat(state.plan, state.privileges, state.limits)
    wrong = {one.what for one in differences(state, target)}
    in_order = sorted({*was, *wanted, *found}, key=lambda what: (what not in wrong, what != "plan", what))
    return tuple(_line(what, was, wanted, found, what in wrong, names) for what in in_order)


def _flat(plan: str | None, privileges: str | None, limits: Values | Any) -> Values:
    named = {"plan": plan, "privileges": privileges}
    return {**{what: value for what, value in named.items() if value}, **limits}


def _line(what: str, before: Values, wanted: Values, found: Values, is_wrong: bool, names: Names) -> AskedFor:
    """A limit that is not named is none; of what was not there before, nothing is said."""
    words, language = names.resources().get(what), names.language
    was, asked, now = (value_of(values.get(what), words, language) for values in (before, wanted, found))
    return AskedFor(name_of(what, words), was if before else "", asked, now, is_wrong)
