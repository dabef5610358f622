from fractions import Fraction

import pytest

from palier.core.money import Money, UnreadableAmount
from palier.words.amounts import amount, amount_with_sign, number, rate, read_amount


@pytest.mark.parametrize(
    ("money", "french", "english"),
    [
        (Money(1800, "CAD"), "18,00\u00a0$", "$18.00"),
        (Money(123456750, "CAD"), "1\u00a0234\u00a0567,50\u00a0$", "$1,234,567.50"),
        (Money(-630, "CAD"), "−6,30\u00a0$", "−$6.30"),
        (Money(1800, "USD"), "18,00\u00a0$\u00a0US", "US$18.00"),
        (Money(1800, "JPY"), "1\u00a0800\u00a0¥", "JP¥1,800"),
        (Money(1800, "KWD"), "1,800\u00a0KWD", "KWD1.800"),
    ],
)
def test_an_amount_is_written_as_each_language_writes_it(money: Money, french: str, english: str) -> None:
    assert amount(money, "fr") == french
    assert amount(money, "en") == english


def test_a_language_that_names_its_region_is_written_as_there() -> None:
    assert amount(Money(1800, "USD"), "en-us") == "$18.00"


def test_a_sign_is_shown_where_it_matters_and_zero_has_none() -> None:
    assert [amount_with_sign(Money(minor, "CAD"), "en") for minor in (630, -630, 0)] == [
        "+$6.30",
        "−$6.30",
        "$0.00",
    ]


def test_a_rate_keeps_its_decimals_and_no_more() -> None:
    assert rate(Fraction(399, 4000), "fr") == "9,975\u00a0%"
    assert rate(Fraction(1, 20), "en") == "5%"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("9,50", "CAD", 950),
        ("9.50 $", "CAD", 950),
        ("1\u00a0234,50\u00a0$", "CAD", 123450),
        ("$12", "CAD", 1200),
        ("12.50 CAD", "CAD", 1250),
        ("630", "JPY", 630),
        ("0,630", "TND", 630),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, currency: str, minor: int) -> None:
    assert read_amount(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["", "abc", "1,234.50", "1,234", "12.505", "--3", "1e3", "9.50 EUR"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableAmount):
        read_amount(typed, "CAD")


def test_a_number_is_grouped_and_its_minus_is_one() -> None:
    assert number(1204, "en") == "1,204"
    assert number(-19, "fr") == "\u221219"
