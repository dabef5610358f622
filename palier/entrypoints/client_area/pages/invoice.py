"""An invoice or a credit note, as a page that prints as the document it is."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.client_area.pages.check import PaymentChoice
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class Party:
    """Who sells or buys; `address` keeps its line breaks."""

    name: str
    address: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class DocumentLine:
    text: str
    amount: Money
    note: str = ""


@dataclass(frozen=True)
class DocumentTax:
    """`number` is the supplier's registration for this tax: a Québec invoice prints both."""

    name: str
    rate: Fraction
    amount: Money
    number: str = ""


@dataclass(frozen=True)
class Settlement:
    """Something that paid part of the document: a payment, the credit balance, a credit note."""

    on: date
    text: str
    amount: Money


@dataclass(frozen=True)
class InvoicePage:
    """`language` is that of the document itself, the customer's. Amounts are positive on a credit note too.

    `methods` are the ways to pay what is owed, in a POST to `pay_url`. `status` is a code of
    words/statuses.INVOICE; `invoice_number` names what a credit note gives back.
    """

    section: ClassVar[str] = "invoices"
    kind: Literal["invoice", "credit_note"]
    number: str
    issued_on: date
    supplier: Party
    buyer: Party
    lines: tuple[DocumentLine, ...]
    net: Money
    taxes: tuple[DocumentTax, ...]
    total: Money
    status: str
    language: str = ""
    due_on: date | None = None
    terms: str = ""
    settlements: tuple[Settlement, ...] = ()
    owed: Money | None = None
    reason: str = ""
    invoice_number: str = ""
    invoice_url: str = ""
    credit_notes: tuple[tuple[str, str], ...] = ()
    pay_url: str = ""
    methods: tuple[PaymentChoice, ...] = ()
    pdf_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        kind = _("Credit note %(number)s") if self.kind == "credit_note" else _("Invoice %(number)s")
        return kind % {"number": self.number}
