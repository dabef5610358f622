"""A customer as staff see them: services, changes, documents, money held."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.pages.overdue import OverdueRow


@dataclass(frozen=True)
class PersonRow:
    name: str
    email: str
    role: str


@dataclass(frozen=True)
class ServiceRow:
    """`status` is a code of words/statuses.SERVICE. `measured_at` is when its use was last measured; None for never, or
    where it is over."""

    plan_name: str
    label: str
    status: str
    price: Money
    cycle: BillingCycle
    server: str = ""
    account: str = ""
    renews_on: date | None = None
    ends_on: date | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True)
class ChangeRow:
    """`state` is one of core/states.PLAN_CHANGE; `url` leads to its work item, if there is one."""

    on: date
    label: str
    from_name: str
    to_name: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class DocumentRow:
    """`status` is a code of words/statuses.INVOICE; the row's anchor is its number."""

    url: str
    pdf_url: str
    number: str
    issued_on: date
    total: Money
    status: str
    owed: Money | None = None


@dataclass(frozen=True)
class MovementRow:
    """What came into the credit balance, or left it (negative), and what it held then."""

    on: date
    sentence: str
    amount: Money
    balance: Money


@dataclass(frozen=True)
class Law:
    """The law profile that holds for the customer today: its name, what it says of money, and what it cites."""

    name: str
    sentence: str
    articles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CustomerPage:
    """`kind` is who laws say they are, in words."""

    section: ClassVar[str] = "customers"
    name: str
    address: str
    language: str
    customer_since: date
    kind: str = ""
    law: Law | None = None
    vat_number: str = ""
    billing_url: str = ""
    people: tuple[PersonRow, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    overdue: tuple[OverdueRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    movements: tuple[MovementRow, ...] = ()
    owed: Money | None = None
    credit_balance: Money | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.name
