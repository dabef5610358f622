"""The explained price of a plan change: facts in, quote out (docs/explanation/plan-change).

A quote holds codes and numbers, no prose: sentences are made of them in words/. It holds all that the client reads,
so its digest is the digest of the answer: usage that moves without changing the answer changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from palier.core.addons import AddonOutcome, addon_outcomes
from palier.core.change_facts import ChangeFacts
from palier.core.discounts import Discount
from palier.core.hours import HOURS_BY_HAND, promised_by
from palier.core.least import credit_to_use, is_too_small
from palier.core.money import round_half_up, rounded
from palier.core.obstacle import Obstacle, obstacles, unknown_measures, warnings
from palier.core.periods import boundary, days_left
from palier.core.policies import Approval, Policies
from palier.core.pricing import Configuration
from palier.core.proration import (
    billed_part,
    exact_due,
    extension_days,
    leftover,
    refund_credit,
    restart_due,
)
from palier.core.renewal import invoiced_on
from palier.core.target_price import TargetPrice, target_price
from palier.core.tax import TaxLine
from palier.core.tax_due import TaxNote, taxes_due

Direction = Literal["up", "down", "level"]


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a difference that falls in one paid period."""

    start_on: date
    until_on: date
    held_price: int
    days: int
    cycle_days: int


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line before tax: `difference`, `new_period`, `discount` or `carried` (both negative), a `setup_fee`, or what
    was `pending` and is billed with it.

    `price` is the target's per cycle; of a set-up fee, that of one of its `quantity`, and `item` (`plan:web-b`) what
    for.
    """

    code: str
    amount: int
    price: int
    parts: tuple[Part, ...] = ()
    item: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """Net, taxes and total of what is or will be invoiced, and what the document will say of the taxes."""

    net: int
    taxes: tuple[TaxLine, ...]
    total: int
    notes: tuple[TaxNote, ...] = ()


NOTHING = Sum(0, (), 0)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a change costs and does. Amounts are in minor units of `currency`.

    `due_now` is what is left to pay after `credit_used`. `returned` goes to the credit balance when the change is
    done (only under the policies that give money back). `extra_days` lengthen a restarted period. `price` is the level
    per full cycle, `billed_price` what one that begins today is billed at: less, in the first periods of a discount.
    `discounts` are what the subscription has once the change is done; `recurring` and `first` name those that count.
    Our team answers by `approved_by` where there is an `approval`. What is too small to be paid alone is in
    `to_next_invoice`, and nothing is due.
    """

    currency: str
    origin: Configuration
    target: Configuration
    direction: Direction
    origin_price: int
    price: int
    billed_price: int
    discounts: tuple[Discount, ...]
    recurring: str
    first: str
    code: str
    code_problem: str
    at_renewal: bool
    may_choose_when: bool
    restarts: bool
    on: date
    takes_effect_on: date
    approval: Approval
    approved_by: datetime | None
    needs_person: bool
    promised_by: datetime | None
    obstacles: tuple[Obstacle, ...]
    warnings: tuple[Obstacle, ...]
    lines: tuple[QuoteLine, ...]
    today: Sum
    credit_used: int
    due_now: int
    returned: int
    extra_days: int
    renewal_on: date
    renewal: Sum
    addons: tuple[AddonOutcome, ...] = ()
    to_next_invoice: Sum = NOTHING

    @property
    def is_possible(self) -> bool:
        return not self.obstacles

    @property
    def net_of_periods(self) -> int:
        """What is billed for periods by this change: all but the set-up fees, which nothing holds and nothing gives
        back, and what waited from changes before it."""
        return sum(line.amount for line in self.lines if line.code not in ("setup_fee", "pending"))

    @property
    def billed_part(self) -> Fraction:
        """What is billed of a price, after the discount of the first periods."""
        return billed_part(self.billed_price, self.price)


