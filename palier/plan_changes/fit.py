"""Does what a service uses fit what it is to become, on the machine where it lives?"""

from collections.abc import Mapping

from palier.catalog.snapshot import Catalog
from palier.core.fit import ANY_MACHINE, Machine, Misfit, misfits
from palier.core.policies import Policies, UnknownUsage
from palier.core.pricing import Configuration
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Service
from palier.subscriptions.bill_period import House


def misfits_of(service: Service, target: Configuration, catalog: Catalog) -> tuple[Misfit, ...]:
    """What stands in the way of the target, as the service was last read."""
    limits = limits_to_fit(service, target, catalog)
    return misfits(service.measures, limits, machine_for(service, target, catalog))


def limits_to_fit(service: Service, target: Configuration, catalog: Catalog) -> Mapping[str, int]:
    """The target's limits that usage must fit into; of a move to another machine, those that this one measures."""
    limits = catalog.limits_to_fit(target)
    if _stays(service, target, catalog):
        return limits
    return {resource: limit for resource, limit in limits.items() if resource in service.usage}


def machine_for(service: Service, target: Configuration, catalog: Catalog) -> Machine:
    """What its machine asks for counts only for as long as the service lives there."""
    return service.machine if _stays(service, target, catalog) else ANY_MACHINE


def _stays(service: Service, target: Configuration, catalog: Catalog) -> bool:
    return catalog.product_of(target.plan).server_code == service.server.code


def unknown_usage_of(change: PlanChange, house: House) -> UnknownUsage:
    """What the change's path makes of a usage that nobody could measure."""
    path = house.catalog.path(change.origin.plan, change.target.plan)
    return (path.policies if path else Policies()).unknown_usage
