"""What to do by hand, from what the catalogue says of the path and of what the plan grants."""

from django.utils.translation import gettext as _

from palier.core.pricing import Configuration
from palier.drivers.panel import Capability
from palier.entrypoints.staff_desk.filled.reasons import planned_reason
from palier.entrypoints.staff_desk.names import Names
from palier.plan_changes.by_person import is_for_machines
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import server_called
from palier.subscriptions.bill_period import House
from palier.words.limits import grants


def instructions_for(change: PlanChange, service: Service, house: House, names: Names) -> tuple[str, ...]:
    if is_for_machines(change, service, house):
        return _when_a_machine_could_not(change, service, names)
    path = house.catalog.path(change.origin.plan, change.target.plan)
    lines = (
        _promised(planned_reason(change, house.catalog, names)),
        to_grant(change.target, service, names),
        _promised(names.of(path.notes) if path and path.notes else ""),
        _("See for yourself that it works, as the client would."),
    )
    return tuple(line for line in lines if line)


def _promised(sentence: str) -> str:
    """A sentence of the catalogue speaks to the client: staff read it as what was said to them."""
    return _("Do as the client was told: “%(sentence)s”") % {"sentence": sentence} if sentence else ""


def _when_a_machine_could_not(change: PlanChange, service: Service, names: Names) -> tuple[str, ...]:
    if change.reason == "does_not_fit":
        free = _(
            "Agree with the client on what is freed, then let the machine try again. Or undo the change."
        )
        return (free,)
    if change.reason == "usage_unknown":
        look = _(
            "Find out what the client uses. If it fits, let the machine try again: it does not ask a second time. Or "
            "undo the change."
        )
        return (look,)
    return (
        _("Look at the account in the panel: it may have been changed in part."),
        to_set(change.target, service, names),
        _("Read the panel again below; when it says what is wanted, say that it is done."),
    )


def to_set(configuration: Configuration, service: Service, names: Names) -> str:
    """What its account must have, where the page shows each limit beside what the panel says."""
    return _("%(server)s, account %(account)s: %(plan)s, with the limits below.") % _where(
        configuration, service, names
    )


def to_grant(configuration: Configuration, service: Service, names: Names) -> str:
    """Which machine, which account, what it must have."""
    wanted = grants(names.resources(), names.catalog.limits_of(configuration), names.language)
    said = {**_where(configuration, service, names), "grants": ", ".join(wanted)}
    if not wanted:
        return _("%(server)s, account %(account)s: %(plan)s.") % said
    return _("%(server)s, account %(account)s: %(plan)s, with %(grants)s.") % said


def _where(configuration: Configuration, service: Service, names: Names) -> dict[str, str]:
    catalog = names.catalog
    server = server_called(catalog.product_of(configuration.plan).server_code) or service.server
    plan = catalog.plans[configuration.plan]
    name, has_panel = names.plan(plan.code), Capability.INSPECT in capabilities_of(server)
    return {
        "server": names.of(server.names),
        "account": service.account,
        "plan": f"{name} ({plan.package})" if has_panel else name,
    }
