"""The plans that a panel knows, against those of the catalogue that live there.

Systems without plans have nothing to compare: their limits are set one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from palier.catalog.for_sale import Plan
from palier.catalog.snapshot import Catalog
from palier.drivers.panel import Difference
from palier.provisioning.look_at_server import Plans
from palier.provisioning.models import Server


@dataclass(frozen=True, slots=True)
class PlanThere:
    """A plan of the catalogue, and what the panel makes of it: not there, or there with these differences."""

    plan: Plan
    is_there: bool
    differences: tuple[Difference, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.is_there and not self.differences


def plans_there(server: Server, found: Plans, catalog: Catalog) -> tuple[PlanThere, ...]:
    """Every plan that is sold on the server, in the order of the catalogue."""
    return tuple(
        PlanThere(plan, plan.package in found, _differences(plan, found.get(plan.package), catalog))
        for plan in sold_on(server, catalog)
    )


def others_there(server: Server, found: Plans, catalog: Catalog) -> tuple[str, ...]:
    """What the panel knows and nothing of the catalogue asks for."""
    ours = {plan.package for plan in sold_on(server, catalog)}
    return tuple(sorted(found.keys() - ours))


def missing_packages(server: Server, found: Plans | None, catalog: Catalog) -> tuple[str, ...]:
    """The panel's names of plans that are sold on the server, and that it does not know; none, if it never told."""
    if found is None:
        return ()
    wanted = (plan.package for plan in sold_on(server, catalog))
    return tuple(dict.fromkeys(package for package in wanted if package not in found))


def sold_on(server: Server, catalog: Catalog) -> tuple[Plan, ...]:
    return tuple(
        plan
        for product in catalog.products.values()
        if product.server_code == server.code and not product.retired
        for plan in product.plans
        if not plan.retired
    )


def _differences(plan: Plan, found: Mapping[str, int] | None, catalog: Catalog) -> tuple[Difference, ...]:
    """Limits that are not the same; of those that no panel has, nothing is known."""
    if found is None:
        return ()
    wanted = {name: limit for name, limit in plan.limits.items() if catalog.is_on_panel(name)}
    there = {name: limit for name, limit in found.items() if catalog.is_on_panel(name)}
    return tuple(
        Difference(name, wanted.get(name), there.get(name))
        for name in sorted(wanted.keys() | there.keys())
        if wanted.get(name) != there.get(name)
    )
