"""The codes that give discounts: whether one may be used, and its uses, counted and given back.

Two who use the last one at once are told apart by a lock on the discount (`lock_discount`): whoever writes a use
holds it, and has counted after taking it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from palier.catalog.for_sale import Discount
from palier.catalog.snapshot import Catalog
from palier.core.pricing import Configuration
from palier.subscriptions.models import DiscountUse, Subscription

UsedFor = Literal["new", "change"]


class CodeRefused(Exception):
    """The code gives nothing here; `problem` is a code of words/codes.py."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Typed:
    """A code as it was typed, what it gives, and why it gives nothing to this customer today (empty when it does)."""

    code: str = ""
    discount: Discount | None = None
    problem: str = ""

    def problem_for(self, target: Configuration) -> str:
        if self.problem or self.discount is None:
            return self.problem
        return "" if _is_for(self.discount, target) else "code_not_for_this"


NOTHING_TYPED = Typed()


def typed(code: str, customer_id: UUID, *, catalog: Catalog, used_for: UsedFor, on: date) -> Typed:
    """What a code gives. Reads its uses where they are limited, and nothing where no code is typed."""
    code = code.strip().upper()
    if not code:
        return NOTHING_TYPED
    discount = catalog.discount_typed(code)
    return Typed(code, discount, _problem(discount, customer_id, used_for, on))


def _problem(discount: Discount | None, customer_id: UUID, used_for: UsedFor, on: date) -> str:
    if discount is None:
        return "code_unknown"
    if not discount.is_valid_on(on):
        return "code_over" if discount.valid_from is None or discount.valid_from <= on else "code_not_yet"
    if discount.given_for not in ("any", used_for):
        return "code_for_new_services" if discount.given_for == "new" else "code_for_changes"
    if discount.once_per_customer and has_used(customer_id, discount.code):
        return "code_used_before"
    if discount.uses is not None and across_customers_uses(discount.code) >= discount.uses:
        return "code_used_up"
    return ""


def _is_for(discount: Discount, target: Configuration) -> bool:
    named = discount.plans is None or target.plan in discount.plans
    in_cycle = discount.cycles is None or target.cycle.code in discount.cycles
    return named and in_cycle and (not discount.amounts or target.cycle.code in discount.amounts)


def across_customers_uses(discount_code: str) -> int:
    return DiscountUse.objects.filter(discount_code=discount_code, given_back_at=None).count()


def has_used(customer_id: UUID, discount_code: str) -> bool:
    uses = DiscountUse.objects.filter(customer_id=customer_id, discount_code=discount_code)
    return uses.filter(given_back_at=None).exists()


def use_code(
    subscription: Subscription, discount_code: str, *, at: datetime, change_id: UUID | None = None
) -> None:
    """Count one more use. The caller holds the discount's lock, and has found no problem since it does."""
    DiscountUse.objects.create(
        customer_id=subscription.customer_id,
        subscription=subscription,
        discount_code=discount_code,
        change_id=change_id,
        used_at=at,
    )


def give_back_code(customer_id: UUID, change_id: UUID, at: datetime) -> None:
    """The change that used a code came to nothing: someone else may."""
    uses = DiscountUse.objects.filter(customer_id=customer_id, change_id=change_id, given_back_at=None)
    uses.update(given_back_at=at)
