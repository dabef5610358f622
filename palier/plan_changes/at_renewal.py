"""Scheduled changes: checked for fit 14, 7 and 1 days before, begun when their day has come and is paid for."""

from datetime import date, datetime, timedelta

import structlog

from palier.core.fit import misfits
from palier.drivers.errors import PanelError
from palier.plan_changes.advance import begin_scheduled
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import across_customers_scheduled
from palier.plan_changes.undo import drop_misfit
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.lease import InUse
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.queries import real_periods

log = structlog.get_logger()

CHECK_DAYS_BEFORE = (14, 7, 1)


def begin_due(*, house: House, on: date, at: datetime) -> int:
    """Begin every scheduled change whose period has begun and is paid; returns how many."""
    due = (change for change in across_customers_scheduled(on) if _is_paid(change))
    return sum(begin_scheduled(change.customer_id, change.id, house=house, at=at) for change in due)


def _is_paid(change: PlanChange) -> bool:
    periods = real_periods(change.customer_id, change.subscription_id)
    return periods.filter(start_on=change.takes_effect_on, paid_on__isnull=False).exists()


def check_fit(*, house: House, on: date, at: datetime) -> int:
    """Drop the scheduled changes that no longer fit; returns how many. One that cannot be read now is left."""
    dropped = 0
    for change in across_customers_scheduled(on + timedelta(max(CHECK_DAYS_BEFORE))):
        if (change.takes_effect_on - on).days in CHECK_DAYS_BEFORE and not _fits(change, house, at):
            drop_misfit(change.customer_id, change.id, house=house, at=at)
            dropped += 1
    return dropped


def _fits(change: PlanChange, house: House, at: datetime) -> bool:
    service = service_of(change.customer_id, change.subscription_id)
    if not can_be_inspected(service):
        return True
    try:
        state = inspect(service, at)
    except (PanelError, InUse):
        log.warning("scheduled_change_not_checked", change_id=str(change.id))
        return True
    return not misfits(state.usage, house.catalog.limits_to_fit(change.target))