def plan_change_quote(facts: ChangeFacts) -> Quote:
    """What moving from the current configuration to the target means, now or at renewal.

    Never raises: what stands in the way is in `obstacles`, and a quote with one may not be accepted.
    """
    policies = facts.policies or Policies()
    facts = _asking_person(facts, policies)
    priced = target_price(facts, policies)
    new_price = priced.level
    at_renewal, may_choose_when = priced.at_renewal, priced.may_choose_when
    move = _move(facts, policies, priced)
    lines, today, later = _billed(facts, move)
    credit_used = credit_to_use(today.total, facts.credit_balance, facts.least)
    renewal_on = move.renewal_on or facts.renewal_on
    return Quote(
        currency=facts.currency,
        origin=facts.current,
        target=facts.target,
        direction=_direction(facts.current_price, new_price),
        origin_price=facts.current_price,
        price=new_price,
        billed_price=priced.billed,
        discounts=priced.discounts,
        recurring=priced.recurring,
        first=priced.first,
        code=facts.code,
        code_problem=priced.code_problem,
        at_renewal=at_renewal,
        may_choose_when=may_choose_when,
        restarts=move.renewal_on is not None,
        on=facts.on,
        takes_effect_on=facts.renewal_on if at_renewal else facts.on,
        approval=policies.approval,
        approved_by=_approval(facts, policies),
        needs_person=facts.person_hours is not None,
        promised_by=_promise(facts, policies, at_renewal),
        obstacles=obstacles(facts, policies),
        warnings=warnings(facts, policies),
        lines=lines,
        today=today,
        credit_used=credit_used,
        due_now=today.total - credit_used,
        returned=move.returned,
        extra_days=move.extra_days,
        renewal_on=renewal_on,
        renewal=_renewal(facts, priced, renewal_on, _waiting(facts, lines, later)),
        addons=addon_outcomes(facts.addons, facts.renewal_on if at_renewal else facts.on, policies.refund),
        to_next_invoice=later,
    )


def _direction(old_price: int, new_price: int) -> Direction:
    if new_price > old_price:
        return "up"
    return "down" if new_price < old_price else "level"


@dataclass(frozen=True, slots=True)
class _Move:
    """What happens to the money and the dates. `renewal_on` is set when a new period starts today."""

    lines: tuple[QuoteLine, ...] = ()
    returned: int = 0
    extra_days: int = 0
    renewal_on: date | None = None

    @property
    def net(self) -> int:
        return sum(line.amount for line in self.lines)


def _move(facts: ChangeFacts, policies: Policies, priced: TargetPrice) -> _Move:
    if priced.at_renewal or facts.target_lines is None:
        return _Move()
    move = (
        _restart(facts, policies, priced)
        if facts.lengthens_the_cycle
        else _within_cycle(facts, policies, priced.level, priced.billed)
    )
    return replace(move, lines=(*move.lines, *_setup_lines(facts, policies)))


def _within_cycle(facts: ChangeFacts, policies: Policies, new_price: int, billed: int) -> _Move:
    exact = exact_due(new_price, facts.periods, facts.on)
    difference = round_half_up(exact)
    returned = 0
    if policies.refund == "credit_balance":
        returned = refund_credit(new_price, facts.current_price, facts.periods, facts.on)
    if not difference:
        return _Move(returned=returned)
    parts = tuple(
        Part(
            period.start_on,
            period.until_on,
            period.held_price,
            days_left(period.span, facts.on),
            period.cycle_days,
        )
        for period in facts.periods
        if new_price > period.held_price and days_left(period.span, facts.on)
    )
    lines = [QuoteLine("difference", difference, new_price, parts)]
    off = difference - round_half_up(exact * billed_part(billed, new_price))
    if off:
        lines.append(QuoteLine("discount", -off, new_price, parts))
    return _Move(tuple(lines), returned)


