"""A subscription that could not be renewed is set aside: an item in the staff queue says why.

It is tried again with the first round of every day, by `palier renew`, and as soon as somebody closes its item.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from palier.events.record import SYSTEM
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import locked
from palier.work.models import WorkItem
from palier.work.open_item import open_item
from palier.work.queries import OPEN, open_item_about
from palier.work.take import close

SUBJECT = "renewal"


def across_customers_not_set_aside(due: QuerySet[Subscription], on: date) -> QuerySet[Subscription]:
    """Without those that were tried today and set aside."""
    aside = WorkItem.objects.filter(
        customer_id=OuterRef("customer_id"),
        subject_kind=SUBJECT,
        subject_id=OuterRef("id"),
        state__in=OPEN,
        facts__tried_on=on.isoformat(),
    )
    return due.filter(~Exists(aside))


@transaction.atomic
def set_aside(customer_id: UUID, subscription_id: UUID, reason: str, *, on: date, at: datetime) -> None:
    """Have somebody look at it. One that was set aside before says why it failed today."""
    subscription = locked(customer_id, subscription_id)
    facts = {"detail": reason, "label": subscription.label, "tried_on": on.isoformat()}
    item = open_item_about(customer_id, (SUBJECT, subscription_id), lock=True)
    if item is not None:
        item.facts = facts
        item.save(update_fields=["facts"])
        return
    open_item(
        customer_id,
        subject=(SUBJECT, subscription_id),
        reason="not_renewed",
        facts=facts,
        promised_by=None,
        at=at,
    )


def across_customers_not_aside_any_more(subscription_ids: Sequence[UUID], at: datetime) -> None:
    """They are renewed: nobody need look at them."""
    items = WorkItem.objects.filter(subject_kind=SUBJECT, state__in=OPEN)
    for item in items.filter(subject_id__in=subscription_ids).select_for_update():
        close(item, state="done", by=SYSTEM, at=at)
