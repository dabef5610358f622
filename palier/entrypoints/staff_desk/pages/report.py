"""A report of some days: tables, one for each currency, what proves them, and the same as CSV."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class Choice:
    """Another report, or other days: a link."""

    code: str
    label: str
    url: str


@dataclass(frozen=True)
class Heading:
    label: str
    is_number: bool


@dataclass(frozen=True)
class Shown:
    """A cell as it is read; `is_number` ones stand at the end of their column. `label` is that of its column, which a
    phone shows beside it."""

    text: str
    is_number: bool = False
    label: str = ""


@dataclass(frozen=True)
class ReportTable:
    """`proof` is the sentence of what the total agrees with, or of how far it is off when it does not hold."""

    title: str
    currency: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Shown, ...], ...]
    total: tuple[Shown, ...] = ()
    proof: str = ""
    holds: bool = True


@dataclass(frozen=True)
class BooksChecked:
    """What the last daily check found."""

    on: date
    invariants: int
    wrong: int


@dataclass(frozen=True)
class ReportPage:
    """`days` is the code of the choice that is shown, empty for other days; `last_on` the last day that counts.

    The form is a GET of its own address, with the fields `from` and `until` (the first day left out).
    """

    section: ClassVar[str] = "reports"
    code: str
    title: str
    about: str
    url: str
    start_on: date
    until_on: date
    last_on: date
    csv_url: str
    reports: tuple[Choice, ...]
    choices: tuple[Choice, ...]
    days: str = ""
    error: str = ""
    documents_url: str = ""
    tables: tuple[ReportTable, ...] = ()
    checked: BooksChecked | None = None
    crumbs: tuple[Crumb, ...] = ()
