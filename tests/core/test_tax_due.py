"""Who charges what to whom, and on which day: worked examples, then what always holds."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.tax import TaxLine, TaxRate, rate_of
from palier.core.tax_due import EUROPEAN_UNION, Buyer, DueTaxes, Exemption, TaxNote, taxes_due

TODAY = date(2026, 11, 23)


def rate(code: str, percent: str, place: str, first: str, *replaces: str) -> TaxRate:
    return TaxRate(code, rate_of(percent), place, date.fromisoformat(first), replaces=frozenset(replaces))


TPS = rate("TPS", "5", "CA", "2008-01-01")
TVQ = rate("TVQ", "9.975", "CA-QC", "2013-01-01")
TVH_NS = rate("TVH", "15", "CA-NS", "2010-07-01", "TPS"), rate("TVH", "14", "CA-NS", "2025-04-01", "TPS")
PST = rate("PST-CA-BC", "7", "CA-BC", "2013-04-01")
FR = rate("VAT-FR", "20", "FR", "2014-01-01")
DE = rate("VAT-DE", "19", "DE", "2021-01-01")
EE = rate("VAT-EE", "22", "EE", "2024-01-01"), rate("VAT-EE", "24", "EE", "2025-07-01")
GB = rate("VAT-GB", "20", "GB", "2011-01-04")

QUEBEC = (TPS, TVQ, *TVH_NS)  # registered with Canada and with Québec
FRANCE = (FR,)  # registered at home only
ONE_STOP = (FR, DE, *EE)  # registered at home, and in the One Stop Shop
REVERSED = (TaxNote("reverse_charge"),)

CASES = [
    # seller, its registrations, buyer's place, VAT number, day; what is charged, what is noted
    ("CA-QC", QUEBEC, "CA-QC", "", "2026-11-23", {"TPS": "5", "TVQ": "9.975"}, ()),
    ("CA-QC", QUEBEC, "CA-BC", "", "2026-11-23", {"TPS": "5"}, ()),  # not registered in British Columbia
    ("CA-QC", (*QUEBEC, PST), "CA-BC", "", "2026-11-23", {"TPS": "5", "PST-CA-BC": "7"}, ()),
    ("CA-QC", QUEBEC, "CA-NS", "", "2025-03-31", {"TVH": "15"}, ()),
    ("CA-QC", QUEBEC, "CA-NS", "", "2025-04-01", {"TVH": "14"}, ()),
    ("CA-QC", QUEBEC, "US", "", "2026-11-23", {}, ()),
    ("CA-QC", QUEBEC, "DE", "DE136695976", "2026-11-23", {}, ()),  # no European tax to reverse
    ("FR", FRANCE, "FR", "", "2026-11-23", {"VAT-FR": "20"}, ()),
    ("FR", FRANCE, "FR", "FR40303265045", "2026-11-23", {"VAT-FR": "20"}, ()),  # a business at home pays
    ("FR", FRANCE, "DE", "DE136695976", "2026-11-23", {}, REVERSED),
    ("FR", FRANCE, "DE", "", "2026-11-23", {"VAT-FR": "20"}, ()),  # below the threshold: the seller's
    ("FR", ONE_STOP, "DE", "", "2026-11-23", {"VAT-DE": "19"}, ()),
    ("FR", ONE_STOP, "DE", "DE136695976", "2026-11-23", {}, REVERSED),
    ("FR", ONE_STOP, "EE", "", "2025-06-30", {"VAT-EE": "22"}, ()),
    ("FR", ONE_STOP, "EE", "", "2025-07-01", {"VAT-EE": "24"}, ()),
    ("FR", ONE_STOP, "US", "", "2026-11-23", {}, ()),
    ("FR", ONE_STOP, "GB", "", "2026-11-23", {}, ()),
    ("FR", (FR, GB), "GB", "", "2026-11-23", {"VAT-GB": "20"}, ()),
    (
        "CA-QC",
        (*QUEBEC, DE),
        "DE",
        "",
        "2026-11-23",
        {"VAT-DE": "19"},
        (),
    ),  # a host of elsewhere, One Stop Shop
    ("CA-QC", (*QUEBEC, DE), "DE", "DE136695976", "2026-11-23", {}, REVERSED),
    ("CA-QC", (*QUEBEC, DE), "FR", "", "2026-11-23", {}, ()),
    ("FR", (), "DE", "DE136695976", "2026-11-23", {}, ()),  # registered nowhere: nothing to say
]


@pytest.mark.parametrize(("seller", "rates", "place", "number", "on", "charged", "notes"), CASES)
def test_who_charges_what_to_whom(
    seller: str,
    rates: tuple[TaxRate, ...],
    place: str,
    number: str,
    on: str,
    charged: dict[str, str],
    notes: tuple[TaxNote, ...],
) -> None:
    due = taxes_due(rates, seller, Buyer(place, number), date.fromisoformat(on))
    assert {tax.code: tax.rate for tax in due.paid} == {code: rate_of(said) for code, said in charged.items()}
    assert due.notes == notes


def included(*rates: TaxRate) -> tuple[TaxRate, ...]:
    return tuple(replace(rate, included=True) for rate in rates)


@pytest.mark.parametrize(
    ("rates", "place", "number", "net", "tax"),
    [
        (FRANCE, "FR", "", 1000, 200),
        (FRANCE, "DE", "", 1000, 200),
        (ONE_STOP, "DE", "", 1008, 192),  # 12.00 / 1.19 = 10.084
        (FRANCE, "DE", "DE136695976", 1000, 0),  # what a consumer there pays, less the tax included
        (ONE_STOP, "DE", "DE136695976", 1008, 0),
        (ONE_STOP, "US", "", 1200, 0),
    ],
)
def test_a_price_of_12_with_tax_included(
    rates: tuple[TaxRate, ...], place: str, number: str, net: int, tax: int
) -> None:
    bill = taxes_due(included(*rates), "FR", Buyer(place, number), TODAY).on_amount(1200)
    assert (bill.net, bill.total - bill.net) == (net, tax)


TVQ_CERTIFICATE = Exemption("TVQ", date(2026, 1, 1), date(2026, 12, 14), "ABC-1")


@pytest.mark.parametrize(
    ("on", "charged"),
    [
        (date(2025, 12, 31), ["TPS", "TVQ"]),
        (date(2026, 1, 1), ["TPS"]),
        (date(2026, 12, 13), ["TPS"]),
        (date(2026, 12, 14), ["TPS", "TVQ"]),
    ],
)
def test_an_exemption_holds_from_its_first_day_until_its_last(on: date, charged: list[str]) -> None:
    due = taxes_due(QUEBEC, "CA-QC", Buyer("CA-QC", exemptions=(TVQ_CERTIFICATE,)), on)
    assert [tax.code for tax in due.paid] == charged


def test_an_exemption_is_told_with_its_certificate_where_that_tax_is_due() -> None:
    buyer = Buyer("CA-QC", exemptions=(TVQ_CERTIFICATE,))
    assert taxes_due(QUEBEC, "CA-QC", buyer, TODAY).notes == (TaxNote("exempt", "TVQ", "ABC-1"),)
    assert taxes_due(QUEBEC, "CA-QC", replace(buyer, jurisdiction="CA-NS"), TODAY).notes == ()


def test_an_exemption_of_every_tax_names_each() -> None:
    buyer = Buyer("CA-QC", exemptions=(Exemption("", date(2026, 1, 1), None, "D-7"),))
    due = taxes_due(QUEBEC, "CA-QC", buyer, TODAY)
    assert due.paid == () and [note.tax for note in due.notes] == ["TPS", "TVQ"]
    assert due.on_amount(630).total == 630


def test_an_exempt_customer_of_prices_with_taxes_included_pays_the_price_less_that_tax() -> None:
    # 114.98 holds 5.00 and 9.98; without the second, 105.00 is left to pay.
    due = taxes_due(included(TPS, TVQ), "CA-QC", Buyer("CA-QC", exemptions=(TVQ_CERTIFICATE,)), TODAY)
    bill = due.on_amount(11498)
    assert (bill.net, bill.lines, bill.total) == (
        10000,
        (TaxLine("TPS", Fraction(1, 20), 10000, 500),),
        10500,
    )


def test_what_bears_no_tax_needs_no_words() -> None:
    assert taxes_due((), "FR", Buyer("DE", "DE136695976"), TODAY) == DueTaxes()


places = st.sampled_from(["CA-QC", "CA-NS", "CA-BC", "FR", "DE", "EE", "GB", "US", "CH"])
registrations = st.lists(st.sampled_from([TPS, TVQ, *TVH_NS, PST, FR, DE, *EE, GB]), unique=True).map(tuple)
days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
exemptions = st.lists(
    st.builds(Exemption, st.sampled_from(["", "TPS", "TVQ", "VAT-DE"]), days, st.none() | days), max_size=2
).map(tuple)
buyers = st.builds(Buyer, places, st.sampled_from(["", "XX1"]), exemptions)


@given(registrations, places, buyers, days)
def test_nobody_pays_a_tax_of_a_place_where_neither_of_them_is(
    rates: tuple[TaxRate, ...], seller: str, buyer: Buyer, on: date
) -> None:
    for tax in taxes_due(rates, seller, buyer, on).rates:
        assert tax in rates
        assert tax.holds(buyer.jurisdiction, on) or (tax.holds(seller, on) and seller in EUROPEAN_UNION)


@given(registrations, places, buyers, days)
def test_whoever_is_exempt_or_reversed_is_told_why_and_nobody_else(
    rates: tuple[TaxRate, ...], seller: str, buyer: Buyer, on: date
) -> None:
    due = taxes_due(rates, seller, buyer, on)
    assert bool(due.exempt) == bool(due.notes)
    assert due.exempt <= {tax.code for tax in due.rates}


@given(registrations, places, buyers, days, st.integers(0, 10**6))
def test_an_exempt_buyer_never_pays_more_than_the_others(
    rates: tuple[TaxRate, ...], seller: str, buyer: Buyer, on: date, amount: int
) -> None:
    others = Buyer(buyer.jurisdiction)
    for known in (rates, included(*rates)):
        paid = taxes_due(known, seller, buyer, on).on_amount(amount).total
        assert paid <= taxes_due(known, seller, others, on).on_amount(amount).total


@given(st.sampled_from([*TVH_NS, *EE, FR]), st.integers(-400, 400))
def test_a_rate_is_right_on_both_sides_of_its_day(tax: TaxRate, days_after: int) -> None:
    on = tax.valid_from + timedelta(days_after)
    due = taxes_due((*TVH_NS, *EE, FR), tax.jurisdiction, Buyer(tax.jurisdiction), on).rates
    begun = [known for known in (*TVH_NS, *EE, FR) if known.code == tax.code and known.valid_from <= on]
    assert due == tuple(begun[-1:])
