"""What a subscription owes for its next period."""

from datetime import date
from fractions import Fraction

import pytest

from palier.core.discounts import Discount
from palier.core.periods import BillingCycle, Span
from palier.core.pricing import Configuration, discounted, priced
from palier.core.renewal import Agreement, bill, horizon, next_span, renews_on

MONTHLY = BillingCycle("monthly")
END = date(2026, 12, 14)


def test_a_period_is_billed_the_policys_days_before_it_begins() -> None:
    assert horizon(date(2026, 12, 7), 7) == END


@pytest.mark.parametrize(
    ("agreement", "renews"),
    [
        (Agreement(END), END),
        (Agreement(date(2026, 12, 1)), date(2026, 12, 1)),  # late: of a day that had no round
        (Agreement(date(2026, 12, 15)), None),  # tomorrow
        (Agreement(None), None),  # a price that does not recur
        (Agreement(END, is_over=True), None),
        (Agreement(END, is_held=True), None),
        (Agreement(END, ends_on=END), None),  # the first day it would renew is the first it is gone
        (Agreement(END, ends_on=date(2026, 12, 15)), END),
    ],
)
def test_what_renews_by_14_december(agreement: Agreement, renews: date | None) -> None:
    assert renews_on(agreement, END) == renews


def test_a_period_follows_the_dates_of_the_anchor() -> None:
    span = next_span(date(2026, 1, 31), MONTHLY, date(2026, 2, 28))
    assert span == Span(date(2026, 2, 28), date(2026, 3, 31))


def test_where_a_cycle_leaves_those_dates_it_counts_anew() -> None:
    """Monthly until 14 March, yearly from then: the anchor's years begin in January."""
    span = next_span(date(2026, 1, 14), BillingCycle("yearly"), date(2026, 3, 14))
    assert span == Span(date(2026, 3, 14), date(2027, 3, 14))


MARCH = Span(date(2026, 3, 14), date(2026, 4, 14))
CONFIGURATION = Configuration("web-b", MONTHLY, (("ipv4", 2),))
AGREED = {"plan:web-b:monthly": 1800, "option:ipv4:monthly": 0}


def test_a_bill_has_the_lines_that_cost_something_and_keeps_every_price_agreed() -> None:
    owed = bill(CONFIGURATION, priced(CONFIGURATION, {}, AGREED), MARCH, on=date(2026, 3, 7))
    assert [(line.code, line.amount) for line in owed.lines] == [("web-b", 1800)]
    assert (owed.price, owed.agreed, owed.is_free) == (1800, AGREED, False)


def test_it_is_due_when_its_period_begins_and_at_once_when_that_has_begun() -> None:
    lines = priced(CONFIGURATION, {}, AGREED)
    assert bill(CONFIGURATION, lines, MARCH, on=date(2026, 3, 7)).due_on == date(2026, 3, 14)
    assert bill(CONFIGURATION, lines, MARCH, on=date(2026, 3, 20)).due_on == date(2026, 3, 20)


def test_a_whole_discount_leaves_a_bill_of_nothing() -> None:
    free = Discount("free", Fraction(100))
    lines = discounted(priced(CONFIGURATION, {}, AGREED), CONFIGURATION, [free], MARCH.start_on)
    owed = bill(CONFIGURATION, lines, MARCH, on=date(2026, 3, 7))
    assert (owed.is_free, owed.lines) == (True, ())


def test_in_the_first_periods_of_a_discount_less_is_billed_than_the_level() -> None:
    half = Discount("half", Fraction(50), until_on=MARCH.until_on)
    april = Span(MARCH.until_on, date(2026, 5, 14))
    full = priced(CONFIGURATION, {}, AGREED)
    bills = [
        bill(CONFIGURATION, discounted(full, CONFIGURATION, [half], span.start_on), span, span.start_on)
        for span in (MARCH, april)
    ]
    assert [(owed.price, owed.billed_price) for owed in bills] == [(1800, 900), (1800, 1800)]
