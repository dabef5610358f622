"""What the target of a plan change costs with the discounts it would have, and when the change would begin: each
depends on the other, so both are found together.
"""

from dataclasses import dataclass, replace
from datetime import date

from palier.core.change_facts import ChangeFacts, NewDiscount
from palier.core.discounts import Discount
from palier.core.periods import boundary
from palier.core.policies import Policies
from palier.core.pricing import Configuration, PricedLine, billed_price, counting, discounted, price
from palier.core.proration import leftover


@dataclass(frozen=True, slots=True)
class TargetPrice:
    """The target's price with the discounts it would have, and when the change would begin."""

    target: Configuration
    lines: tuple[PricedLine, ...]
    discounts: tuple[Discount, ...]
    code_problem: str
    begins_on: date
    at_renewal: bool
    may_choose_when: bool

    @property
    def level(self) -> int:
        return price(discounted(self.lines, self.target, self.discounts, self.begins_on))

    @property
    def billed(self) -> int:
        return self.billed_from(self.begins_on)

    def billed_from(self, on: date) -> int:
        return billed_price(discounted(self.lines, self.target, self.discounts, on))

    @property
    def recurring(self) -> str:
        found, _ = counting(self.lines, self.target, self.discounts, self.begins_on)
        return found.code if found else ""

    @property
    def first(self) -> str:
        _, found = counting(self.lines, self.target, self.discounts, self.begins_on)
        return found.code if found else ""


def target_price(facts: ChangeFacts, policies: Policies) -> TargetPrice:
    """With what the code gives; without it where it would take nothing off."""
    without = _with(facts, policies, facts.kept, facts.code_problem)
    if facts.new is None or facts.code_problem:
        return without
    # The level decides when it begins, and that decides until when a discount of the first periods counts.
    guess = _with(facts, policies, (*facts.kept, facts.new.discount), "")
    added = _dated(facts, facts.new, without if facts.new.periods else guess)
    found = _with(facts, policies, (*facts.kept, added), "")
    if (found.level, found.billed) == (without.level, without.billed):
        return replace(without, code_problem="code_no_better")
    return found


def _with(
    facts: ChangeFacts, policies: Policies, discounts: tuple[Discount, ...], problem: str
) -> TargetPrice:
    lines, at = facts.target_lines or (), facts.on
    priced = TargetPrice(facts.target, lines, discounts, problem, at, False, False)
    at_renewal, may_choose_when = _timing(facts, policies, priced)
    begins_on = facts.renewal_on if at_renewal else facts.on
    return replace(priced, begins_on=begins_on, at_renewal=at_renewal, may_choose_when=may_choose_when)


def _dated(facts: ChangeFacts, new: NewDiscount, priced: TargetPrice) -> Discount:
    """Until when it counts: the rest of a period under way is the first one. It is for periods of that cycle only."""
    cycle = facts.target.cycle
    if new.periods is None or not cycle.is_recurring:
        return new.discount
    is_under_way = not priced.at_renewal and not facts.lengthens_the_cycle
    first_on = priced.begins_on if not is_under_way else facts.renewal_on
    until_on = boundary(first_on, cycle, new.periods - 1 if is_under_way else new.periods)
    return new.discount.of_first_periods(cycle, until_on)


def _timing(facts: ChangeFacts, policies: Policies, priced: TargetPrice) -> tuple[bool, bool]:
    """(at renewal?, may the client choose?)"""
    if facts.target.cycle != facts.current.cycle:
        restart = facts.lengthens_the_cycle and policies.cycle_change == "restart_today"
        if restart and policies.leftover == "at_renewal" and leftover(priced.billed, facts.carried) > 0:
            return True, False
        return not restart, False
    if priced.level >= facts.current_price or policies.downgrade_when == "now":
        return False, False
    if policies.downgrade_when == "at_renewal":
        return True, False
    return facts.at_renewal is not False, True
