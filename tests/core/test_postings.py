"""Every entry balances, and a customer owes what is open on their invoices, whatever is posted in whatever order."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from palier.core import postings
from palier.core.postings import ACCOUNTS, CREDIT_BALANCE, FAMILIES, RECEIVABLE, REVENUE, Leg
from palier.core.tax import Taxed, TaxRate, credited, rate_of, taxed

RATES = tuple(
    TaxRate(code, rate_of(percent), "CA-QC", date(2013, 1, 1), included=included)
    for code, percent, included in (("TPS", "5", False), ("TVQ", "9.975", False), ("TVA", "20", True))
)
ADDED, INCLUDED = RATES[:2], RATES[2:]

amounts = st.one_of(st.integers(0, 50_000), st.sampled_from([1, 9, 630, 10**12]))
lines = st.lists(st.tuples(amounts, st.sampled_from([(), ADDED, INCLUDED])), min_size=1, max_size=4)
acts = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "pay", "credit", "use", "goodwill", "refund", "take back", "return"]),
        lines, amounts, st.integers(0, 3),
    ),
    max_size=25,
)  # fmt: skip


@dataclass
class Document:
    invoice: Taxed
    credited_net: int = 0
    credited_total: int = 0
    posted: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return self.posted[RECEIVABLE]


@dataclass
class Books:
    """One customer's: the sums of the accounts, and of what was posted about each invoice."""

    documents: list[Document] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    taken_back: int = 0

    def post(self, legs: tuple[Leg, ...], about: Document | None = None) -> None:
        assert sum(leg.amount for leg in legs) == 0
        assert all(leg.amount for leg in legs)
        for leg in legs:
            assert leg.account in ACCOUNTS or leg.account.startswith(FAMILIES)
            self.sums[leg.account] += leg.amount
            if about is not None:
                about.posted[leg.account] += leg.amount

    @property
    def held(self) -> int:
        return -self.sums[CREDIT_BALANCE]

    def act(self, kind: str, of: list[tuple[int, tuple[TaxRate, ...]]], amount: int, which: int) -> None:
        about = self.documents[which % len(self.documents)] if self.documents else None
        if kind == "invoice":
            self.documents.append(Document(taxed(of)))
            self.post(postings.invoice_issued(taxed(of).net, taxed(of).lines), self.documents[-1])
        elif kind == "goodwill":
            self.post(postings.goodwill_given(amount))
        elif kind == "refund":
            self.post(postings.refund_sent("card", min(amount, self.held)))
        elif about is None:
            return
        elif kind == "pay":
            self.post(postings.payment_received("card", amount), about)
            self.keep_what_is_beyond(about)
        elif kind == "credit":
            self.credit(about, min(amount, about.invoice.net - about.credited_net))
        elif kind == "use":
            self.post(postings.credit_balance_used(min(amount, self.held, about.open)), about)
        elif kind == "take back":
            self.taken_back += amount
            self.post(postings.charged_back("card", amount), about)
        elif kind == "return":
            amount = min(amount, self.taken_back)
            self.taken_back -= amount
            self.post(postings.charge_back_returned("card", amount), about)
            self.keep_what_is_beyond(about)

    def credit(self, about: Document, net: int) -> None:
        if net <= 0:
            return
        taxes = credited(about.invoice.lines, about.invoice.net, net, about.credited_net)
        about.credited_net += net
        about.credited_total += net + sum(tax.amount for tax in taxes)
        self.post(postings.credit_note_issued(net, taxes), about)
        self.keep_what_is_beyond(about)

    def keep_what_is_beyond(self, about: Document) -> None:
        self.post(postings.kept_for_customer(max(0, -about.open)), about)


@settings(max_examples=1000)
@given(acts)
def test_books_balance_after_every_act_whatever_their_order(
    life: list[tuple[str, list[tuple[int, tuple[TaxRate, ...]]], int, int]],
) -> None:
    books = Books()
    for act in life:
        books.act(*act)
        assert sum(books.sums.values()) == 0
        assert books.sums[RECEIVABLE] == sum(document.open for document in books.documents)
        assert books.held >= 0
    for document in books.documents:
        assert document.open >= 0
        assert document.credited_total <= document.invoice.total
        if document.credited_net == document.invoice.net:
            assert document.credited_total == document.invoice.total
    assert -books.sums[REVENUE] == sum(one.invoice.net - one.credited_net for one in books.documents)
    taxes = sum(amount for account, amount in books.sums.items() if account.startswith("tax:"))
    of_documents = sum(
        one.invoice.total - one.credited_total - (one.invoice.net - one.credited_net)
        for one in books.documents
    )
    assert -taxes == of_documents


@settings(max_examples=1000)
@given(lines)
def test_lines_and_taxes_sum_to_the_total(of: list[tuple[int, tuple[TaxRate, ...]]]) -> None:
    document = taxed(of)
    assert document.net + sum(tax.amount for tax in document.lines) == document.total
    included = sum(amount for amount, rates in of if rates == INCLUDED)
    added = sum(amount for amount, rates in of if rates != INCLUDED)
    tax_added = sum(tax.amount for tax in document.lines if tax.code != "TVA")
    assert document.total == included + added + tax_added
