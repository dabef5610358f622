"""The add-ons of a subscription, as a quote of a change needs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from palier.catalog.snapshot import Catalog
from palier.core.addons import Addon
from palier.core.tax import still_priced
from palier.subscriptions.models import Period, Subscription
from palier.subscriptions.pending import unbilled
from palier.subscriptions.queries import Billed, addons_of, periods_billed_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True)
class HeldAddon:
    """An add-on that is not over, and its paid periods that are not."""

    subscription: Subscription
    periods: tuple["WithAnnotations[Period, Billed]", ...]


def held_addons(customer_id: UUID, subscription_id: UUID, on: date) -> tuple[HeldAddon, ...]:
    """Those of a subscription, the oldest first. Two statements, however many."""
    found = list(addons_of(customer_id, subscription_id))
    periods = list(periods_billed_of(customer_id, [addon.id for addon in found], on))
    return tuple(
        HeldAddon(
            addon,
            tuple(period for period in periods if period.subscription_id == addon.id and period.is_paid),
        )
        for addon in found
    )


def held_periods(addon: Subscription, on: date) -> tuple["WithAnnotations[Period, Billed]", ...]:
    """The paid periods of one, as they are after what was undone of it."""
    periods = periods_billed_of(addon.customer_id, [addon.id], on)
    return tuple(period for period in periods if period.is_paid)


def addons_towards(
    held: Iterable[HeldAddon], catalog: Catalog, origin: str, target: str
) -> tuple[Addon, ...]:
    """What a change of plan makes of each."""
    return tuple(
        Addon(
            str(one.subscription.id),
            one.subscription.plan_id,
            one.subscription.label,
            catalog.fate_of(one.subscription.plan_id, origin, target),
            tuple(period.held for period in one.periods),
            sum(_still_held(period) for period in one.periods),
            tuple(unbilled(one.subscription.pending, one.periods)),
        )
        for one in held
    )


def _still_held(period: "WithAnnotations[Period, Billed]") -> int:
    return still_priced(period.billed, period.billed_net, period.credited_net) + period.carried_in
