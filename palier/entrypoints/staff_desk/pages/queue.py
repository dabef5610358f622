"""The queue: what needs a person, the oldest promise first."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class QueueRow:
    """`what` says what is to be done and `reason` why a person must, as sentences."""

    url: str
    what: str
    reason: str
    customer_name: str
    label: str
    opened_at: datetime
    promised_by: datetime | None = None
    is_overdue: bool = False
    taken_by: str = ""
    is_mine: bool = False
    take_url: str = ""


@dataclass(frozen=True)
class QueuePage:
    """`shown` is which part of the queue is listed; the addresses lead to the others."""

    section: ClassVar[str] = "queue"
    now: datetime
    items: tuple[QueueRow, ...]
    open_count: int
    overdue_count: int
    mine_count: int
    shown: Literal["open", "mine", "done"] = "open"
    open_url: str = ""
    mine_url: str = ""
    done_url: str = ""
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Work queue")
