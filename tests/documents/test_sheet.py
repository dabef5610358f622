"""What is printed adds up, line by line, as a reader with a pencil would add it; and it says what it must."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from babel.numbers import parse_decimal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palier.core.money import Money
from palier.core.tax import TaxLine, credited
from palier.documents.paper import CreditedBy, Line, Paper, SentBack, Settlement, Tax
from palier.documents.sheet import Row, linked, sheet
from palier.words.languages import locale_of
from tests.documents.papers import CARD, ON, paper, rates, settled


def read(amount: str, language: str) -> Decimal:
    """An amount as it is printed, read back."""
    figures = "".join(one for one in amount if one.isdigit() or one in ",.−\u00a0")
    plain = figures.replace("−", "-").strip("\u00a0.")
    return parse_decimal(plain, locale=locale_of(language))


def running(rows: Iterable[Row], language: str) -> None:
    """Add the printed rows up: whatever is said to be a sum is one."""
    total = Decimal(0)
    for row in rows:
        said = read(row.amount, language)
        if row.weight in ("sum", "total", "owed"):
            assert said == total, row
        else:
            total += said


def text(rows: Iterable[Row]) -> list[tuple[str, str]]:
    return [(row.text.replace("\u00a0", " "), row.amount.replace("\u00a0", " ")) for row in rows]


amounts = st.integers(min_value=-100_000, max_value=2_000_000)
currencies = st.sampled_from(["CAD", "EUR", "JPY", "TND"])
kinds_of_rates = st.sampled_from([rates(), rates(included=True), ()])


#: The first document reads the catalogues of languages, which takes as long as a thousand others.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def invoices(draw: st.DrawFn) -> Paper:
    lines = draw(st.lists(st.tuples(st.just("Forfait"), amounts, kinds_of_rates), min_size=1, max_size=8))
    one = paper(
        lines,
        currency=draw(currencies),
        language=draw(st.sampled_from(["fr", "en"])),
        exempt=draw(st.sampled_from([(), ("TPS", "TVQ"), ("TVQ",)])),
    )
    kinds = st.sampled_from(
        ["payment_received", "credit_balance_used", "credit_note_issued", "kept_for_customer"]
    )
    paid = draw(st.lists(st.tuples(kinds, amounts), max_size=4))
    currency = one.total.currency
    return settled(one, *(Settlement(ON, kind, Money(amount, currency)) for kind, amount in paid))


@calm
@given(invoices())
def test_an_invoice_adds_up_line_by_line(one: Paper) -> None:
    shown = sheet(one)
    running([*shown.lines, *shown.sums], one.language)


@calm
@given(invoices(), st.data())
def test_a_credit_note_of_any_part_adds_up(one: Paper, data: st.DataObject) -> None:
    net = one.net.minor
    if net <= 0:
        return
    part = data.draw(st.integers(min_value=1, max_value=net))
    of_invoice = [TaxLine(tax.name, tax.rate, net, tax.amount.minor) for tax in one.taxes]
    currency = one.total.currency
    taxes = tuple(
        Tax(back.code, back.rate, Money(back.amount, currency)) for back in credited(of_invoice, net, part)
    )
    note = replace(
        one, key=("credit_note", UUID(int=2)), lines=(Line("Rendu", Money(part, currency)),), settlements=(),
        net=Money(part, currency), taxes=taxes, owed=None, reason="late", about=("2026-0042", one.key),
        total=Money(part + sum(tax.amount.minor for tax in taxes), currency),
    )  # fmt: skip
    shown = sheet(note)
    running([*shown.lines, *shown.sums], one.language)


def test_an_adding_up_that_is_wrong_is_found_out() -> None:
    shown = sheet(replace(paper(), total=Money(726, "CAD"), owed=Money(726, "CAD")))
    with pytest.raises(AssertionError):
        running([*shown.lines, *shown.sums], "fr")


def test_a_quebec_invoice_bears_both_numbers() -> None:
    shown = sheet(paper())
    assert text(shown.sums) == [
        ("Sous-total", "6,30 $"),
        ("TPS 5 %", "0,32 $"),
        ("TVQ 9,975 %", "0,63 $"),
        ("Total", "7,25 $"),
        ("Solde à régler", "7,25 $"),
    ]
    assert [row.note.replace("\u00a0", " ") for row in shown.sums[1:3]] == [
        "nº d’inscription 123456789 RT0001",
        "nº d’inscription 1234567890 TQ0001",
    ]


def test_prices_that_include_their_taxes_say_so() -> None:
    shown = sheet(paper([("Plan B", 1800, rates(included=True))], language="en"))
    assert text([*shown.lines, *shown.sums])[:4] == [
        ("Plan B", "$18.00"),
        ("Total of the lines", "$18.00"),
        ("Taxes included in these prices", "−$2.34"),
        ("Subtotal", "$15.66"),
    ]


@pytest.mark.parametrize(("currency", "printed"), [("JPY", "¥630"), ("TND", "TND0.630"), ("CAD", "$6.30")])
def test_each_currency_has_its_decimals(currency: str, printed: str) -> None:
    (line,) = sheet(paper([("Plan B", 630, ())], currency=currency, language="en")).lines
    assert line.amount.replace("\u00a0", "").endswith(printed)


def test_it_is_said_in_the_documents_language_whatever_the_readers() -> None:
    assert (sheet(paper()).title, sheet(paper(language="en")).title) == (
        "Facture 2026-0042",
        "Invoice 2026-0042",
    )


def test_what_is_due_at_once_has_the_hosts_terms_and_what_is_due_later_its_day() -> None:
    """Never both: an invoice that is due in two weeks is not payable on receipt."""
    now, later = sheet(paper()), sheet(replace(paper(), due_on=date(2026, 12, 14)))
    assert now.blocks[-1].lines == ("Payable à la réception.",)
    assert [line.replace("\u00a0", " ") for line in later.blocks[-1].lines] == [
        "Échéance le 14 décembre 2026"
    ]


def test_a_part_paid_and_the_rest() -> None:
    shown = sheet(settled(paper(language="en"), Settlement(ON, "payment_received", Money(300, "CAD"), CARD)))
    assert text(shown.sums)[-2:] == [("Paid with Visa •••• 4242", "−$3.00"), ("Balance to pay", "$4.25")]
    assert shown.sums[-2].note == "November 23, 2026"


def test_what_was_paid_beyond_goes_to_the_credit_balance() -> None:
    shown = sheet(
        settled(
            paper(language="en"),
            Settlement(ON, "payment_received", Money(1000, "CAD"), CARD),
            Settlement(ON, "kept_for_customer", Money(-275, "CAD")),
        )
    )
    assert text(shown.sums)[-2:] == [("To your credit balance", "$2.75"), ("Balance to pay", "$0.00")]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", ["succeeded", "failed", "started"])
@pytest.mark.parametrize("method", ["", CARD])
def test_a_sentence_about_a_refund_begins_with_a_capital_letter(
    language: str, state: str, method: str
) -> None:
    refund = replace(
        paper(language=language), key=("refund", UUID(int=3)), about=("2026-0042", ("invoice", UUID(int=1))),
        state=state, method=method,
    )  # fmt: skip
    (sentence,) = sheet(refund).sentences
    assert sentence[0].isupper() and sentence.endswith(".")


@pytest.mark.parametrize(
    ("state", "said"), [("started", "on its way"), ("succeeded", "done"), ("failed", "refused")]
)
def test_a_refund_says_where_the_money_goes_and_how_it_stands(state: str, said: str) -> None:
    back = SentBack(("refund", UUID(int=3)), ON, Money(725, "CAD"), CARD, state)
    (section,) = sheet(replace(paper(language="en"), refunds=(back,))).sections
    assert section.heading == "Refunds"
    assert (section.rows[0].text, section.rows[0].note) == (f"To {CARD}", f"November 23, 2026, {said}")


def test_a_credit_note_is_named_with_its_reason_and_leads_to_its_page() -> None:
    note = CreditedBy(("credit_note", UUID(int=2)), "NC-2026-0007", ON, "late", Money(104, "CAD"))
    shown = linked(sheet(replace(paper(language="en"), credit_notes=(note,))), lambda key: f"/{key[0]}/")
    row = shown.sections[0].rows[0]
    assert (row.text, row.url) == ("Credit note NC-2026-0007", "/credit_note/")
    assert row.note.endswith("The new level was delivered later than it was quoted for.")


def test_a_note_on_a_tax_is_printed_under_the_taxes() -> None:
    assert sheet(replace(paper(), notes=("Autoliquidation.",))).notes == ("Autoliquidation.",)


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [
        ("invoice", "fr", "Facture-2026-0042.pdf"),
        ("invoice", "en", "Invoice-2026-0042.pdf"),
        ("credit_note", "fr", "Note-de-credit-2026-0042.pdf"),
        ("payment", "fr", "Recu-2026-0042.pdf"),
        ("refund", "fr", "Recu-de-remboursement-2026-0042.pdf"),
    ],
)
def test_the_file_is_named_for_the_document(kind: str, language: str, name: str) -> None:
    one = replace(
        paper(language=language), key=(kind, UUID(int=1)), about=("2026-0042", ("invoice", UUID(int=1)))
    )  # type: ignore[arg-type]
    assert sheet(one).file_name == name


def test_a_receipt_says_what_was_paid_of_what_and_what_is_left() -> None:
    one = replace(
        paper(language="en"), key=("payment", UUID(int=4)), lines=(), taxes=(), total=Money(1000, "CAD"),
        method=CARD, kept=Money(275, "CAD"), owed=Money(0, "CAD"), about=("2026-0042", ("invoice", UUID(int=1))),
    )  # fmt: skip
    shown = sheet(one)
    assert text([*shown.lines, *shown.sums]) == [
        ("Payment of invoice 2026-0042, with Visa •••• 4242", "$10.00"),
        ("Total received", "$10.00"),
        ("Applied to the invoice", "$7.25"),
        ("To your credit balance", "$2.75"),
        ("Balance to pay", "$0.00"),
    ]
    assert "TPS 123456789 RT0001" in shown.blocks[0].lines


def test_an_invoice_issued_after_it_was_due_has_the_hosts_terms() -> None:
    late = replace(paper(), due_on=ON - timedelta(days=3))
    assert sheet(late).blocks[-1].lines == ("Payable à la réception.",)
