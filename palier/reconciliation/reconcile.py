"""Compare a service with its panel, and keep what differs until it is gone."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from palier.drivers.errors import NotThere
from palier.drivers.panel import Capability, State
from palier.events.record import record
from palier.plan_changes.panel_target import panel_target
from palier.provisioning.inspect import can_be_inspected, inspect
from palier.provisioning.models import Service
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import service_of
from palier.reconciliation.compare import Drifting, Wanted, drifting
from palier.reconciliation.models import Drift
from palier.reconciliation.queries import allowed_limits, is_being_worked_on, open_drifts_of
from palier.subscriptions.bill_period import House

#: What a panel said less long ago is compared as it was kept; anything older is asked for again.
FRESH = timedelta(hours=12)


def reconcile(
    customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime, fresh: timedelta = FRESH
) -> tuple[Drift, ...]:
    """Keep what differs; the drifts that are open now. The panel is asked unless its word is fresh: call it outside a
    transaction.

    That there is no such account is believed when the panel says so twice: one in trouble may know nobody for a moment.
    The first time, `NotThere` is raised, and kept.

    Does nothing where no panel can be asked, or while a machine or a person is at the service. Raises the panel's
    errors, or `lease.InUse`.
    """
    service = service_of(customer_id, subscription_id)
    if not can_be_inspected(service) or is_being_worked_on(service):
        return ()
    was_missing, said_at = service.missing_at is not None, service.inspected_at
    if not was_missing and said_at is not None and at - said_at < fresh:
        return keep(customer_id, subscription_id, _kept(service), house=house, at=at)
    try:
        found: State | None = inspect(service, at)
    except NotThere:
        if not was_missing:
            raise
        found = None
    return keep(customer_id, subscription_id, found, house=house, at=at)


def compare_again(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> None:
    """With what the panel has just said, as it was kept: after a job that has read it back."""
    service = service_of(customer_id, subscription_id)
    if service.inspected_at is not None and open_drifts_of(customer_id, service.id).exists():
        keep(customer_id, subscription_id, _kept(service), house=house, at=at)


def _kept(service: Service) -> State | None:
    if service.missing_at is not None:
        return None
    knows_plans = Capability.PLANS in capabilities_of(service.server)
    plan = service.package if knows_plans else None
    return State(plan, service.limits, service.measures, service.suspended, service.privileges)


@transaction.atomic
def keep(
    customer_id: UUID, subscription_id: UUID, found: State | None, *, house: House, at: datetime
) -> tuple[Drift, ...]:
    """Write what differs now: what is new, what is still so, and what is gone."""
    Service.objects.select_for_update(of=("self",), no_key=True).get(
        customer_id=customer_id, subscription_id=subscription_id
    )
    service = service_of(customer_id, subscription_id)
    if is_being_worked_on(service):
        return ()
    Service.objects.filter(customer_id=customer_id, id=service.id).update(compared_at=at)
    wanted = wanted_of(service, house)
    if found is None and wanted.may_be_gone:
        Service.objects.filter(customer_id=customer_id, id=service.id).update(ended_at=at)
    wrong = {one.kind: one for one in drifting(wanted, found)}
    for drift in open_drifts_of(customer_id, service.id):
        still = wrong.pop(drift.kind, None)  # type: ignore[call-overload]
        if still is None:
            end(drift, "server" if drift.asked_at else "gone", at)
        else:
            drift.lines, drift.seen_at = still.to_json(), at
            drift.save(update_fields=["lines", "seen_at"])
    for one in wrong.values():
        _begin(service, one, at)
    return tuple(open_drifts_of(customer_id, service.id))


def wanted_of(service: Service, house: House) -> Wanted:
    """What our side says of a service: of a change that is prepared, both ends are right."""
    subscription = service.subscription
    is_over = subscription.state == "cancelled"
    ends = dict.fromkeys((subscription.configuration, subscription.upcoming))
    return Wanted(
        targets=() if is_over else tuple(panel_target(one, house) for one in ends),
        suspended=subscription.state != "active",
        may_be_gone=is_over,
        allowed=allowed_limits(service),
    )


def _begin(service: Service, one: Drifting, at: datetime) -> None:
    Drift.objects.create(
        customer_id=service.customer_id,
        service=service,
        kind=one.kind,
        lines=one.to_json(),
        found_at=at,
        seen_at=at,
    )
    record(
        "service.drifted",
        subject=("service", service.id),
        customer_id=service.customer_id,
        stream_id=service.subscription_id,
        at=at,
        facts={"what": one.kind, "lines": one.to_json()},
    )


def end(drift: Drift, how: str, at: datetime) -> None:
    """`gone`, `server` or `ours`."""
    drift.ended_at, drift.ended_how = at, how
    drift.save(update_fields=["ended_at", "ended_how"])
