from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.money import (
    CurrencyMismatch,
    Money,
    RoundingMode,
    UnreadableAmount,
    exponent,
    parse,
    plain_text,
    round_half_up,
    rounded,
    rounded_to,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("9.00", "CAD", 900),
        ("9", "CAD", 900),
        ("9.5", "CAD", 950),
        ("-0.05", "CAD", -5),
        ("900", "JPY", 900),
        ("1.250", "KWD", 1250),
        ("0.0001", "CLF", 1),
        (" 12.40 ", "EUR", 1240),
    ],
)
def test_a_written_amount_is_read_in_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("9.005", "CAD", "“9.005” has 3 decimals; CAD has at most 2."),
        ("9.50", "JPY", "“9.50” has 2 decimals; JPY has none."),
        ("9.0000", "BHD", "“9.0000” has 4 decimals; BHD has at most 3."),
    ],
)
def test_too_many_decimals_are_refused_in_a_sentence(text: str, currency: str, sentence: str) -> None:
    with pytest.raises(UnreadableAmount) as refusal:
        parse(text, currency)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text", ["", "9,00", "1 000", "9.", ".50", "+9", "9e2", "٩", "nine", "--9", "1_000", "9" * 16]
)
def test_what_is_not_an_amount_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableAmount, match=r"is not an amount: write digits and one point"):
        parse(text, "CAD")


def test_a_number_where_text_is_expected_is_refused_because_it_lost_its_decimals() -> None:
    with pytest.raises(UnreadableAmount, match="written as text"):
        parse(9.005, "CAD")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("JPY", 0), ("KRW", 0), ("CLP", 0), ("BHD", 3), ("KWD", 3), ("TND", 3), ("CAD", 2)],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(900, "CAD"), "9.00"),
        (Money(5, "CAD"), "0.05"),
        (Money(-5, "CAD"), "-0.05"),
        (Money(0, "CAD"), "0.00"),
        (Money(900, "JPY"), "900"),
        (Money(1250, "KWD"), "1.250"),
    ],
)
def test_plain_text_writes_every_decimal_of_the_currency(money: Money, text: str) -> None:
    assert plain_text(money) == text


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["CAD", "JPY", "KWD", "CLF"]))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse(plain_text(Money(minor, currency)), currency) == Money(minor, currency)


def test_amounts_of_one_currency_add_up_and_compare() -> None:
    a, b = Money(1800, "CAD"), Money(900, "CAD")
    assert (a + b, a - b, -a) == (Money(2700, "CAD"), Money(900, "CAD"), Money(-1800, "CAD"))
    assert b < a and b <= a and a > b and a >= b and not a < b
    assert min(a, b) == b


@pytest.mark.parametrize("act", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_neither_add_up_nor_compare(act: str) -> None:
    with pytest.raises(CurrencyMismatch):
        getattr(Money(900, "CAD"), act)(Money(900, "EUR"))


def test_minor_units_are_an_integer() -> None:
    for minor in (9.0, Fraction(900), True):
        with pytest.raises(TypeError):
            Money(minor, "CAD")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["cad", "CA", "CADX", "$", ""])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(ValueError, match="currency code"):
        Money(1, code)


@pytest.mark.parametrize(
    ("mode", "results"),
    [
        ("half_up", (3, 4, -2, -3, 2, 3, -2, 0)),
        ("half_even", (2, 4, -2, -4, 2, 3, -2, 0)),
        ("half_away", (3, 4, -3, -4, 2, 3, -2, 0)),
        ("down", (2, 3, -2, -3, 2, 2, -2, 0)),
    ],
)
def test_each_mode_has_its_own_way_with_ties(mode: str, results: tuple[int, ...]) -> None:
    values = [Fraction(text) for text in ("2.5", "3.5", "-2.5", "-3.5", "2.4", "2.6", "-2.4", "0")]
    assert tuple(rounded(value, mode) for value in values) == results  # type: ignore[arg-type]


@given(st.fractions())
def test_rounding_half_up_moves_a_value_by_half_a_unit_at_most(value: Fraction) -> None:
    assert -Fraction(1, 2) < round_half_up(value) - value <= Fraction(1, 2)
    assert round_half_up(value) == rounded(value)


@given(st.fractions())
def test_half_away_is_the_same_for_what_is_owed_and_what_is_given_back(value: Fraction) -> None:
    assert rounded(-value, "half_away") == -rounded(value, "half_away")


@pytest.mark.parametrize("mode", get_args(RoundingMode))
def test_a_binary_fraction_is_never_money(mode: RoundingMode) -> None:
    with pytest.raises(TypeError, match="not exact enough"):
        rounded(0.1 + 0.2, mode)  # type: ignore[arg-type]


def test_a_share_rounded_to_nine_decimals_stays_exact() -> None:
    assert rounded_to(Fraction(8, 30), 9, "half_up") == Fraction(266666667, 10**9)
