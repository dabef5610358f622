"""One thing that a person must do: what the client knows of it, what to do, the notes, and how it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb


@dataclass(frozen=True)
class Note:
    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class AskedFor:
    """One thing that the panel was asked for, in short phrases (`10 Go`): what it had, if it had something, what it
    should have, and what it said last."""

    name: str
    before: str
    wanted: str
    found: str
    is_wrong: bool = False


@dataclass(frozen=True)
class OnPanel:
    """What the panel said when it was last read, beside what it was asked for, what differs first.

    `is_awaited`: the change is done once nothing differs. `misfits` are sentences on what the target could not hold;
    `read_url` asks the panel again.
    """

    read_at: datetime | None
    lines: tuple[AskedFor, ...] = ()
    is_awaited: bool = False
    misfits: tuple[str, ...] = ()
    read_url: str = ""

    @property
    def wrong(self) -> int:
        return sum(line.is_wrong for line in self.lines)

    @property
    def had_something(self) -> bool:
        return any(line.before for line in self.lines)


@dataclass(frozen=True)
class Told:
    """A message that the client got: its title, and who got it."""

    at: datetime
    title: str
    to: tuple[str, ...]
    is_sent: bool = True


@dataclass(frozen=True)
class Happened:
    """`said` is the panel's own sentence, in whatever language it speaks."""

    at: datetime
    who: str
    sentence: str
    said: str = ""


@dataclass(frozen=True)
class Colleague:
    id: UUID
    name: str


@dataclass(frozen=True)
class WorkItemPage:
    """An address is there only for an act that this person may do now.

    `instructions` is what to do by hand; with `must_tick`, each line must be ticked before it can be said done, for
    no panel confirms it. `had_by` goes back unchanged in the POST to `give_url` (`to` is a colleague) or
    `take_over_url`. `undo_url` leads to the page that says what the client gets back.
    """

    section: ClassVar[str] = "queue"
    what: str
    reason: str
    customer_name: str
    customer_url: str
    label: str
    opened_at: datetime
    now: datetime
    details: tuple[str, ...] = ()
    from_name: str = ""
    to_name: str = ""
    paid: Money | None = None
    invoice_number: str = ""
    invoice_url: str = ""
    server: str = ""
    account: str = ""
    told: tuple[Told, ...] = ()
    promised_by: datetime | None = None
    is_overdue: bool = False
    taken_by: str = ""
    taken_at: datetime | None = None
    is_mine: bool = False
    had_by: UUID | None = None
    closed_by: str = ""
    closed_at: datetime | None = None
    outcome: str = ""
    instructions: tuple[str, ...] = ()
    must_tick: bool = False
    panel: OnPanel | None = None
    notes: tuple[Note, ...] = ()
    history: tuple[Happened, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    take_url: str = ""
    take_over_url: str = ""
    let_go_url: str = ""
    give_url: str = ""
    note_url: str = ""
    approve_url: str = ""
    refuse_url: str = ""
    finish_url: str = ""
    retry_url: str = ""
    undo_url: str = ""
    close_url: str = ""
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
