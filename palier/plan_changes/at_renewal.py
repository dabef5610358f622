"""Scheduled changes: checked for fit 14, 7 and 1 days before, begun when their day has come and is paid for."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog

from palier.core.fit import that_stop
from palier.drivers.errors import PanelError
from palier.plan_changes.advance import begin_scheduled
from palier.plan_changes.fit import misfits_of, unknown_usage_of
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import across_customers_scheduled, change_of, scheduled_change_of
from palier.plan_changes.undo import drop_misfit
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.lease import InUse, LeaseLost
from palier.provisioning.panels import NotConfigured
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.queries import real_periods

log = structlog.get_logger()

CHECK_DAYS_BEFORE = (14, 7, 1)


def across_customers_to_begin(on: date) -> Iterator[tuple[UUID, UUID]]:
    """(customer, subscription) of every scheduled change whose day has come."""
    return ((change.customer_id, change.subscription_id) for change in across_customers_scheduled(on))


def begin_due(customer_id: UUID, subscription_id: UUID, *, house: House, on: date, at: datetime) -> bool:
    """Begin the subscription's scheduled change if its period has begun and is paid; False when it must still wait."""
    change = scheduled_change_of(customer_id, subscription_id)
    if change is None or change.takes_effect_on > on or not _is_paid(change):
        return False
    return begin_scheduled(customer_id, change.id, house=house, at=at)


def _is_paid(change: PlanChange) -> bool:
    periods = real_periods(change.customer_id, change.subscription_id)
    return periods.filter(start_on=change.takes_effect_on, paid_on__isnull=False).exists()


def across_customers_to_check(on: date) -> Iterator[tuple[UUID, UUID]]:
    """(customer, change) of every scheduled change that is to be checked today and was not yet."""
    for change in across_customers_scheduled(on + timedelta(max(CHECK_DAYS_BEFORE))):
        if (change.takes_effect_on - on).days in CHECK_DAYS_BEFORE and change.fit_checked_on != on:
            yield change.customer_id, change.id


def check_fit(customer_id: UUID, change_id: UUID, *, house: House, on: date, at: datetime) -> bool:
    """Drop the scheduled change if it no longer fits; False when it does, or cannot be read now.

    The panel is asked once a day, whatever it answers: the day is noted first.
    """
    PlanChange.objects.filter(customer_id=customer_id, id=change_id).update(fit_checked_on=on)
    change = change_of(customer_id, change_id)
    if _fits(change, house, on, at):
        return False
    drop_misfit(customer_id, change_id, house=house, at=at)
    return True


def _fits(change: PlanChange, house: House, on: date, at: datetime) -> bool:
    """What cannot be measured is in the way on the last of the days, where the policy refuses it; a person looks at it
    where the policy asks one, once the change begins."""
    service = service_of(change.customer_id, change.subscription_id)
    if not can_be_inspected(service):
        return True
    try:
        inspect(service, at)
    except (PanelError, NotConfigured, InUse, LeaseLost):
        log.warning("scheduled_change_not_checked", change_id=str(change.id))
        return True
    found = misfits_of(service_of(change.customer_id, change.subscription_id), change.target, house.catalog)
    is_last = (change.takes_effect_on - on).days == min(CHECK_DAYS_BEFORE)
    refuses = is_last and unknown_usage_of(change, house) == "refuse"
    return not that_stop(found, "refuse" if refuses else "warn")
