"""End a subscription that nobody pays for: the last step of dunning."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.periods import billing_date
from palier.events.record import SYSTEM
from palier.plan_changes.end_addon import addons_without_changes
from palier.plan_changes.end_subscription import carry_out_end
from palier.plan_changes.queries import open_change_of
from palier.plan_changes.undo import WorkHasBegun, cancel, drop_unpaid
from palier.subscriptions.bill_period import House
from palier.subscriptions.credit_rest import credit_rest
from palier.subscriptions.models import CancellationRequest, Subscription
from palier.subscriptions.queries import cancellation_of, locked


@transaction.atomic
def end_unpaid(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> bool:
    """The subscription is over, its service ended as a cancellation ends it, and the time not served credited.

    A change that waits for a payment or a renewal is given up first. False when it was over already. Raises
    `WorkHasBegun` while a paid change is being made: that is finished, or undone, before anything ends.
    """
    subscription = locked(customer_id, subscription_id)
    if subscription.state == "cancelled":
        return False
    while (change := open_change_of(customer_id, subscription_id)) is not None:
        if change.state in ("applying", "needs_person"):
            raise WorkHasBegun(str(change.id))
        give_up = drop_unpaid if change.state == "scheduled" else cancel
        give_up(customer_id, change.id, house=house, at=at, by=SYSTEM)
    subscription.refresh_from_db()
    on = billing_date(at, house.provider.zone)
    for addon in addons_without_changes(subscription, house=house, at=at, by=SYSTEM):
        credit_rest(addon, on=on, at=at)
    credit_rest(subscription, on=on, at=at)
    _request(subscription, at, cause="unpaid", ends_on=on)
    carry_out_end(customer_id, subscription_id, house=house, at=at)
    return True


def _request(subscription: Subscription, at: datetime, **wanted: object) -> None:
    """The end as a request that nobody made; one that the client had made for later is brought forward."""
    asked = cancellation_of(subscription.customer_id, subscription.id)
    if asked is None:
        CancellationRequest.objects.create(
            customer_id=subscription.customer_id,
            subscription=subscription,
            at_renewal=False,
            requested_at=at,
            **wanted,
        )
    else:
        CancellationRequest.objects.filter(customer_id=asked.customer_id, id=asked.id).update(**wanted)
