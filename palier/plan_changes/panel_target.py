"""What the panel must say when a change is done, or once it was undone. One answer, for whoever asks or compares."""

from collections.abc import Mapping

from palier.core.pricing import Configuration
from palier.drivers.panel import Target
from palier.plan_changes.models import PlanChange
from palier.subscriptions.bill_period import House


def target_of(change: PlanChange, house: House) -> Target:
    return panel_target(change.target, house)


def panel_target(configuration: Configuration, house: House) -> Target:
    """The panel's plan and the limits that a panel can show: what the catalogue says is not there it cannot confirm."""
    limits: Mapping[str, int] = house.catalog.limits_on_panel(configuration)
    plan = house.catalog.plans[configuration.plan]
    return Target(plan.package, limits, plan.privileges)
