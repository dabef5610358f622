"""The properties of docs/explanation/money that hold for any life of changes in paid periods."""

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from palier.core.money import round_half_up
from palier.core.proration import (
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
    refund_credit,
    restart_due,
    share_left,
)

Periods = tuple[PaidPeriod, ...]


class Move(NamedTuple):
    on: date
    new_price: int


class Life(NamedTuple):
    """Consecutive paid periods of one cycle, and changes in them, in the order of their days."""

    periods: Periods
    moves: tuple[Move, ...]


prices = st.one_of(st.integers(0, 20_000), st.sampled_from([0, 1, 900, 1800, 3000, 10**9]))


@st.composite
def paid_periods(draw: st.DrawFn, fully_paid: bool = False) -> Periods:
    """One to three periods, each a full cycle, a stub, an extended one or empty, paid in whole or in part."""
    start_on = draw(st.dates(date(2023, 1, 1), date(2029, 1, 1)))
    periods = []
    for _ in range(draw(st.integers(1, 3))):
        cycle_days = draw(st.sampled_from([28, 29, 30, 31, 90, 365, 366, 1096]))
        lasts = draw(st.one_of(st.just(cycle_days), st.integers(0, cycle_days * 2)))
        held = draw(prices)
        paid = held if fully_paid else draw(st.integers(0, held))
        periods.append(PaidPeriod(start_on, start_on + timedelta(lasts), cycle_days, held, paid))
        start_on = periods[-1].until_on
    return tuple(periods)


def days_in(periods: Periods) -> st.SearchStrategy[date]:
    return st.dates(periods[0].start_on, periods[-1].until_on + timedelta(2))


@st.composite
def lives(draw: st.DrawFn, fully_paid: bool = False) -> Life:
    periods = draw(paid_periods(fully_paid))
    moves = draw(st.lists(st.builds(Move, days_in(periods), prices), max_size=8))
    return Life(periods, tuple(sorted(moves)))


@st.composite
def moments(draw: st.DrawFn) -> tuple[Periods, date]:
    """Any periods, after any life in them, on any later day."""
    life = draw(lives())
    on = draw(days_in(life.periods))
    return lived(Life(life.periods, tuple(move for move in life.moves if move.on <= on))), on


def lived(life: Life) -> Periods:
    periods = life.periods
    for move in life.moves:
        periods = held_after(periods, move.new_price, move.on)
    return periods


def exact_dues(life: Life) -> list[Fraction]:
    periods, dues = life.periods, []
    for move in life.moves:
        dues.append(exact_due(move.new_price, periods, move.on))
        periods = held_after(periods, move.new_price, move.on)
    return dues


@given(moments(), prices)
def test_a_due_is_never_negative_and_is_rounded_by_half_a_cent_at_most(
    moment: tuple[Periods, date], price: int
) -> None:
    periods, on = moment
    exact = exact_due(price, periods, on)
    assert exact >= 0
    assert due(price, periods, on) >= 0
    assert abs(due(price, periods, on) - exact) <= Fraction(1, 2)


@given(moments(), prices)
def test_the_same_configuration_costs_nothing(moment: tuple[Periods, date], price: int) -> None:
    periods, on = moment
    after = held_after(periods, price, on)
    assert due(price, after, on) == 0
    assert held_after(after, price, on) == after


@given(moments(), prices, prices)
def test_a_dearer_plan_never_costs_less(moment: tuple[Periods, date], price: int, other: int) -> None:
    periods, on = moment
    assert due(min(price, other), periods, on) <= due(max(price, other), periods, on)


@given(moments(), prices, st.integers(0, 40))
def test_a_due_never_grows_as_days_pass(moment: tuple[Periods, date], price: int, later: int) -> None:
    periods, on = moment
    assert due(price, periods, on + timedelta(later)) <= due(price, periods, on)


@given(lives(), st.data())
def test_down_and_up_again_costs_nothing(life: Life, data: st.DataObject) -> None:
    top = max((move.new_price for move in life.moves), default=0)
    last_on = life.moves[-1].on if life.moves else life.periods[0].start_on
    periods = lived(life)
    for price in data.draw(st.lists(st.integers(0, top), max_size=4)):
        assert due(price, periods, last_on) == 0
        assert held_after(periods, price, last_on) == periods
    assert due(top, periods, last_on) == 0


@given(paid_periods(), st.lists(prices, min_size=1, max_size=8), st.data())
def test_moves_of_one_day_cost_what_the_dearest_costs_alone(
    periods: Periods, bought: list[int], data: st.DataObject
) -> None:
    on = data.draw(days_in(periods))
    together = exact_dues(Life(periods, tuple(Move(on, price) for price in bought)))
    assert sum(together) == exact_due(max(bought), periods, on)


