"""Every value of every policy, in numbers: a month of Forfait A (9.00), B (18.00) or C (30.00), 21 of 30 days left."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from palier.core.change_facts import ChangeFacts, SetupFee
from palier.core.discounts import Discount
from palier.core.policies import CHOICES, Policies
from palier.core.proration import PaidPeriod
from palier.core.quote import Quote
from tests.core.test_quote import FACTS, HOLDING_30, TO_YEARLY, quote

#: From A to B with 10 % off for good, and a set-up fee that the catalogue names.
OFFERED = replace(
    FACTS, kept=(Discount("school", Fraction(10)),), setup_fees=(SetupFee("plan", "web-b", 1, 500),)
)
#: 500.00 paid for the month: 350.00 are carried into a year at 180.00, and 170.00 are left over.
RICH = replace(
    TO_YEARLY,
    periods=(PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 50_000, 50_000),),
    carried_at_most=50_000,
)
NOW = {"downgrade_when": "now"}
TODAY, RENEWAL = date(2026, 11, 23), date(2026, 12, 14)
FOUR_HOURS_LATER = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)

#: (policy, value) -> facts, the other policies, and what the quote then says.
EXAMPLES: dict[tuple[str, str], tuple[ChangeFacts, Mapping[str, object], dict[str, object]]] = {
    ("downgrade_when", "client_chooses"): (
        HOLDING_30, {}, {"may_choose_when": True, "takes_effect_on": RENEWAL, "net": 0, "renewal": 900},
    ),
    ("downgrade_when", "at_renewal"): (
        replace(HOLDING_30, at_renewal=False), {}, {"may_choose_when": False, "takes_effect_on": RENEWAL, "net": 0},
    ),
    ("downgrade_when", "now"): (
        replace(HOLDING_30, at_renewal=True), {}, {"may_choose_when": False, "takes_effect_on": TODAY, "net": 0},
    ),
    # (30.00 - 9.00) x 21/30 = 14.70.
    ("refund", "none"): (HOLDING_30, NOW, {"returned": 0, "renewal": 900}),
    ("refund", "credit_balance"): (HOLDING_30, NOW, {"returned": 1470, "renewal": 900}),
    # 180.00 less the 6.30 that are left of 9.00.
    ("cycle_change", "restart_today"): (TO_YEARLY, {}, {"restarts": True, "net": 17_370, "takes_effect_on": TODAY}),
    ("cycle_change", "at_renewal"): (
        TO_YEARLY, {}, {"restarts": False, "net": 0, "takes_effect_on": RENEWAL, "renewal": 18_000},
    ),
    ("leftover", "at_renewal"): (RICH, {}, {"restarts": False, "net": 0, "returned": 0, "takes_effect_on": RENEWAL}),
    ("leftover", "extend"): (RICH, {}, {"net": 0, "returned": 0, "extra_days": 344}),  # 170.00 x 365 / 180.00
    ("leftover", "credit_balance"): (RICH, {}, {"net": 0, "returned": 17_000, "extra_days": 0}),
    ("leftover", "forfeit"): (RICH, {}, {"net": 0, "returned": 0, "extra_days": 0, "restarts": True}),
    # (16.20 - 9.00) x 21/30 = 5.04, and the fee of 5.00.
    ("setup_fee", "none"): (OFFERED, {}, {"net": 504}),
    ("setup_fee", "charge"): (OFFERED, {}, {"net": 504 + 500}),
    ("discount", "keep"): (OFFERED, {}, {"price": 1620}),
    # What stays is in the facts already: none does (plan_changes/facts).
    ("discount", "drop"): (replace(OFFERED, kept=()), {}, {"price": 1800, "net": 630, "discounts": ()}),
    ("approval", "none"): (FACTS, {}, {"approved_by": None, "net": 630}),
    ("approval", "before_payment"): (FACTS, {"approval_hours": 4}, {"approved_by": FOUR_HOURS_LATER, "net": 630}),
    ("approval", "after_payment"): (FACTS, {"approval_hours": 4}, {"approved_by": None, "net": 630}),
    ("unknown_usage", "refuse"): (replace(FACTS, usage={}), {}, {"is_possible": False, "needs_person": False}),
    ("unknown_usage", "warn"): (replace(FACTS, usage={}), {}, {"is_possible": True, "needs_person": False}),
    ("unknown_usage", "ask_person"): (replace(FACTS, usage={}), {}, {"is_possible": True, "needs_person": True}),
}  # fmt: skip


def said(found: Quote, what: str) -> object:
    return {"net": found.today.net, "renewal": found.renewal.net}.get(what, getattr(found, what, None))


def test_no_value_of_a_policy_is_without_its_numbers() -> None:
    assert set(EXAMPLES) == {(policy, value) for policy, values in CHOICES.items() for value in values}


@pytest.mark.parametrize(("policy", "value"), EXAMPLES)
def test_a_policy_means_what_its_numbers_say(policy: str, value: str) -> None:
    facts, others, expected = EXAMPLES[policy, value]
    found = quote(facts, policies=Policies.of(others, {policy: value}))
    assert {what: said(found, what) for what in expected} == expected


@pytest.mark.parametrize("policy", CHOICES)
def test_the_first_value_is_the_one_without_a_word(policy: str) -> None:
    assert getattr(Policies(), policy) == CHOICES[policy][0]
