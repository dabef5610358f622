"""Bank transfers: what is awaited, what arrived, a statement before it is taken in, and one line to be matched."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class AwaitedRow:
    """A transfer that a client has announced."""

    customer_name: str
    customer_url: str
    invoice_number: str
    reference: str
    money: Money
    since: datetime


@dataclass(frozen=True)
class LineRow:
    """Money that arrived and that nobody has matched. `match_url` is empty in a preview."""

    on: date
    money: Money
    text: str
    match_url: str = ""


@dataclass(frozen=True)
class AsideRow:
    """A line that was set aside, with why; `take_up_url` is where a POST has it wait again."""

    on: date
    money: Money
    text: str
    note: str
    take_up_url: str


@dataclass(frozen=True)
class Account:
    """A bank account, by the name of its gateway."""

    name: str
    selected: bool = False


@dataclass(frozen=True)
class TransfersPage:
    section: ClassVar[str] = "transfers"
    accounts: tuple[Account, ...]
    awaited: tuple[AwaitedRow, ...]
    lines: tuple[LineRow, ...]
    today: date
    currency: str
    read_url: str
    record_url: str
    aside: tuple[AsideRow, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Transfers")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True)
class Select:
    """A question about the columns of a statement."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class PreviewRow:
    """A line of a statement as it would be taken in. `outcome` is a sentence."""

    line: int
    on: date
    money: Money
    text: str
    outcome: str


@dataclass(frozen=True)
class StatementPage:
    """Nothing is written before it is confirmed. `content` goes back unchanged with the answers to `selects`."""

    section: ClassVar[str] = "transfers"
    account: str
    content: str
    selects: tuple[Select, ...]
    rows: tuple[PreviewRow, ...]
    troubles: tuple[str, ...]
    outgoing: int
    new: int
    is_complete: bool
    read_url: str
    back_url: str
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Read a statement")


@dataclass(frozen=True)
class OpenInvoice:
    id: str
    number: str
    owed: Money


@dataclass(frozen=True)
class Candidate:
    """A customer whom the money may be from, with what they owe in its currency."""

    id: str
    name: str
    url: str
    invoices: tuple[OpenInvoice, ...] = ()


@dataclass(frozen=True)
class MatchPage:
    """One line to be matched. `searched` is what was looked for."""

    section: ClassVar[str] = "transfers"
    line: LineRow
    note: str
    searched: str
    candidates: tuple[Candidate, ...]
    url: str
    invoice_url: str
    balance_url: str
    aside_url: str
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Match what arrived")
