from datetime import date
from fractions import Fraction

import pytest

from palier.core.periods import BillingCycle, NotRecurring
from palier.core.proration import (
    NotExtensible,
    PaidPeriod,
    billed_part,
    carried,
    due,
    ended,
    exact_due,
    extension_days,
    held_after,
    held_after_refund,
    leftover,
    one_time_due,
    refund_credit,
    restart_due,
    restarted,
    share_left,
)

A, B, C, D = 900, 1800, 3000, 5000
MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")


def day(text: str) -> date:
    """`11-23` is 23 November 2026; months before July are of 2027."""
    month = int(text[:2])
    return date.fromisoformat(f"{2027 if month < 7 else 2026}-{text}")


def paid(start: str, until: str, held: int, of: int = 0, at: int | None = None) -> PaidPeriod:
    """A period paid at `held` a cycle (or really `at`), of a cycle of `of` days (by default its own)."""
    start_on, until_on = day(start), day(until)
    full = of or (until_on - start_on).days
    return PaidPeriod(start_on, until_on, full, held, held if at is None else at)


NOVEMBER = paid("11-14", "12-14", A)
DECEMBER = paid("12-14", "01-14", A)


def test_the_worked_example_line_by_line() -> None:
    # 23 November, A to B: 21 of 30 days left, 9.00 more a month.
    assert share_left(NOVEMBER, day("11-23")) == Fraction(21, 30)
    assert due(B, [NOVEMBER], day("11-23")) == 630
    on_b = held_after([NOVEMBER], B, day("11-23"))
    assert on_b == (paid("11-14", "12-14", B),)
    # 1 December, B to C: 13 of 30 days left, 12.00 more a month.
    assert due(C, on_b, day("12-01")) == 520
    on_c = held_after(on_b, C, day("12-01"))
    # 3 December, back to A now: nothing to pay, nothing returned, the level stays held.
    assert due(A, on_c, day("12-03")) == 0
    assert held_after(on_c, A, day("12-03")) == on_c == (paid("11-14", "12-14", C),)
    # 5 December, up to C again: paid once, never twice.
    assert due(C, on_c, day("12-05")) == 0


@pytest.mark.parametrize(
    ("on", "days"), [("11-01", 30), ("11-14", 30), ("11-15", 29), ("12-13", 1), ("12-14", 0), ("12-20", 0)]
)
def test_the_day_of_the_change_is_on_the_new_plan(on: str, days: int) -> None:
    assert share_left(NOVEMBER, day(on)) == Fraction(days, 30)


def test_a_stub_is_charged_in_days_of_the_full_cycle() -> None:
    # 7 days to 1 December, of the cycle of 30 days from 1 November.
    stub = paid("11-24", "12-01", A, of=30)
    assert share_left(stub, day("11-24")) == Fraction(7, 30)
    assert due(B, [stub], day("11-24")) == 210
    assert due(B, [stub], day("11-30")) == 30


def test_an_extended_period_has_more_days_than_its_cycle() -> None:
    extended = paid("11-14", "12-26", A, of=30)
    assert share_left(extended, day("11-14")) == Fraction(42, 30)
    assert due(B, [extended], day("11-14")) == 1260


def test_a_cycle_through_29_february_has_its_real_days() -> None:
    leap = PaidPeriod(date(2028, 2, 1), date(2028, 3, 1), 29, A, A)
    assert due(B, [leap], date(2028, 2, 29)) == 31  # 900 x 1/29 = 31.03
    yearly = PaidPeriod(date(2028, 2, 29), date(2029, 2, 28), 365, 10000, 10000)
    assert due(20000, [yearly], date(2029, 2, 27)) == 27  # 10000 x 1/365 = 27.40


def test_a_later_period_already_paid_is_part_of_the_due_and_rounded_with_it() -> None:
    # 9.00 x (21/30 + 31/31) = 15.30
    assert due(B, [NOVEMBER, DECEMBER], day("11-23")) == 630 + 900
    # Each period alone would give 0.5 and 0.5, so 1 and 1: the sum is rounded once.
    halves = [paid("11-14", "12-14", 0, of=60), paid("12-14", "01-13", 0, of=60)]
    assert due(1, halves, day("11-14")) == 1


def test_a_later_period_may_hold_another_level() -> None:
    periods = [paid("11-14", "12-14", C), DECEMBER]
    assert due(B, periods, day("11-23")) == 900
    assert [p.held_price for p in held_after(periods, B, day("11-23"))] == [C, B]


def test_a_tie_is_rounded_up() -> None:
    # 15 of 30 days of 0.01 more: half a cent.
    assert due(A + 1, [NOVEMBER], day("11-29")) == 1
    assert exact_due(A + 1, [NOVEMBER], day("11-29")) == Fraction(1, 2)


def test_a_period_that_is_over_costs_nothing_and_is_left_as_it_is() -> None:
    assert due(D, [NOVEMBER], day("12-14")) == 0
    assert held_after([NOVEMBER, DECEMBER], B, day("12-14")) == (NOVEMBER, paid("12-14", "01-14", B))
    assert held_after_refund([NOVEMBER, DECEMBER], 0, A, day("12-14")) == (
        NOVEMBER,
        paid("12-14", "01-14", 0),
    )


def test_without_a_paid_period_nothing_is_due_and_nothing_carried() -> None:
    assert due(B, [], day("11-23")) == 0
    assert carried([], day("11-23"), 900) == 0
    assert held_after([], B, day("11-23")) == ()


def test_an_empty_period_is_worth_nothing() -> None:
    empty = paid("11-14", "11-14", A, of=30)
    assert due(B, [empty], day("11-14")) == 0
    assert carried([empty], day("11-01"), 900) == 0


