"""Discounts, set-up fees and approval in a quote: the worked examples of docs/explanation/money."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.change_facts import ChangeFacts, NewDiscount, SetupFee
from palier.core.discounts import Discount
from palier.core.fit import Machine, Measure
from palier.core.policies import Policies
from palier.core.pricing import PricedLine
from palier.core.proration import PaidPeriod
from palier.core.quote import Quote, plan_change_quote
from tests.core.test_quote import AT, FACTS, HOLDING_30, TO_YEARLY, quote

TEN = Discount("school", Fraction(10))
HALF = Discount("half", Fraction(50))
#: Forfait A on a first month at half price: held at 9.00, paid at 4.50.
AT_HALF_PRICE = replace(
    FACTS,
    periods=(PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 900, 450),),
    carried_at_most=450,
    kept=(Discount("half", Fraction(50), until_on=date(2026, 12, 14)),),
)
FEE = SetupFee("plan", "web-b", 1, 500)
CHARGE = Policies.of({"setup_fee": "charge"})


def lines(found: Quote) -> list[tuple[str, int]]:
    return [(line.code, line.amount) for line in found.lines]


def typing(discount: Discount, periods: int | None = None, facts: ChangeFacts = FACTS) -> ChangeFacts:
    return replace(facts, code="CODE", new=NewDiscount(discount, periods))


# Recurring discounts ---------------------------------------------------------------------------------------


def test_a_recurring_discount_lowers_the_level_and_so_the_difference_and_the_renewal() -> None:
    found = quote(kept=(TEN,))
    assert (found.price, found.billed_price, found.recurring) == (1620, 1620, "school")
    assert lines(found) == [("difference", 504)]  # (16.20 - 9.00) x 21/30
    assert found.renewal.net == 1620


def test_a_code_gives_its_discount_from_today_on() -> None:
    found = quote(typing(TEN))
    assert (found.price, found.discounts, found.code_problem) == (1620, (TEN,), "")
    assert lines(found) == [("difference", 504)]


def test_a_code_that_gives_less_than_what_one_has_is_told_so_and_not_used() -> None:
    found = quote(typing(TEN), kept=(HALF,))
    assert (found.code_problem, found.discounts, found.price) == ("code_no_better", (HALF,), 900)


def test_a_code_with_a_problem_gives_nothing() -> None:
    found = quote(replace(typing(TEN), code_problem="code_over", new=None))
    assert (found.code_problem, found.discounts, found.price) == ("code_over", (), 1800)


# Discounts of the first periods ---------------------------------------------------------------------------


def test_in_the_first_periods_the_difference_is_discounted_as_the_price_is() -> None:
    """From a half of 9.00 to a half of 18.00 for 21 of 30 days: 4.50 x 21/30 = 3.15."""
    found = quote(AT_HALF_PRICE)
    assert lines(found) == [("difference", 630), ("discount", -315)]
    assert (found.today.net, found.price, found.billed_price, found.first) == (315, 1800, 900, "half")
    assert found.renewal.net == 1800  # the first month is over


def test_one_given_by_a_code_counts_the_rest_of_this_period_as_the_first() -> None:
    once, three = quote(typing(HALF, 1)), quote(typing(HALF, 3))
    assert (once.today.net, once.renewal.net) == (315, 1800)
    assert (three.today.net, three.renewal.net) == (315, 900)
    assert [found.discounts[0].until_on for found in (once, three)] == [
        date(2026, 12, 14),
        date(2027, 2, 14),
    ]


def test_a_restart_bills_the_first_period_at_the_discount() -> None:
    found = quote(typing(HALF, 1, TO_YEARLY))
    assert lines(found) == [("new_period", 18000), ("discount", -9000), ("carried", -630)]
    assert (found.discounts[0].until_on, found.renewal.net) == (date(2027, 11, 23), 18000)


def test_what_was_paid_less_for_carries_less() -> None:
    """21 of 30 days at 4.50, not at 9.00; and a year has no first month left."""
    found = quote(replace(TO_YEARLY, periods=AT_HALF_PRICE.periods, carried_at_most=450))
    assert lines(found) == [("new_period", 18000), ("carried", -315)]


def test_a_discount_of_first_months_is_not_for_years() -> None:
    months = (replace(HALF, until_on=date(2027, 2, 14), cycles=frozenset({"monthly"})),)
    assert quote(TO_YEARLY, kept=months).billed_price == 18000


def test_at_renewal_the_first_period_is_the_next_one() -> None:
    found = quote(typing(HALF, 1, HOLDING_30))
    assert (found.at_renewal, found.due_now, found.renewal.net) == (True, 0, 450)
    assert found.discounts[0].until_on == date(2027, 1, 14)


def test_a_whole_discount_leaves_nothing_to_pay_today() -> None:
    found = quote(typing(Discount("gift", Fraction(100)), 1))
    assert lines(found) == [("difference", 630), ("discount", -630)]
    assert (found.today.total, found.renewal.net) == (0, 1800)


percents = st.fractions(0, 100, max_denominator=200)
prices = st.integers(0, 200_000)


@given(prices, prices, percents, st.integers(1, 30))
def test_a_discounted_difference_is_between_nothing_and_the_difference(
    new_price: int, held: int, off: Fraction, days_gone: int
) -> None:
    period = PaidPeriod(date(2026, 11, 23), date(2026, 12, 14), days_gone + 21, held, held)
    facts = replace(
        typing(Discount("off", off), 1),
        periods=(period,),
        current_price=0,
        target_lines=(PricedLine("plan", "web-b", 1, new_price),),
    )
    with_it, without = quote(facts), quote(replace(facts, new=None))
    assert 0 <= with_it.today.net <= without.today.net
    assert with_it.renewal.net == without.renewal.net


@given(prices, percents, st.integers(0, 20))
def test_a_discounted_difference_never_grows_as_days_pass(price: int, off: Fraction, days: int) -> None:
    def net(on: date) -> int:
        facts = replace(AT_HALF_PRICE, on=on, target_lines=(PricedLine("plan", "web-b", 1, price),))
        kept = (Discount("off", off, until_on=date(2026, 12, 14)),)
        return quote(facts, kept=kept).today.net

    start = date(2026, 11, 14)
    assert net(start.replace(day=14 + days // 2)) <= net(start)


# Set-up fees ----------------------------------------------------------------------------------------------


def test_a_set_up_fee_is_a_line_of_its_own_taxed_and_not_of_the_period() -> None:
    found = quote(policies=CHARGE, setup_fees=(FEE,))
    assert lines(found) == [("difference", 630), ("setup_fee", 500)]
    assert (found.today.net, found.net_of_periods) == (1130, 630)
    assert [(tax.code, tax.amount) for tax in found.today.taxes] == [("TPS", 57), ("TVQ", 113)]
    assert found.renewal.net == 1800


def test_without_the_policy_there_is_none() -> None:
    assert quote(setup_fees=(FEE,)) == quote()


def test_a_change_that_waits_for_its_renewal_has_none() -> None:
    assert quote(HOLDING_30, policies=CHARGE, setup_fees=(FEE,)).lines == ()


def test_no_discount_lowers_a_set_up_fee() -> None:
    found = quote(AT_HALF_PRICE, policies=CHARGE, setup_fees=(SetupFee("option", "ipv4", 2, 300),))
    assert lines(found) == [("difference", 630), ("discount", -315), ("setup_fee", 600)]
    assert (found.lines[-1].item, found.lines[-1].quantity, found.lines[-1].price) == ("option:ipv4", 2, 300)


# Approval -------------------------------------------------------------------------------------------------


def test_an_approval_before_the_payment_is_promised_in_working_hours() -> None:
    found = quote(policies=Policies.of({"approval": "before_payment", "approval_hours": 4}))
    # Monday 10:00 in Québec, 9 to 17 are worked.
    assert found.approved_by == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert found.due_now == 725


def test_what_a_person_does_is_promised_once_it_is_approved() -> None:
    found = quote(person_hours=8, policies=Policies.of({"approval": "after_payment"}))
    assert (found.needs_person, found.promised_by, found.approved_by) == (True, None, None)


@pytest.mark.parametrize("carried_on", [date(2026, 11, 23), date(2026, 11, 26)])
def test_a_restart_carries_what_there_was_on_the_day_it_was_accepted(carried_on: date) -> None:
    left = {date(2026, 11, 23): 630, date(2026, 11, 26): 540}
    found = plan_change_quote(replace(TO_YEARLY, on=date(2026, 11, 26), carried_on=carried_on))
    assert lines(found) == [("new_period", 18000), ("carried", -left[carried_on])]


# What is unknown ------------------------------------------------------------------------------------------


def unknown(policy: str, **changed: object) -> Quote:
    return quote(usage={}, policies=Policies.of({"unknown_usage": policy}), **changed)


def test_a_usage_that_is_unknown_is_refused_unless_a_policy_says_otherwise() -> None:
    assert quote(usage={}) == unknown("refuse")
    assert [told.code for told in unknown("refuse").obstacles] == ["usage_unknown"]
    assert unknown("refuse").warnings == ()


def test_under_warn_the_client_is_told_and_may_go_on() -> None:
    found = unknown("warn")
    assert (found.is_possible, found.needs_person) == (True, False)
    assert [(told.code, told.resource, told.limit) for told in found.warnings] == [
        ("usage_unknown_warned", "disk", 25_600)
    ]


def test_under_ask_person_our_team_looks_and_says_by_when() -> None:
    found = unknown("ask_person")
    assert (found.is_possible, found.needs_person) == (True, True)
    assert [told.code for told in found.warnings] == ["usage_unknown_asked"]
    # Monday 10:00 in Québec, 9 to 17 are worked: eight hours are Tuesday 10:00.
    assert found.promised_by == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_nobody_is_asked_where_everything_was_measured() -> None:
    assert quote(policies=Policies.of({"unknown_usage": "ask_person"})) == quote()


def test_a_path_that_has_a_person_keeps_its_own_promise() -> None:
    assert unknown("ask_person", person_hours=4).promised_by == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("policy", ["refuse", "warn", "ask_person"])
def test_no_policy_lets_what_does_not_fit_or_cannot_shrink_pass(policy: str) -> None:
    found = quote(
        usage={"disk": Measure(30_000, AT, "live"), "memory": Measure(1, AT, "live")},
        target_limits={"disk": 25_600, "memory": 1024},
        machine=Machine({"memory": 2048}, frozenset({"memory"})),
        policies=Policies.of({"unknown_usage": policy}),
    )
    assert [(told.code, told.excess) for told in found.obstacles] == [
        ("does_not_fit", 4_400),
        ("cannot_shrink", 1024),
    ]
