"""Make our side what the server has: suspended or working, its plan, its limits; or ended, when nothing is there."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from palier.drivers.errors import NotThere, PanelError
from palier.events.record import Actor, record
from palier.plan_changes.end_subscription import request_end
from palier.provisioning import lease
from palier.provisioning.models import Service
from palier.provisioning.panels import NotConfigured
from palier.provisioning.suspend import resume, suspend
from palier.reconciliation.adopt_plan import NotOurs, adopt_plan
from palier.reconciliation.models import Allowance, Drift
from palier.reconciliation.queries import drift_of, is_being_worked_on
from palier.reconciliation.reconcile import end, reconcile
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Suspension


def repair_ours(customer_id: UUID, drift_id: UUID, *, house: House, by: Actor, at: datetime) -> bool:
    """False when there is nothing to do any more. Raises `NotOurs` with the reason, or `Drift.DoesNotExist`.

    Before anything ends here its server is asked once more: call it outside a transaction.
    """
    drift = drift_of(customer_id, drift_id)
    if drift.kind == "missing" and drift.ended_at is None:
        _ask_again(drift, house, at)
    return _repaired(customer_id, drift_id, house, by, at)


def _ask_again(drift: Drift, house: House, at: datetime) -> None:
    """An account that is there again is missing no more: its drift ends."""
    subscription_id = drift.service.subscription_id
    try:
        reconcile(drift.customer_id, subscription_id, house=house, at=at, fresh=timedelta(0))
    except NotThere:
        return
    except (PanelError, NotConfigured):
        raise NotOurs("not_asked") from None
    except (lease.InUse, lease.LeaseLost):
        raise NotOurs("being_worked_on") from None


@transaction.atomic
def _repaired(customer_id: UUID, drift_id: UUID, house: House, by: Actor, at: datetime) -> bool:
    drift = drift_of(customer_id, drift_id, lock=True)
    if drift.ended_at is not None:
        return False
    if is_being_worked_on(drift.service):
        raise NotOurs("being_worked_on")
    _ACTS[drift.kind](drift, house, by, at)
    end(drift, "ours", at)
    record(
        "service.repair_asked",
        subject=("service", drift.service_id),
        customer_id=customer_id,
        stream_id=drift.service.subscription_id,
        at=at,
        actor=by,
        facts={"what": drift.kind, "side": "ours", "lines": drift.lines},
    )
    return True


def why_not_ours(drift: Drift) -> str:
    """The code of what keeps our side as it is, as far as it shows before trying; empty when nothing does."""
    subscription = drift.service.subscription
    if drift.kind == "suspended" and subscription.state == "cancelled":
        return "over"
    if drift.kind == "suspended" and subscription.state == "suspended":
        held = Suspension.objects.filter(
            customer_id=drift.customer_id, subscription=subscription, lifted_at=None
        )
        return "unpaid" if held.filter(reason="unpaid").exists() else ""
    return ""


def _suspension(drift: Drift, house: House, by: Actor, at: datetime) -> None:
    if code := why_not_ours(drift):
        raise NotOurs(code)
    subscription = drift.service.subscription
    verb = suspend if subscription.state == "active" else resume
    verb(drift.customer_id, subscription.id, reason="staff", by=by, at=at)


def _plan(drift: Drift, house: House, by: Actor, at: datetime) -> None:
    adopt_plan(drift.service, house=house, by=by, at=at)


def _limits(drift: Drift, house: House, by: Actor, at: datetime) -> None:
    Allowance.objects.create(
        customer_id=drift.customer_id,
        service=drift.service,
        configuration=drift.service.subscription.configuration.to_json(),
        limits={one["what"]: one["found"] for one in drift.lines},
        allowed_at=at,
    )


def _end(drift: Drift, house: House, by: Actor, at: datetime) -> None:
    """What the law of the customer gives back is given back, as when they end it themselves."""
    Service.objects.filter(customer_id=drift.customer_id, id=drift.service_id).update(ended_at=at)
    request_end(
        drift.customer_id,
        drift.service.subscription_id,
        at_renewal=False,
        reason="",
        house=house,
        by=by,
        at=at,
    )


_ACTS = {"suspended": _suspension, "plan": _plan, "limits": _limits, "missing": _end}