def test_what_is_paid_grows_by_what_was_charged() -> None:
    # Staff made 6.30 a 3.15: half of the difference was really paid.
    [half] = held_after([NOVEMBER], B, day("11-23"), billed_part(315, 630))
    assert (half.held_price, half.paid_price) == (B, 1350)
    # Staff gave it away.
    [gift] = held_after([NOVEMBER], B, day("11-23"), billed_part(0, 630))
    assert (gift.held_price, gift.paid_price) == (B, A)
    # Nothing was due, nothing charged: the whole level is held and counts as paid.
    assert billed_part(0, 0) == 1


def test_a_first_period_discount_is_held_whole_but_carried_as_paid() -> None:
    discounted = paid("11-14", "12-14", A, at=450)
    assert due(A, [discounted], day("11-23")) == 0
    assert due(B, [discounted], day("11-23")) == 630
    assert carried([discounted], day("11-23"), 450) == 315
    [raised] = held_after([discounted], B, day("11-23"))
    assert (raised.held_price, raised.paid_price) == (B, 1350)


def test_carried_is_never_more_than_the_invoices_still_hold() -> None:
    assert carried([NOVEMBER], day("11-23"), 900) == 630
    assert carried([NOVEMBER], day("11-23"), 500) == 500
    assert carried([NOVEMBER], day("11-23"), Fraction(1, 3)) == Fraction(1, 3)
    assert carried([NOVEMBER], day("11-23"), -1) == 0


def test_a_restart_costs_the_new_full_price_less_what_is_carried() -> None:
    # 90.00 a year, from a month at 9.00 with 21 days left.
    worth = carried([NOVEMBER], day("11-23"), 900)
    assert restart_due(9000, worth) == 8370
    assert restarted(day("11-23"), YEARLY, 9000) == PaidPeriod(
        day("11-23"), date(2027, 11, 23), 365, 9000, 9000
    )
    assert ended([NOVEMBER], day("11-23")) == (paid("11-14", "11-23", A, of=30),)


def test_a_restart_on_29_february_lasts_until_28_february() -> None:
    leap_day = date(2028, 2, 29)
    assert restarted(leap_day, YEARLY, 9000) == PaidPeriod(leap_day, date(2029, 2, 28), 365, 9000, 9000)
    with pytest.raises(NotRecurring):
        restarted(leap_day, BillingCycle("one_time"), 9000)


def test_ending_periods_cuts_the_current_empties_later_ones_and_spares_those_over() -> None:
    before = paid("10-14", "11-14", A)
    assert ended([before, NOVEMBER, DECEMBER], day("11-23")) == (
        before,
        paid("11-14", "11-23", A, of=30),
        paid("12-14", "12-14", A, of=31),
    )


def test_what_is_carried_above_the_new_price_buys_whole_days() -> None:
    # A year at 90.00, of which 300 of 365 days are left, towards a month at 30.00 of 30 days.
    year = PaidPeriod(date(2026, 9, 19), date(2027, 9, 19), 365, 9000, 9000)
    worth = carried([year], date(2026, 11, 23), 9000)
    assert worth == Fraction(9000 * 300, 365)
    over = leftover(C, worth)
    assert restart_due(C, worth) == 0
    assert extension_days(over, C, 30) == 43  # 4397.26 / 100.00 a day = 43.97
    assert restarted(day("11-23"), MONTHLY, C, 43) == PaidPeriod(day("11-23"), date(2027, 2, 4), 30, C, C)


def test_a_free_plan_cannot_be_extended() -> None:
    with pytest.raises(NotExtensible):
        extension_days(Fraction(100), 0, 30)
    assert leftover(1000, Fraction(999)) == 0


def test_the_credit_balance_policy_gives_back_the_level_at_what_was_paid_for_it() -> None:
    held_c = paid("11-14", "12-14", C, at=1500)
    # From C (half paid) down to B: 12.00 x 15/30 x 13/30 = 2.60.
    assert refund_credit(B, C, [held_c], day("12-01")) == 260
    assert held_after_refund([held_c], B, C, day("12-01")) == (paid("11-14", "12-14", B, at=900),)


def test_only_what_is_in_use_is_given_back() -> None:
    held_c = paid("11-14", "12-14", C)
    # C is held, but B is the current plan: only from B down to A.
    assert refund_credit(A, B, [held_c], day("12-01")) == 390
    assert held_after_refund([held_c], A, B, day("12-01")) == (paid("11-14", "12-14", C - 900),)


@pytest.mark.parametrize(("new", "current"), [(B, B), (C, B), (B, A)])
def test_nothing_is_given_back_towards_the_same_or_a_higher_price(new: int, current: int) -> None:
    held_c = paid("11-14", "12-14", C)
    assert refund_credit(new, current, [held_c], day("12-01")) == 0
    assert held_after_refund([held_c], new, current, day("12-01")) == (held_c,)


def test_nothing_held_gives_nothing_back() -> None:
    free = paid("11-14", "12-14", 0)
    assert refund_credit(0, A, [free], day("11-23")) == 0
    assert held_after_refund([free], 0, A, day("11-23")) == (free,)


def test_between_one_time_prices_the_whole_difference_is_due() -> None:
    assert one_time_due(5000, 3000) == 2000
    assert one_time_due(3000, 5000) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"until_on": date(2026, 11, 13)},
        {"cycle_days": 0},
        {"held_price": -1},
        {"paid_price": -1},
    ],
)
def test_an_impossible_period_is_refused(wrong: dict[str, object]) -> None:
    right = {"start_on": date(2026, 11, 14), "until_on": date(2026, 12, 14), "cycle_days": 30}
    with pytest.raises(ValueError, match=r"before it starts|at least one day|0 or more"):
        PaidPeriod(**{**right, "held_price": A, "paid_price": A, **wrong})  # type: ignore[arg-type]