def _restart(facts: ChangeFacts, policies: Policies, priced: TargetPrice) -> _Move:
    new_price, billed = priced.level, priced.billed
    brought = facts.carried
    left = leftover(billed, brought)
    to_pay = restart_due(billed, brought)
    until_on = boundary(facts.on, facts.target.cycle, 1)
    extra_days = 0
    if left and policies.leftover == "extend" and new_price:
        extra_days = extension_days(left, new_price, (until_on - facts.on).days)
    lines = [QuoteLine("new_period", new_price, new_price)]
    if billed < new_price:
        lines.append(QuoteLine("discount", billed - new_price, new_price))
    if to_pay < billed:
        lines.append(QuoteLine("carried", to_pay - billed, new_price))
    return _Move(
        tuple(lines),
        returned=rounded(left, "down") if policies.leftover == "credit_balance" else 0,
        extra_days=extra_days,
        renewal_on=until_on + timedelta(extra_days),
    )


def _setup_lines(facts: ChangeFacts, policies: Policies) -> tuple[QuoteLine, ...]:
    """What is set up is charged when it is: a change that waits for its renewal has none."""
    if policies.setup_fee != "charge":
        return ()
    return tuple(
        QuoteLine(
            "setup_fee",
            fee.quantity * fee.unit_price,
            fee.unit_price,
            item=f"{fee.kind}:{fee.code}",
            quantity=fee.quantity,
        )
        for fee in facts.setup_fees
        if fee.quantity * fee.unit_price
    )


def _sum(facts: ChangeFacts, net: int, on: date) -> Sum:
    due = taxes_due(facts.tax_rates, facts.seller, facts.buyer, on)
    worked_out = due.on_amount(net)
    return Sum(worked_out.net, worked_out.lines, worked_out.total, due.notes)


def _billed(facts: ChangeFacts, move: _Move) -> tuple[tuple[QuoteLine, ...], Sum, Sum]:
    """The lines, what they make today, and what they add to the next invoice instead where that is too small to be paid
    alone. What waited from changes before is billed as soon as anything is."""
    if not move.net:
        return move.lines, _sum(facts, 0, facts.on), NOTHING
    today = _sum(facts, move.net + facts.pending, facts.on)
    if is_too_small(today.total, facts.credit_balance, facts.least):
        return move.lines, NOTHING, _sum(facts, move.net, facts.on)
    waited = (QuoteLine("pending", facts.pending, 0),) if facts.pending else ()
    return (*move.lines, *waited), today, NOTHING


def _waiting(facts: ChangeFacts, lines: tuple[QuoteLine, ...], later: Sum) -> int:
    """What waits for the next invoice once this is accepted, as priced."""
    if later != NOTHING:
        return facts.pending + sum(line.amount for line in lines)
    return 0 if any(line.code == "pending" for line in lines) else facts.pending


def _renewal(facts: ChangeFacts, priced: TargetPrice, on: date, waiting: int) -> Sum:
    """The next one, with what waits for it. A change at renewal keeps the prices it was accepted at."""
    if facts.renewal_lines is not None and not priced.at_renewal:
        priced = replace(priced, lines=facts.renewal_lines)
    billed = priced.billed_from(on)
    issued_on = invoiced_on(on, facts.on, facts.invoice_days_ahead)
    return _sum(facts, billed + waiting if billed else 0, issued_on)


def _approval(facts: ChangeFacts, policies: Policies) -> datetime | None:
    """When our team will have answered: before the payment, counted from now; after it, told when it is paid."""
    if policies.approval != "before_payment":
        return None
    return promised_by(facts.at, policies.approval_hours, facts.working_hours)


def _promise(facts: ChangeFacts, policies: Policies, at_renewal: bool) -> datetime | None:
    """When a person will have done it, counted from now; for a change at renewal, or one to be approved first, it is
    told when it begins."""
    if facts.person_hours is None or at_renewal or policies.approval != "none":
        return None
    return promised_by(facts.at, facts.person_hours, facts.working_hours)


def _asking_person(facts: ChangeFacts, policies: Policies) -> ChangeFacts:
    """Where what is used is unknown and the policy has a person look, one is needed, whatever the path says."""
    if facts.person_hours is None and policies.unknown_usage == "ask_person" and unknown_measures(facts):
        return replace(facts, person_hours=HOURS_BY_HAND)
    return facts
