"""From a quote to the rows and the picture of the page that is read before paying."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from palier.core.money import Money
from palier.core.periods import BillingCycle, Span
from palier.core.pricing import Configuration
from palier.core.quote import Part, Quote, QuoteLine, Sum
from palier.entrypoints.client_area.pages.check import period_picture, quote_rows

MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")
NOVEMBER = Span(date(2026, 11, 14), date(2026, 12, 14))
TODAY = date(2026, 11, 23)

A_TO_B = Quote(
    currency="CAD",
    origin=Configuration("a", MONTHLY),
    target=Configuration("b", MONTHLY),
    direction="up",
    origin_price=900,
    price=1800,
    billed_price=1800,
    discounts=(),
    recurring="",
    first="",
    code="",
    code_problem="",
    at_renewal=False,
    may_choose_when=False,
    restarts=False,
    on=TODAY,
    takes_effect_on=TODAY,
    approval="none",
    approved_by=None,
    needs_person=False,
    promised_by=None,
    obstacles=(),
    warnings=(),
    lines=(QuoteLine("difference", 630, 1800, (Part(NOVEMBER.start_on, NOVEMBER.until_on, 900, 21, 30),)),),
    today=Sum(630, (), 630),
    credit_used=0,
    due_now=630,
    returned=0,
    extra_days=0,
    renewal_on=NOVEMBER.until_on,
    renewal=Sum(1800, (), 1800),
)


def test_rows_of_a_fresh_quote_mark_nothing() -> None:
    (row,) = quote_rows(A_TO_B, {}, "en")
    assert (row.amount, row.was) == (Money(630, "CAD"), None)


def test_rows_of_a_new_quote_mark_what_differs_from_the_outdated_one() -> None:
    credited = replace(A_TO_B, credit_used=340, due_now=290)
    difference, credit = quote_rows(credited, {}, "en", before=replace(A_TO_B, credit_used=200))
    assert difference.was is None
    assert (credit.amount, credit.was) == (Money(-340, "CAD"), Money(-200, "CAD"))


def test_a_row_that_was_not_there_before_was_nothing() -> None:
    credit = quote_rows(replace(A_TO_B, credit_used=340), {}, "en", before=A_TO_B)[-1]
    assert credit.was == Money(0, "CAD")


def test_the_picture_of_a_change_now_ends_with_the_period() -> None:
    picture = period_picture(A_TO_B, NOVEMBER, NOVEMBER.start_on, 900, "Forfait A", "Forfait B")
    assert picture is not None
    assert (picture.kind, picture.days_gone, picture.days_left) == ("now", 9, 21)
    assert picture.difference == Money(900, "CAD")


def test_the_picture_of_a_change_at_renewal_shows_the_period_after_counted_from_the_anchor() -> None:
    # 31 October, 30 November, 31 December: the last one comes back to the 31st.
    later = replace(A_TO_B, at_renewal=True, renewal_on=date(2026, 11, 30))
    picture = period_picture(
        later, Span(date(2026, 10, 31), date(2026, 11, 30)), date(2026, 8, 31), 1800, "B", "A"
    )
    assert picture is not None
    assert (picture.kind, picture.last_on) == ("at_renewal", date(2026, 12, 31))


def test_the_picture_of_a_restart_ends_with_the_new_period() -> None:
    year = replace(A_TO_B, target=Configuration("b", YEARLY), restarts=True, renewal_on=date(2027, 11, 23))
    picture = period_picture(year, NOVEMBER, NOVEMBER.start_on, 900, "A", "B")
    assert picture is not None
    assert (picture.kind, picture.last_on) == ("restart", date(2027, 11, 23))


def test_a_price_that_does_not_recur_has_no_picture() -> None:
    free = replace(A_TO_B, origin=Configuration("free", BillingCycle("free")))
    assert period_picture(free, NOVEMBER, NOVEMBER.start_on, 0, "Free", "A") is None


@pytest.mark.parametrize(
    ("language", "label"),
    [("fr", "Différence entre les deux niveaux"), ("en", "Difference between the two levels")],
)
def test_rows_are_said_in_the_language_of_the_page(language: str, label: str) -> None:
    with override(language):
        assert quote_rows(A_TO_B, {}, language)[0].label == label
