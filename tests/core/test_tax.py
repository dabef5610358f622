from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from palier.core.tax import Taxed, TaxLine, TaxRate, credited, nets, rate_of, rates_for, tax_lines, taxed

TODAY = date(2026, 11, 23)
TPS = TaxRate("TPS", rate_of("5"), "CA", date(2008, 1, 1), "123456789 RT0001")
TVQ = TaxRate("TVQ", rate_of("9.975"), "CA-QC", date(2013, 1, 1), "1234567890 TQ0001")
HST = TaxRate("HST", rate_of("13"), "CA-ON", date(2010, 7, 1), replaces=frozenset({"TPS"}))
TVA = TaxRate("TVA", rate_of("20"), "FR", date(2014, 1, 1), included=True)
EVERYWHERE = (TVQ, HST, TVA, TPS)


def amounts(net: int, *rates: TaxRate) -> list[int]:
    return [line.amount for line in tax_lines(net, rates)]


@pytest.mark.parametrize(
    ("net", "tps", "tvq"), [(630, 32, 63), (1800, 90, 180), (520, 26, 52), (0, 0, 0), (10, 1, 1), (9, 0, 1)]
)
def test_both_quebec_taxes_are_on_the_price_and_rounded_once_each(net: int, tps: int, tvq: int) -> None:
    # 6.30: 0.315 gives 0.32, and 0.628425 gives 0.63. Total of the example: 7.25.
    assert amounts(net, TPS, TVQ) == [tps, tvq]


def test_a_tax_line_says_what_it_was_worked_out_on() -> None:
    assert tax_lines(630, (TPS, TVQ)) == (
        TaxLine("TPS", Fraction(1, 20), 630, 32),
        TaxLine("TVQ", Fraction(399, 4000), 630, 63),
    )


def test_a_credit_note_mirrors_its_invoice_to_the_cent() -> None:
    assert amounts(-630, TPS, TVQ) == [-32, -63]
    assert taxed([(-630, (TPS, TVQ))]).total == -725


def test_without_rates_there_is_no_tax() -> None:
    assert tax_lines(630, ()) == ()
    assert taxed([(630, ())]) == Taxed(630, ())
    assert taxed([]) == Taxed(0, ())


def test_lines_are_netted_per_tax_before_rounding() -> None:
    # Three lines of 0.10 at 5 % are 0.005 each: 0.03 if rounded apart, 0.015, so 0.02, together.
    assert taxed([(10, (TPS,)), (10, (TPS,)), (10, (TPS,))]).lines == (TaxLine("TPS", TPS.rate, 30, 2),)


def test_lines_of_other_tax_classes_have_only_their_own_taxes() -> None:
    bill = taxed([(1000, (TPS, TVQ)), (500, (TPS,)), (200, ())])
    assert bill == Taxed(1700, (TaxLine("TPS", TPS.rate, 1500, 75), TaxLine("TVQ", TVQ.rate, 1000, 100)))
    assert bill.total == 1875


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("CA-QC", ["TPS", "TVQ"]),
        ("CA", ["TPS"]),
        ("CA-AB", ["TPS"]),
        ("CA-ON", ["HST"]),
        ("FR", ["TVA"]),
        ("US", []),
    ],
)
def test_taxes_are_those_of_the_customers_place(place: str, codes: list[str]) -> None:
    assert [rate.code for rate in rates_for(EVERYWHERE, place, TODAY)] == codes


def test_a_place_that_only_begins_alike_is_another_place() -> None:
    assert rates_for([TaxRate("X", Fraction(1, 10), "CA-Q", TODAY)], "CA-QC", TODAY) == ()


def test_a_rate_holds_from_its_first_day_until_the_next_one_does() -> None:
    old = TaxRate("TVQ", rate_of("9.5"), "CA-QC", date(2012, 1, 1))
    for on, rate in [(date(2012, 12, 31), old), (date(2013, 1, 1), TVQ), (TODAY, TVQ)]:
        assert rates_for((TVQ, old), "CA-QC", on) == (rate,)
        assert rates_for((old, TVQ), "CA-QC", on) == (rate,)
    assert rates_for((TVQ, old), "CA-QC", date(2011, 12, 31)) == ()


def test_a_rate_for_a_time_gives_way_again_on_its_until_day() -> None:
    holiday = TaxRate("TPS", Fraction(0), "CA", date(2024, 12, 14), valid_until=date(2025, 2, 15))
    chosen = [rates_for((TPS, holiday), "CA-AB", on) for on in (date(2025, 2, 14), date(2025, 2, 15))]
    assert chosen == [(holiday,), (TPS,)]


def test_the_narrowest_place_has_the_last_word_on_one_tax() -> None:
    reserve = TaxRate("TPS", Fraction(0), "CA-NU", date(2000, 1, 1))
    assert (
        rates_for((reserve, TPS), "CA-NU", TODAY) == rates_for((TPS, reserve), "CA-NU", TODAY) == (reserve,)
    )


def test_a_tax_included_in_the_price_is_extracted_from_it() -> None:
    assert taxed([(1200, (TVA,))]) == Taxed(1000, (TaxLine("TVA", Fraction(1, 5), 1000, 200),))
    # 1.00: 0.1667 of tax gives 0.17, and what is left is the base.
    assert taxed([(100, (TVA,))]) == Taxed(83, (TaxLine("TVA", Fraction(1, 5), 83, 17),))


