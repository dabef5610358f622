"""A paid change that nobody is moving on: its reaction was lost, or has failed every time.

The round of upkeep looks for those. What the reaction should have done is done; if that fails too, a person must.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from palier.events.models import Event
from palier.plan_changes.advance import after_payment, hand_over, hand_to_person
from palier.plan_changes.finish import finish
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import locked_change
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.queries import job_of
from palier.subscriptions.bill_period import House

log = structlog.get_logger()

#: A reaction has this long before it is believed lost; and this long to fail before a person is asked.
GRACE = timedelta(minutes=1)
PATIENCE = timedelta(minutes=15)


def across_customers_left_behind(at: datetime) -> Iterator[tuple[UUID, UUID, datetime]]:
    """(customer, change, since) of every change that was paid in time and not begun, or whose job alone has ended."""
    job = {
        "customer_id": OuterRef("customer_id"),
        "subject_kind": "plan_change",
        "subject_id": OuterRef("id"),
    }
    latest = ProvisioningJob.objects.filter(**job).order_by("-queued_at", "-id")
    at_work = ProvisioningJob.objects.filter(**job, state__in=["queued", "running"])
    paid = Event.objects.filter(
        customer_id=OuterRef("customer_id"), kind="invoice.paid", subject_id=OuterRef("invoice_id")
    )
    waiting = PlanChange.objects.filter(state="awaiting_payment").annotate(
        since=Subquery(paid.values("at")[:1])
    )
    in_time = waiting.filter(Q(expires_at=None) | Q(expires_at__gt=F("since")))
    applying = PlanChange.objects.filter(~Exists(at_work), state="applying").annotate(
        since=Coalesce(Subquery(latest.values("ended_at")[:1]), "begun_at", "accepted_at")
    )
    for found in (in_time, applying):
        yield from found.filter(since__lte=at - GRACE).values_list("customer_id", "id", "since")


def move_on(customer_id: UUID, change_id: UUID, since: datetime, *, house: House, at: datetime) -> None:
    """Do what its reaction should have done. Raises what kept it from that, as long as there is patience left."""
    log.warning("change_left_behind", change_id=str(change_id), since=since.isoformat())
    try:
        with transaction.atomic():
            _react_again(customer_id, change_id, since, house, at)
    except Exception:
        if at - since < PATIENCE:
            raise
        log.exception("change_stuck", change_id=str(change_id))
        _ask_person(customer_id, change_id, house, at)


def _react_again(customer_id: UUID, change_id: UUID, since: datetime, house: House, at: datetime) -> None:
    """As of when it happened: it was paid in time, and works since then."""
    after_payment(customer_id, change_id, house=house, at=since)
    job = job_of(customer_id, ("plan_change", change_id))
    if job is not None and job.state == "done":
        finish(customer_id, change_id, house=house, at=since)
    else:
        hand_over(customer_id, change_id, house=house, at=at)


@transaction.atomic
def _ask_person(customer_id: UUID, change_id: UUID, house: House, at: datetime) -> None:
    change, _ = locked_change(customer_id, change_id)
    if change.state in ("awaiting_payment", "applying"):
        hand_to_person(change, "unexpected", {}, house=house, at=at)
