"""What becomes of add-ons when what they were added to changes plan (docs/explanation/money, "Add-ons").

An add-on has a price, a cycle and dates of its own, so nothing of it is prorated with the plan. It is kept, it is
converted (what it did is part of the new plan), or it ends. Amounts are in minor units, before tax.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from palier.core.money import rounded
from palier.core.policies import RefundPolicy
from palier.core.proration import PaidPeriod, Unbilled, paid_and_unused

Fate = Literal["keep", "convert", "end"]
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Addon:
    """An add-on of today. `periods` are its paid ones, `still_billed` what their invoices hold before tax, net of
    credit notes, and `unbilled` what of their days no invoice has; `fate` is what the change makes of it."""

    subscription_id: str
    plan: str
    label: str
    fate: Fate
    periods: tuple[PaidPeriod, ...]
    still_billed: int
    unbilled: tuple[Unbilled, ...] = ()


@dataclass(frozen=True, slots=True)
class AddonOutcome:
    """What the client reads of one: `returned` goes to the credit balance, with its taxes, when it ends."""

    subscription_id: str
    plan: str
    label: str
    fate: Fate
    returned: int


def addon_outcomes(addons: Iterable[Addon], on: date, refund: RefundPolicy) -> tuple[AddonOutcome, ...]:
    """What becomes of each on the day the change takes effect."""
    return tuple(
        AddonOutcome(one.subscription_id, one.plan, one.label, one.fate, addon_returned(one, on, refund))
        for one in addons
    )


def addon_returned(addon: Addon, on: date, refund: RefundPolicy) -> int:
    """What is given back of an add-on that goes on that day, before tax.

    The days left of a converted one count for what was paid for them: the client goes on having it, and must not pay
    twice. One that ends gives back what the path's `refund` policy says: by default nothing. Rounded down, as money
    taken out of a period is.
    """
    if addon.fate == "keep" or (addon.fate == "end" and refund == "none"):
        return 0
    return unused(addon, on)


def unused(addon: Addon, on: date) -> int:
    """What its days left are worth, at what was paid for them."""
    return rounded(paid_and_unused(addon.periods, on, addon.still_billed, addon.unbilled), "down")
