"""The queue: what needs a person, the oldest promise first."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class QueueRow:
    """`what` says what is to be done and `reason` why a person must, as sentences; `told` is the title of the last
    message that the client got about it."""

    url: str
    what: str
    reason: str
    customer_name: str
    customer_url: str
    label: str
    opened_at: datetime
    promised_by: datetime | None = None
    is_overdue: bool = False
    told: str = ""
    told_at: datetime | None = None
    taken_by: str = ""
    is_mine: bool = False
    take_url: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the queue: the items of all, one's own, or nobody's."""

    code: Literal["all", "mine", "free"]
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class ServerAlert:
    """A server that needs a look, and why in a word or two."""

    name: str
    health: str
    url: str


@dataclass(frozen=True)
class QueuePage:
    """`shown` is the code of the part that is listed."""

    section: ClassVar[str] = "queue"
    now: datetime
    items: tuple[QueueRow, ...]
    parts: tuple[Part, ...]
    open_count: int
    overdue_count: int
    shown: Literal["all", "mine", "free"] = "all"
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()
    servers: tuple[ServerAlert, ...] = ()

    @property
    def title(self) -> str:
        return _("Work queue")

    @property
    def empty(self) -> str:
        """What to read where nothing is listed."""
        if self.shown == "mine" and self.open_count:
            return _("You have taken nothing.")
        if self.shown == "free" and self.open_count:
            return _("Everything that waits has been taken by someone.")
        return _("Nothing waits for a person.")
