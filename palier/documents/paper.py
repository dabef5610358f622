"""Everything that a document shows, as plain values: what was frozen when it was issued, and what became of it since.

Amounts are positive on a credit note too. Nothing here reads a row or a clock.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal
from uuid import UUID

from palier.core.money import Money

Kind = Literal["invoice", "credit_note", "payment", "refund"]

#: Names a document: an invoice, a credit note, the receipt of a payment or that of a refund, and the row's id.
Key = tuple[Kind, UUID]


@dataclass(frozen=True)
class Party:
    """Who sells or buys; `address` keeps its line breaks, `numbers` are registrations to print with their names."""

    name: str
    address: str
    email: str = ""
    phone: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    """`text` is the sentence that was frozen: what it is for, its period and its quantity."""

    text: str
    amount: Money


@dataclass(frozen=True)
class Tax:
    """`number` is the supplier's registration for this tax: a Québec invoice prints both."""

    name: str
    rate: Fraction
    amount: Money
    number: str = ""


@dataclass(frozen=True)
class Settlement:
    """Something that took from what was owed, or (negative) moved money on to the credit balance.

    `kind` is that of the journal entry. `method` is the label of a card or account, `number` that of a credit note,
    `about` the document of it.
    """

    on: date
    kind: str
    amount: Money
    method: str = ""
    number: str = ""
    about: Key | None = None


@dataclass(frozen=True)
class CreditedBy:
    """A credit note of an invoice, with its reason: a code of words/reasons.py."""

    key: Key
    number: str
    on: date
    reason: str
    total: Money


@dataclass(frozen=True)
class SentBack:
    """A refund of a payment: where it goes (the label of the method, or the gateway's name), and its state."""

    key: Key
    on: date
    amount: Money
    method: str
    state: str


@dataclass(frozen=True)
class Paper:
    """One document. `lines` add up to `lines_total`; it less `included` is `net`; with `taxes` that is `total`;
    less `settlements` that is `owed`. `notes` are sentences printed under the taxes.

    `name` is its number, or for a receipt what it is known by. `about` is the number and the key of the invoice that a
    credit note or a receipt is about. A receipt has no lines: `total` is what came in, or went back, by `method`; of a
    payment `kept` went to the credit balance and `owed` was left of the invoice after it. `state` is that of a refund.
    `size` is the paper that the provider's country prints on.
    """

    key: Key
    name: str
    language: str
    issued_on: date
    supplier: Party
    buyer: Party
    lines: tuple[Line, ...]
    net: Money
    taxes: tuple[Tax, ...]
    total: Money
    size: Literal["us-letter", "a4"] = "a4"
    notes: tuple[str, ...] = ()
    due_on: date | None = None
    terms: str = ""
    reason: str = ""
    about: tuple[str, Key] | None = None
    settlements: tuple[Settlement, ...] = ()
    owed: Money | None = None
    credit_notes: tuple[CreditedBy, ...] = ()
    refunds: tuple[SentBack, ...] = ()
    state: str = ""
    method: str = ""
    kept: Money | None = None

    @property
    def kind(self) -> Kind:
        return self.key[0]

    @property
    def lines_total(self) -> Money:
        return Money(sum(line.amount.minor for line in self.lines), self.total.currency)

    @property
    def included(self) -> Money:
        """The taxes that the prices of the lines contain: nothing where taxes are added to them."""
        return self.lines_total - self.net

    @property
    def is_due_at_once(self) -> bool:
        return self.due_on is None or self.due_on <= self.issued_on
