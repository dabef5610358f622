"""The invoice of a period is paid: its level is held from now on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from palier.core.periods import billing_date
from palier.events.models import Event
from palier.events.record import record
from palier.people.queries import provider
from palier.subscriptions.models import Period
from palier.subscriptions.queries import locked

#: A reaction has this long before it is believed lost.
GRACE = timedelta(minutes=1)


def across_customers_paid_and_not_held(at: datetime) -> Iterator[tuple[UUID, UUID, datetime]]:
    """(customer, period, since) of every period whose invoice was paid, and whose reaction was lost."""
    paid = Event.objects.filter(
        customer_id=OuterRef("customer_id"), kind="invoice.paid", subject_id=OuterRef("invoice_id")
    )
    waiting = Period.objects.filter(paid_on=None, until_on__gt=F("start_on"))
    since = waiting.annotate(since=Subquery(paid.values("at")[:1])).filter(since__lte=at - GRACE)
    yield from since.values_list("customer_id", "id", "since")


@transaction.atomic
def pay_period(customer_id: UUID, period_id: UUID, at: datetime) -> None:
    """Hold what was billed. Does nothing for a period that is paid already, or was emptied meanwhile."""
    found = Period.objects.get(customer_id=customer_id, id=period_id)
    locked(customer_id, found.subscription_id)
    on = billing_date(at, provider().zone)
    changed = Period.objects.filter(
        customer_id=customer_id, id=period_id, paid_on=None, until_on__gt=F("start_on")
    ).update(
        paid_on=on,
        held_price=F("price"),
        paid_price=F("billed_price"),
    )
    if changed:
        record(
            "period.paid",
            subject=("subscription", found.subscription_id),
            customer_id=customer_id,
            at=at,
            facts={"period": str(period_id), "start_on": found.start_on.isoformat()},
        )
