from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import override

from palier.core.money import Money
from palier.core.quote import NOTHING, Part, Quote, QuoteLine, Sum
from palier.core.tax import TaxLine
from palier.words.quote_lines import SaidLine, quote_lines

TODAY, RENEWAL = date(2026, 11, 23), date(2026, 12, 14)
GST = TaxLine("TPS", Fraction(1, 20), 630, 32)
QST = TaxLine("TVQ", Fraction(399, 4000), 630, 63)
A_TO_B = QuoteLine("difference", 630, 1800, (Part(date(2026, 11, 14), RENEWAL, 900, 21, 30),))


def quote(*lines: QuoteLine, taxes: tuple[TaxLine, ...] = (), credit_used: int = 0) -> Quote:
    """Only what the lines are said from."""
    facts: dict[str, Any] = {
        "currency": "CAD",
        "lines": lines,
        "today": Sum(sum(line.amount for line in lines), taxes, 0),
        "to_next_invoice": NOTHING,
        "credit_used": credit_used,
        "on": TODAY,
        "renewal_on": RENEWAL,
    }
    return cast(Quote, SimpleNamespace(**facts))


def said(shown: Quote, language: str = "fr", names: dict[str, str] | None = None) -> tuple[SaidLine, ...]:
    with override(language):
        return quote_lines(shown, names or {"TPS": "TPS", "TVQ": "TVQ"}, language)


def test_the_difference_is_explained_by_its_arithmetic() -> None:
    (line,) = said(quote(A_TO_B))
    assert line.label == "Différence entre les deux niveaux"
    assert line.note.replace("\u00a0", " ") == "(18,00 $ − 9,00 $) × 21 jours sur 30"
    assert line.amount == Money(630, "CAD")


def test_a_difference_over_two_paid_periods_adds_their_parts() -> None:
    later = Part(RENEWAL, date(2027, 1, 14), 900, 31, 31)
    (line,) = said(quote(QuoteLine("difference", 1530, 1800, (*A_TO_B.parts, later))))
    assert line.note.count(" + ") == 1
    assert line.note.replace("\u00a0", " ").endswith("(18,00 $ − 9,00 $) × 31 jours sur 31")


def test_each_tax_is_named_with_its_rate_in_the_language() -> None:
    taxes = said(quote(A_TO_B, taxes=(GST, QST)))[1:]
    assert [line.label.replace("\u00a0", " ") for line in taxes] == ["TPS 5 %", "TVQ 9,975 %"]
    english = said(quote(A_TO_B, taxes=(GST,)), "en", {"TPS": "GST"})[1]
    assert (english.label, english.amount) == ("GST 5%", Money(32, "CAD"))


def test_taxes_inside_the_price_are_told_and_not_added() -> None:
    shown = quote(A_TO_B)
    shown.today = Sum(548, (replace(GST, base=548, amount=27), replace(QST, base=548, amount=55)), 630)  # type: ignore[misc]
    found = said(shown, "en")
    assert [(line.kind, line.label) for line in found[1:]] == [
        ("included", "of which TPS 5%"),
        ("included", "of which TVQ 9.975%"),
    ]
    assert sum(line.amount.minor for line in found if line.kind != "included") == 630


def test_an_exempt_customer_reads_what_of_the_price_is_not_paid() -> None:
    shown = quote(A_TO_B)
    shown.today = Sum(548, (), 548)  # type: ignore[misc]
    (_, less) = said(shown, "en")
    assert (less.label, less.amount) == ("Tax in the price that you do not pay", Money(-82, "CAD"))


def test_credit_used_is_taken_off_last() -> None:
    last = said(quote(A_TO_B, taxes=(GST,), credit_used=340))[-1]
    assert (last.kind, last.label, last.amount) == ("credit", "Solde créditeur utilisé", Money(-340, "CAD"))


def test_a_restart_names_its_new_period_and_what_is_deducted() -> None:
    new, deducted = said(quote(QuoteLine("new_period", 18000, 18000), QuoteLine("carried", -630, 18000)))
    assert new.note == "du 23 novembre 2026 au 14 décembre 2026"
    assert (deducted.label, deducted.amount.minor) == (
        "Déduit\u00a0: ce qui reste de la période en cours",
        -630,
    )
