"""Amounts, sizes and rates come out of the file exactly as they were written."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from palier.catalog.file.document import Document
from palier.catalog.file.entries import PlanEntry
from palier.catalog.file.fields import Percent
from palier.catalog.file.prices import Prices
from palier.core.money import Money, plain_text
from tests.catalogs.files import demo


def web_b(document: Document) -> PlanEntry:
    return document.catalogue.products["web"].plans["web-b"]


@given(minor=st.integers(0, 10**11), currency=st.sampled_from(["CAD", "JPY", "KWD", "EUR"]))
def test_a_price_comes_out_in_the_minor_units_of_its_currency(minor: int, currency: str) -> None:
    written = {"monthly": {currency: plain_text(Money(minor, currency))}}
    assert TypeAdapter(Prices).validate_python(written) == {"monthly": {currency: minor}}


@given(percent=st.decimals(0, 999, places=4))
def test_a_rate_comes_out_as_the_exact_decimal(percent: Decimal) -> None:
    rate = TypeAdapter(Percent).validate_python(str(percent))
    assert Fraction(rate) == Fraction(percent) / 100
    assert "E" not in rate


@pytest.mark.parametrize(
    ("written", "megabytes"),
    [
        ("500 MB", 500),
        ("25 GB", 25_600),
        ("1.5 GB", 1_536),
        ("1 TB", 1_048_576),
        ("25 Go", 25_600),
        ("25GB", 25_600),
        ("0 MB", 0),
        ("unlimited", None),
    ],
)
def test_a_size_comes_out_in_megabytes(written: str, megabytes: int | None) -> None:
    assert web_b(demo(("disk: 25 GB", f"disk: {written}"))).limits["disk"] == megabytes


@pytest.mark.parametrize(
    ("written", "code"), [("months:6", "semiannual"), ("months:5", "months:5"), ("months:24", "biennial")]
)
def test_a_cycle_comes_out_by_its_one_name(written: str, code: str) -> None:
    assert code in web_b(demo(("monthly: {CAD: 18.00}", f"{written}: {{CAD: 18.00}}"))).prices


def test_a_policy_that_is_not_written_is_not_set() -> None:
    catalogue = demo(("    icon: shield", "    policies: {refund: credit_balance}")).catalogue
    assert catalogue.products["ssl"].policies.written == {"refund": "credit_balance"}
