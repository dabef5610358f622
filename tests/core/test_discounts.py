from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.discounts import Discount, best, taken_off
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration, PricedLine, billed_price, discounted, price

MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")
DAY = date(2026, 11, 23)
#: Forfait B at 18.00, one disk at 2.50, three addresses at 3.33.
B = Configuration("web-b", MONTHLY, (("disk-10", 1), ("ipv4", 3)))
LINES = (
    PricedLine("plan", "web-b", 1, 1800),
    PricedLine("option", "disk-10", 1, 250),
    PricedLine("option", "ipv4", 3, 333),
)
SCHOOL = Discount("school", Fraction("2.5"))


def percent(number: int, code: str = "one", **terms: object) -> Discount:
    return Discount(code, Fraction(number), **terms)  # type: ignore[arg-type]


def test_a_percentage_is_rounded_line_by_line() -> None:
    lines = discounted(LINES, B, [SCHOOL], DAY)
    # 1755; 243.75 gives 244; 974.025 gives 974.
    assert [line.amount for line in lines] == [1755, 244, 974]
    assert price(lines) == 2973


def test_it_is_taken_off_the_whole_line_not_off_each_unit() -> None:
    [*_, ipv4] = discounted(LINES, B, [percent(50)], DAY)
    assert (ipv4.unit_price, ipv4.off, ipv4.amount) == (333, 499, 500)


def test_an_amount_is_spread_over_the_lines_as_they_weigh() -> None:
    five = Discount("five", amounts=(("monthly", 500),))
    lines = discounted(LINES, B, [five], DAY)
    # 5.00 of 30.49: 2.952, 0.410 and 1.638, each sum so far rounded.
    assert [line.off for line in lines] == [295, 41, 164]
    assert price(lines) == 1800 + 250 + 999 - 500


def test_an_amount_above_the_price_makes_it_free_and_no_line_negative() -> None:
    much = Discount("much", amounts=(("monthly", 99_900),))
    assert [line.amount for line in discounted(LINES, B, [much], DAY)] == [0, 0, 0]


def test_an_amount_is_for_the_cycles_it_was_agreed_in() -> None:
    five = Discount("five", amounts=(("monthly", 500),))
    assert price(discounted(LINES, Configuration("web-b", YEARLY), [five], DAY)) == 3049


def test_a_discount_of_other_plans_or_cycles_does_not_count() -> None:
    for_a = percent(20, plans=frozenset({"web-a"}))
    for_years = percent(20, cycles=frozenset({"yearly"}))
    assert price(discounted(LINES, B, [for_a, for_years], DAY)) == 3049


def test_discounts_do_not_add_up_the_best_of_each_kind_counts() -> None:
    better = percent(20, "better")
    lines = discounted(LINES, B, [percent(10, "good"), better], DAY)
    assert price(lines) == 1440 + 200 + 799
    assert lines[0].discounts == ("better",)


def test_one_of_the_first_periods_lowers_what_is_billed_and_not_the_level() -> None:
    half = percent(50, "half", until_on=date(2026, 12, 14))
    before, after = (discounted(LINES, B, [half], day) for day in (DAY, date(2026, 12, 14)))
    assert (price(before), billed_price(before)) == (3049, 900 + 125 + 500)
    assert (price(after), billed_price(after)) == (3049, 3049)


def test_one_of_the_first_periods_counts_on_what_the_recurring_one_leaves() -> None:
    half = percent(50, "half", until_on=date(2026, 12, 14))
    [plan, *_] = discounted(LINES, B, [percent(10, "ten"), half], DAY)
    assert (plan.amount, plan.billed, plan.discounts) == (1620, 810, ("ten", "half"))


@pytest.mark.parametrize("wrong", [Fraction(-1), Fraction(101)])
def test_a_percentage_is_a_part_of_the_price(wrong: Fraction) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        Discount("wrong", wrong)


def test_an_amount_is_not_negative() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Discount("wrong", amounts=(("monthly", -1),))


discounts = st.builds(
    Discount,
    code=st.sampled_from(["one", "two"]),
    percent=st.fractions(0, 100, max_denominator=1000),
    until_on=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
) | st.builds(
    Discount,
    code=st.sampled_from(["three", "four"]),
    amounts=st.tuples(st.tuples(st.just("monthly"), st.integers(0, 10_000))),
    until_on=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
)
lines_of_b = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


@given(lines_of_b, discounts)
def test_what_is_taken_off_is_a_part_of_each_line(amounts: list[int], discount: Discount) -> None:
    offs = taken_off(discount, MONTHLY, amounts)
    assert len(offs) == len(amounts)
    assert all(0 <= off <= amount for off, amount in zip(offs, amounts, strict=True))


@given(lines_of_b, st.integers(0, 10**7))
def test_the_parts_of_an_amount_add_up_to_it_or_to_the_price(amounts: list[int], off: int) -> None:
    discount = Discount("off", amounts=(("monthly", off),))
    assert sum(taken_off(discount, MONTHLY, amounts)) == min(off, sum(amounts))


@given(lines_of_b, st.lists(discounts, max_size=4), st.dates(date(2026, 10, 1), date(2027, 1, 31)))
def test_what_is_billed_is_never_above_the_level_nor_the_level_above_the_price(
    amounts: list[int], agreed: list[Discount], on: date
) -> None:
    lines = tuple(PricedLine("option", f"o{n}", 1, amount) for n, amount in enumerate(amounts))
    found = discounted(lines, Configuration("web-b", MONTHLY), agreed, on)
    assert 0 <= billed_price(found) <= price(found) <= sum(amounts)


@given(lines_of_b, st.lists(discounts, max_size=4))
def test_another_discount_never_makes_it_dearer(amounts: list[int], agreed: list[Discount]) -> None:
    lines = tuple(PricedLine("option", f"o{n}", 1, amount) for n, amount in enumerate(amounts))
    prices = [
        price(discounted(lines, Configuration("web-b", MONTHLY), agreed[:count], DAY))
        for count in range(len(agreed) + 1)
    ]
    assert prices == sorted(prices, reverse=True)


@given(discounts)
def test_agreed_terms_are_written_and_read_back(discount: Discount) -> None:
    assert Discount.from_json(discount.to_json()) == discount


def test_nothing_is_the_best_of_what_takes_nothing_off() -> None:
    assert best([percent(0)], "web-b", MONTHLY, [1800]) is None