@given(lives())
def test_a_whole_life_costs_no_more_than_its_dearest_plan_from_the_first_day(life: Life) -> None:
    dearest = max((move.new_price for move in life.moves), default=0)
    assert sum(exact_dues(life)) <= exact_due(dearest, life.periods, life.periods[0].start_on)


@given(lives())
def test_what_is_held_never_falls_and_dates_never_move(life: Life) -> None:
    for before, after in zip(life.periods, lived(life), strict=True):
        assert after.held_price >= before.held_price
        assert after.paid_price >= before.paid_price
        assert after.span == before.span and after.cycle_days == before.cycle_days


@given(lives(), st.data())
def test_carried_never_exceeds_what_was_paid(life: Life, data: st.DataObject) -> None:
    last_on = life.moves[-1].on if life.moves else life.periods[0].start_on
    on = data.draw(st.dates(last_on, max(last_on, life.periods[-1].until_on)))
    first = sum(p.paid_price * share_left(p, p.start_on) for p in life.periods)
    exactly_paid = first + sum(exact_dues(life))
    worth = carried(lived(life), on, at_most=10**15)
    assert 0 <= worth <= exactly_paid
    invoiced = round_half_up(first) + sum(round_half_up(exact) for exact in exact_dues(life))
    assert carried(lived(life), on, invoiced) <= min(worth, invoiced)


@given(moments(), st.integers(0, 40))
def test_what_is_carried_never_grows_as_days_pass(moment: tuple[Periods, date], later: int) -> None:
    periods, on = moment
    assert carried(periods, on + timedelta(later), 10**15) <= carried(periods, on, 10**15)


@given(moments(), prices, st.fractions(0, 1))
def test_a_change_charged_in_part_is_held_whole_and_paid_in_part(
    moment: tuple[Periods, date], price: int, part: Fraction
) -> None:
    periods, on = moment
    whole, partly = held_after(periods, price, on), held_after(periods, price, on, part)
    assert [p.held_price for p in partly] == [p.held_price for p in whole]
    for before, some, full in zip(periods, partly, whole, strict=True):
        assert before.paid_price <= some.paid_price <= full.paid_price


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_what_is_billed_is_the_price_times_the_billed_part(charged: int, due_now: int) -> None:
    assert billed_part(charged, due_now) * due_now == charged


@given(moments(), prices, prices)
def test_a_refund_never_gives_back_more_than_is_carried(
    moment: tuple[Periods, date], new: int, current: int
) -> None:
    periods, on = moment
    credit = refund_credit(new, current, periods, on)
    assert 0 <= credit <= round_half_up(carried(periods, on, 10**15))
    if new >= current:
        assert credit == 0


@given(paid_periods(fully_paid=True), prices, prices, st.data())
def test_what_a_refund_gave_back_is_due_again_to_return(
    periods: Periods, new: int, current: int, data: st.DataObject
) -> None:
    on = data.draw(days_in(periods))
    on_current = held_after(periods, current, on)
    lowered = held_after_refund(on_current, new, current, on)
    highest = max(p.held_price for p in on_current)
    back = exact_due(highest, lowered, on) - exact_due(highest, on_current, on)
    assert round_half_up(back) == refund_credit(new, current, on_current, on)


@given(moments(), prices, prices)
def test_after_a_refund_no_period_holds_or_is_worth_less_than_nothing(
    moment: tuple[Periods, date], new: int, current: int
) -> None:
    periods, on = moment
    for before, after in zip(periods, held_after_refund(periods, new, current, on), strict=True):
        assert min(before.held_price, new) <= after.held_price <= before.held_price
        assert 0 <= after.paid_price <= before.paid_price


@given(moments(), prices, st.sampled_from([28, 29, 30, 31, 365, 366]))
def test_a_restart_neither_loses_nor_invents_money(
    moment: tuple[Periods, date], price: int, cycle_days: int
) -> None:
    periods, on = moment
    worth = carried(periods, on, 10**15)
    over = leftover(price, worth)
    assert abs(restart_due(price, worth) + worth - over - price) <= Fraction(1, 2)
    assert all(share_left(period, on) == 0 for period in ended(periods, on) if period.start_on < on)
    if price:
        extra = extension_days(over, price, cycle_days)
        assert Fraction(price * extra, cycle_days) <= over < Fraction(price * (extra + 1), cycle_days)


@settings(max_examples=300)
@given(lives(fully_paid=True), st.data())
def test_done_later_than_quoted_only_ever_gives_back(life: Life, data: st.DataObject) -> None:
    for move in life.moves:
        late = data.draw(st.integers(0, 60))
        quoted = due(move.new_price, life.periods, move.on)
        done = due(move.new_price, life.periods, move.on + timedelta(late))
        assert 0 <= quoted - done <= quoted
