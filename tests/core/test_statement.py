"""Banks' statements, as banks write them: separators, names, dates and amounts; and lines that cannot be read."""

from datetime import date

import pytest

from palier.core.money import Money, UnreadableAmount
from palier.core.statement import Columns, UnreadableStatement, amount_of, decoded, statement


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("7.25", 725),
        ("7,25", 725),
        ("1 234,56 $", 123456),
        ("1\u202f234,56\u00a0$ CA", 123456),
        ("1,234.56", 123456),
        ("1.234,56", 123456),
        ("1'234.50", 123450),
        ("1,234", 123400),
        ("1,234,567", 123456700),
        ("+12", 1200),
        ("-12.00", -1200),
        ("(12,00)", -1200),
        ("12.00-", -1200),
        ("CAD 7.25", 725),
        ("12.345", 1234500),
        ("0.001,5", None),
        ("0.123", None),
        ("7.2.5", None),
        ("1,23,4.00", None),
        ("7.255,1234", None),
        ("abc", None),
        ("1e3", None),
        ("", None),
    ],
)
def test_amounts_are_read_exactly_or_not_at_all(written: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(UnreadableAmount):
            amount_of(written, "CAD")
    else:
        assert amount_of(written, "CAD") == Money(minor, "CAD")


def test_three_digits_after_a_point_are_decimals_where_the_currency_has_three() -> None:
    assert amount_of("5.124", "KWD") == Money(5124, "KWD")
    assert amount_of("5,124", "JPY") == Money(5124, "JPY")


def test_a_statement_in_french_is_read_by_its_names() -> None:
    found = statement(
        "Date;Libellé;Débit;Crédit;Référence\n"
        "23/11/2026;VIREMENT;;7,25;RF36\n"
        "23/11/2026;FRAIS;2,00;;\n",
        "CAD",
    )  # fmt: skip

    (one,) = found.arrived
    assert (one.line, one.on, one.money, one.text) == (
        2,
        date(2026, 11, 23),
        Money(725, "CAD"),
        "VIREMENT · RF36",
    )
    assert (found.outgoing, found.troubles) == (1, ())


def test_an_amount_with_a_sign_says_which_way_it_went() -> None:
    found = statement("Posted,Amount,Memo\n2026-11-23,-2.00,fee\n2026-11-23,7.25,transfer\n", "CAD")

    assert [one.money.minor for one in found.arrived] == [725]
    assert found.outgoing == 1


def test_what_a_bank_says_above_its_columns_is_passed_over() -> None:
    text = "Compte,123-456\nPériode,novembre\n\nDate,Description,Montant\n2026-11-23,Virement,7.25\n"
    found = statement(text, "CAD")
    assert found.names == ("Date", "Description", "Montant")
    assert [(one.line, one.money.minor, one.text) for one in found.arrived] == [(5, 725, "Virement")]
    assert found.troubles == ()


def test_without_names_the_columns_are_numbered_and_asked_for() -> None:
    found = statement("2026-11-23,7.25,hello\n2026-11-24,8.00,world\n", "CAD")

    assert found.names == ("1", "2", "3")
    assert (found.columns.on, found.columns.amount) == (0, None)
    assert not found.columns.is_complete and found.arrived == ()

    told = statement("2026-11-23,7.25,hello\n", "CAD", Columns(0, 1, 2, None, "ymd"))
    assert [one.text for one in told.arrived] == ["hello"]


def test_dates_that_may_be_read_two_ways_are_asked_about() -> None:
    ambiguous = "Date,Amount\n03/11/2026,7.25\n04/05/2026,1.00\n"

    assert statement(ambiguous, "CAD").columns.order is None
    assert statement(ambiguous + "23/11/2026,1.00\n", "CAD").columns.order == "dmy"
    told = statement(ambiguous, "CAD", Columns(0, 1, None, None, "mdy"))
    assert [one.on for one in told.arrived] == [date(2026, 3, 11), date(2026, 4, 5)]


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_kept() -> None:
    found = statement(
        "Date,Amount\n2026-11-23,7.25\n2026-11-31,8.00\n2026-11-24,lots\n2026-11-25,9.00\n", "CAD"
    )

    assert [(one.line, one.money.minor) for one in found.arrived] == [(2, 725), (5, 900)]
    assert [(one.line, one.code, one.cell) for one in found.troubles] == [
        (3, "no_date", "2026-11-31"),
        (4, "no_amount", "lots"),
    ]


def test_lines_that_say_the_same_are_counted() -> None:
    found = statement("Date,Amount,Memo\n" + "2026-11-23,7.25,gift\n" * 3, "CAD")

    assert [one.nth for one in found.arrived] == [1, 2, 3]


def test_a_cell_may_hold_a_line_break() -> None:
    found = statement('Date,Amount,Memo\n2026-11-23,7.25,"two\nlines"\n2026-11-24,1.00,b\n', "CAD")

    assert [one.text for one in found.arrived] == ["two\nlines", "b"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("hello\nworld\n", "not_csv"),
        ("Date,Amount\n2026-11-23,7.25\0\n", "not_csv"),  # UTF-16, or some other file
    ],
)
def test_what_is_no_table_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnreadableStatement, match=code):
        statement(text, "CAD")


def test_files_of_old_programs_are_read_too() -> None:
    assert (
        decoded("Crédit".encode("cp1252"))
        == decoded("Crédit".encode())
        == decoded("Crédit".encode("utf-8-sig"))
    )
