"""What ending at once gives back: worked examples, and what holds for every rule and every life."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.cancellation import Indemnity, PayBack, PayBackRule, pay_back
from palier.core.proration import PaidPeriod, Unbilled

BOUGHT = date(2026, 1, 1)
YEAR = PaidPeriod(BOUGHT, date(2027, 1, 1), 365, 9000, 9000)
MONTH = PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 900, 900)
QUEBEC = PayBackRule("unused_share", Indemnity(Fraction(1, 10), 5000))


def ended(
    rule: PayBackRule, *periods: PaidPeriod, on: date, at_most: int | None = None, bought_on: date = BOUGHT
) -> PayBack:
    paid = sum(period.paid_price for period in periods) if at_most is None else at_most
    return pay_back(rule, periods, bought_on=bought_on, on=on, at_most=paid)


def test_a_consumer_in_quebec_is_paid_what_was_not_used_less_a_tenth_of_it() -> None:
    # 90.00 for a year, ended on its 101st day: 265 of 365 days left, 65.34; a tenth of that is less than 50.00.
    found = ended(QUEBEC, YEAR, on=BOUGHT + timedelta(100))
    assert (found.outcome, found.unused, found.indemnity, found.back) == ("unused_share", 6534, 653, 5881)
    assert found.limit == "percent"
    [part] = found.parts
    assert (part.days, part.cycle_days, part.paid_price) == (265, 365, 9000)


def test_the_indemnity_is_never_above_the_amount() -> None:
    # 1440.00 for a year of a private server, ended on the same day: a tenth would be 104.55.
    server = PaidPeriod(BOUGHT, date(2027, 1, 1), 365, 144_000, 144_000)
    found = ended(QUEBEC, server, on=BOUGHT + timedelta(100))
    assert (found.unused, found.indemnity, found.limit) == (104_548, 5000, "amount")
    assert found.back == 99_548


def test_a_month_counts_the_day_itself_as_not_used() -> None:
    found = ended(QUEBEC, MONTH, on=date(2026, 11, 23))
    assert (found.unused, found.indemnity, found.back) == (630, 63, 567)


def test_on_the_first_day_all_but_the_indemnity_comes_back() -> None:
    found = ended(QUEBEC, MONTH, on=MONTH.start_on)
    assert (found.unused, found.back) == (900, 810)


@pytest.mark.parametrize("on", [date(2026, 12, 14), date(2027, 3, 1)])
def test_after_what_is_paid_nothing_is_left(on: date) -> None:
    found = ended(QUEBEC, MONTH, on=on)
    assert (found.outcome, found.back, found.parts) == ("nothing_left", 0, ())


def test_a_period_paid_ahead_comes_back_too_and_is_rounded_with_the_other() -> None:
    ahead = PaidPeriod(date(2026, 12, 14), date(2027, 1, 14), 31, 900, 900)
    found = ended(QUEBEC, MONTH, ahead, on=date(2026, 11, 23))
    assert (found.unused, found.indemnity, found.back) == (1530, 153, 1377)


def test_days_count_for_what_was_paid_and_not_for_their_level() -> None:
    half_off = PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 900, 450)
    assert ended(QUEBEC, half_off, on=date(2026, 11, 23)).unused == 315


def test_what_was_given_back_before_does_not_come_back_again() -> None:
    found = ended(QUEBEC, MONTH, on=date(2026, 11, 23), at_most=200)
    assert (found.unused, found.indemnity, found.back, found.is_held_down) == (200, 20, 180, True)


def test_what_no_invoice_has_yet_does_not_come_back() -> None:
    # 18.00 for 30 days, of which a difference of 6.30 from the 23rd waits: on the 30th 14 of 21 days of it are left.
    raised = PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 1800, 1800)
    waits = Unbilled(date(2026, 11, 23), date(2026, 12, 14), 630)
    found = pay_back(QUEBEC, [raised], bought_on=BOUGHT, on=date(2026, 11, 30), at_most=900, unbilled=[waits])
    assert (found.unused, found.unbilled, found.indemnity) == (840 - 420, 420, 42)
    assert not found.is_held_down


def test_a_business_is_paid_nothing_back() -> None:
    found = ended(PayBackRule(), YEAR, on=BOUGHT + timedelta(1))
    assert (found.outcome, found.back) == ("none", 0)


@pytest.mark.parametrize(("days", "back"), [(0, 9000), (14, 9000), (15, 0)])
def test_a_purchase_may_be_taken_back_within_days(days: int, back: int) -> None:
    found = ended(PayBackRule(full_within_days=14), YEAR, on=BOUGHT + timedelta(days))
    assert found.back == back


def test_a_later_period_of_an_old_purchase_cannot() -> None:
    found = ended(PayBackRule(full_within_days=14), MONTH, on=MONTH.start_on)
    assert (found.outcome, found.back) == ("none", 0)


@pytest.mark.parametrize(("days", "outcome"), [(30, "unused_share"), (31, "too_late")])
def test_nothing_comes_back_after_days(days: int, outcome: str) -> None:
    rule = PayBackRule("unused_share", nothing_after_days=30)
    assert ended(rule, YEAR, on=BOUGHT + timedelta(days)).outcome == outcome


def test_a_flat_amount_is_never_more_than_what_is_left() -> None:
    flat = PayBackRule("unused_share", Indemnity(at_most=700))
    found = ended(flat, MONTH, on=date(2026, 11, 23))
    assert (found.unused, found.indemnity, found.back) == (630, 630, 0)


RULES = st.builds(
    PayBackRule,
    st.sampled_from(["none", "unused_share"]),
    st.builds(
        Indemnity,
        st.none() | st.fractions(0, 1, max_denominator=1000),
        st.none() | st.integers(0, 10_000),
    ),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 400),
)
DAYS = st.integers(-10, 800)


@st.composite
def lives(draw: st.DrawFn) -> tuple[PaidPeriod, ...]:
    """One to three periods, one after the other."""
    start_on, found = BOUGHT, []
    for _ in range(draw(st.integers(1, 3))):
        days = draw(st.integers(1, 366))
        held = draw(st.integers(0, 200_000))
        until_on = start_on + timedelta(days)
        found.append(PaidPeriod(start_on, until_on, max(days, 28), held, draw(st.integers(0, held))))
        start_on = until_on
    return tuple(found)


@given(RULES, lives(), DAYS, st.integers(0, 600_000))
def test_never_more_than_the_invoices_hold_nor_less_than_nothing(
    rule: PayBackRule, periods: tuple[PaidPeriod, ...], day: int, at_most: int
) -> None:
    found = ended(rule, *periods, on=BOUGHT + timedelta(day), at_most=at_most)
    assert 0 <= found.back <= found.unused <= at_most
    assert found.indemnity >= 0


@given(lives(), DAYS, st.integers(0, 600_000))
def test_in_quebec_no_more_is_kept_than_the_law_allows(
    periods: tuple[PaidPeriod, ...], day: int, at_most: int
) -> None:
    """To half a cent: the net is rounded once."""
    found = ended(QUEBEC, *periods, on=BOUGHT + timedelta(day), at_most=at_most)
    assert found.indemnity <= 5000
    assert abs(found.unused - found.back - min(Fraction(5000), Fraction(found.unused, 10))) <= 1


@given(RULES, lives(), DAYS, st.integers(0, 600_000))
def test_waiting_a_day_never_gives_more_back(
    rule: PayBackRule, periods: tuple[PaidPeriod, ...], day: int, at_most: int
) -> None:
    on = BOUGHT + timedelta(day)
    today = ended(rule, *periods, on=on, at_most=at_most)
    tomorrow = ended(rule, *periods, on=on + timedelta(1), at_most=at_most)
    if not (rule.nothing_after_days is not None and today.outcome == "too_late"):
        assert tomorrow.back <= max(
            today.back, tomorrow.unused if today.outcome == "too_late" else today.back
        )
