"""Who owes, since when, and what comes next."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class OverdueRow:
    """An overdue invoice. `coming` is the next step and its day, `held` what keeps it from being taken: sentences.

    `service` is a code of words/statuses.SERVICE. `delay_url` takes a day and a note; `retry_url` is there where a
    method is saved. `can_wait_until_on` is the last day that may be promised.
    """

    id: str
    customer_name: str
    customer_url: str
    number: str
    label: str
    owed: Money
    since_on: date
    days: int
    coming: str
    held: str = ""
    service: str = ""
    delay_url: str = ""
    retry_url: str = ""
    today: date | None = None
    can_wait_until_on: date | None = None


@dataclass(frozen=True)
class OverduePage:
    section: ClassVar[str] = "overdue"
    rows: tuple[OverdueRow, ...] = ()
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Overdue invoices")