def test_two_taxes_included_are_both_taken_from_the_same_price_before_tax() -> None:
    tps, tvq = (TaxRate(r.code, r.rate, r.jurisdiction, r.valid_from, included=True) for r in (TPS, TVQ))
    # 20.70 / 1.14975 = 18.0039...
    bill = taxed([(2070, (tps, tvq))])
    assert [(line.base, line.amount) for line in bill.lines] == [(1800, 90), (1800, 180)]
    assert (bill.net, bill.total) == (1800, 2070)


def test_a_price_with_some_taxes_inside_and_others_not_is_refused() -> None:
    with pytest.raises(ValueError, match="all of its taxes or none"):
        taxed([(1000, (TVA, TPS))])


def test_an_exempt_customer_pays_no_tax() -> None:
    assert taxed([(630, (TPS, TVQ))], exempt={"TPS", "TVQ"}) == Taxed(630, ())
    assert taxed([(630, (TPS, TVQ))], exempt={"TVQ"}).total == 662


def test_an_exempt_customer_pays_the_price_less_the_tax_included() -> None:
    assert taxed([(1200, (TVA,))], exempt={"TVA"}) == Taxed(1000, ())


def test_credit_notes_in_parts_never_give_back_more_than_the_invoice() -> None:
    # 0.20 at 5 % is 0.01 of tax; two notes of 0.10 would each round 0.005 up to 0.01.
    taxes = tax_lines(20, (TPS,))
    assert credited(taxes, 20, 10) == (TaxLine("TPS", TPS.rate, 10, 1),)
    assert credited(taxes, 20, 10, before=10) == (TaxLine("TPS", TPS.rate, 10, 0),)


def test_a_credit_note_gives_back_the_taxes_that_the_invoice_has_and_works_out_none_again() -> None:
    # 0.03 with 20 % included is 0.02 before tax and 0.01 of tax; 20 % of 0.02 would be nothing.
    invoice = taxed([(3, (TVA,))])
    assert (
        credited(invoice.lines, invoice.net, invoice.net)
        == invoice.lines
        == (TaxLine("TVA", TVA.rate, 2, 1),)
    )


def test_a_tax_rate_is_exact_and_never_negative() -> None:
    assert rate_of("9.975") == Fraction(399, 4000)
    with pytest.raises(ValueError, match="0 or more"):
        TaxRate("TPS", Fraction(-1, 20), "CA", TODAY)


def included(rate: TaxRate) -> TaxRate:
    return TaxRate(rate.code, rate.rate, rate.jurisdiction, rate.valid_from, included=True)


classes = st.sampled_from(
    [(), (TPS,), (TPS, TVQ), (TVQ,), (HST,), (TVA,), (included(TPS), included(TVQ)), (included(TVQ),)]
)
parts = st.lists(st.tuples(st.integers(0, 10**6), classes), max_size=6)
signed_parts = st.lists(st.tuples(st.integers(-(10**6), 10**6), classes), max_size=6)
exemptions = st.frozensets(st.sampled_from(["TPS", "TVQ", "TVA"]))


@given(signed_parts, exemptions)
def test_a_full_credit_cancels_any_invoice(
    lines: list[tuple[int, tuple[TaxRate, ...]]], exempt: frozenset[str]
) -> None:
    invoice, note = taxed(lines, exempt), taxed([(-amount, rates) for amount, rates in lines], exempt)
    assert note.net == -invoice.net
    assert [(line.base, line.amount) for line in note.lines] == [
        (-line.base, -line.amount) for line in invoice.lines
    ]
    assert note.total == -invoice.total


@given(signed_parts)
def test_the_order_of_lines_changes_no_amount(lines: list[tuple[int, tuple[TaxRate, ...]]]) -> None:
    backwards = taxed(lines[::-1])
    assert backwards.net == taxed(lines).net
    assert set(backwards.lines) == set(taxed(lines).lines)


@given(st.integers(0, 10**6), st.sampled_from([(TVA,), (included(TPS), included(TVQ))]))
def test_prices_with_tax_are_paid_as_written(amount: int, rates: tuple[TaxRate, ...]) -> None:
    bill = taxed([(amount, rates)])
    assert bill.total == amount
    assert all(line.base == bill.net for line in bill.lines)
    exact = amount / (1 + sum(rate.rate for rate in rates))
    assert abs(bill.net - exact) <= Fraction(len(rates), 2)


@given(parts, exemptions, st.data())
def test_credit_notes_in_parts_add_up_to_the_invoice(
    lines: list[tuple[int, tuple[TaxRate, ...]]], exempt: frozenset[str], data: st.DataObject
) -> None:
    invoice = taxed(lines, exempt)
    assume(invoice.net > 0)
    some = data.draw(st.integers(0, invoice.net))
    first = credited(invoice.lines, invoice.net, some)
    last = credited(invoice.lines, invoice.net, invoice.net - some, before=some)
    for whole, one, other in zip(invoice.lines, first, last, strict=True):
        assert (one.base + other.base, one.amount + other.amount) == (whole.base, whole.amount)
        assert min(one.amount, other.amount) >= 0


def test_lines_that_include_their_taxes_add_up_to_the_net_before_them():
    inside = [TaxRate(code, rate_of(percent), "CA", date(2020, 1, 1), included=True)
              for code, percent in (("TPS", "5"), ("TVQ", "9.975"))]  # fmt: skip
    parts = [(1000, inside), (1000, inside), (1000, inside), (-500, inside)]
    net = taxed(parts).net  # 2500 / 1.14975 is 2174.39...
    assert nets(parts, net) == (870, 870, 869, -435)
    assert sum(nets(parts, net)) == net == 2174


def test_lines_before_tax_are_their_own_net():
    outside = [TaxRate("TPS", rate_of("5"), "CA", date(2020, 1, 1))]
    assert nets([(630, outside), (-30, outside)], 600) == (630, -30)
