"""What the coming periods are for: written here by those above, because renewal cannot look up."""

from datetime import date, datetime

from palier.core.discounts import DiscountJson
from palier.core.pricing import Configuration
from palier.subscriptions.bill_again import bill_again, periods_billed_from
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription


def set_upcoming(
    subscription: Subscription,
    configuration: Configuration | None,
    agreed: dict[str, int] | None,
    discounts: list[DiscountJson] | None,
    *,
    from_on: date,
    house: House,
    at: datetime,
) -> None:
    """Let the periods from that day on be for `configuration` (None: the current one), at these unit prices and with
    these discounts.

    Those billed already for something else are billed again; so the caller names the first day that its change is
    about, and what was paid before that day stays. The caller holds the subscription's lock.
    """
    if configuration == subscription.configuration:
        configuration = agreed = discounts = None
    subscription.next_configuration = configuration.to_json() if configuration else None
    subscription.next_agreed, subscription.next_discounts = agreed, discounts
    subscription.save(update_fields=["next_configuration", "next_agreed", "next_discounts"])
    wanted = subscription.upcoming.to_json()
    others = [
        period for period in periods_billed_from(subscription, from_on) if period.configuration != wanted
    ]
    bill_again(subscription, others, house=house, at=at)
