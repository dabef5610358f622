"""What the next renewal is for: written here by those above, because renewal cannot look up."""

from datetime import datetime

from palier.core.pricing import Configuration
from palier.subscriptions.bill_again import bill_renewals_again
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription


def set_upcoming(
    subscription: Subscription,
    configuration: Configuration | None,
    agreed: dict[str, int] | None,
    *,
    house: House,
    at: datetime,
) -> None:
    """Let the next renewal bill `configuration` (None: the current one), and bill an open one again for it.

    The caller holds the subscription's lock.
    """
    if configuration == subscription.configuration:
        configuration = agreed = None
    before = subscription.upcoming
    subscription.next_configuration = configuration.to_json() if configuration else None
    subscription.next_agreed = agreed
    subscription.save(update_fields=["next_configuration", "next_agreed"])
    if subscription.upcoming != before:
        bill_renewals_again(subscription, house=house, at=at)
