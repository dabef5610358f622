"""Have a person set up an add-on that is paid."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.hours import HOURS_BY_HAND, promised_by
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import locked
from palier.work.open_item import open_item
from palier.work.queries import was_asked_about


@transaction.atomic
def set_up_addon(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> None:
    """One work item for each add-on, when its first period is paid; any number of calls."""
    addon = locked(customer_id, subscription_id)
    subject = ("addon", addon.id)
    if addon.addon_of_id is None or addon.state != "active" or was_asked_about(customer_id, subject):
        return
    open_item(
        customer_id,
        subject=subject,
        reason="set_up_by_hand",
        facts={"label": addon.label, "addon": _name(addon, house)},
        promised_by=promised_by(at, HOURS_BY_HAND, house.provider.hours),
        at=at,
    )


def _name(addon: Subscription, house: House) -> str:
    """As the host's own people call it."""
    names = house.catalog.plans[addon.plan_id].names
    return names.get(house.provider.language) or next(iter(names.values()))
