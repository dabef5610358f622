"""One thing that a person must do: what the client knows of it, what to do, the notes, and how it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class Note:
    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Difference:
    """What the panel says beside what is wanted, both as short phrases (`10 Go`)."""

    name: str
    found: str
    wanted: str


@dataclass(frozen=True)
class WorkItemPage:
    """An address is there only for an act that this person may do now. `undo_url` gives the money back."""

    section: ClassVar[str] = "queue"
    what: str
    reason: str
    customer_name: str
    customer_url: str
    label: str
    server: str
    account: str
    opened_at: datetime
    now: datetime
    from_name: str = ""
    to_name: str = ""
    paid: Money | None = None
    client_knows: str = ""
    promised_by: datetime | None = None
    is_overdue: bool = False
    taken_by: str = ""
    taken_at: datetime | None = None
    closed_by: str = ""
    closed_at: datetime | None = None
    instructions: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[Note, ...] = ()
    take_url: str = ""
    give_back_url: str = ""
    note_url: str = ""
    finish_url: str = ""
    retry_url: str = ""
    undo_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.what

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def subtitle(self) -> str:
        return _("%(customer)s · %(service)s") % {"customer": self.customer_name, "service": self.label}
