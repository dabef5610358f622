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
class Difference:
    """What the panel says beside what is wanted, both as short phrases (`10 Go`)."""

    name: str
    found: str
    wanted: str


@dataclass(frozen=True)
class PanelSays:
    """What the panel said when it was last read: nothing in `differences` is what the change promised. `misfits` are
    sentences on what the target could not hold. `read_url` asks it again."""

    read_at: datetime | None
    differences: tuple[Difference, ...] = ()
    misfits: tuple[str, ...] = ()
    read_url: str = ""


@dataclass(frozen=True)
class AskedFor:
    """One thing that the panel was asked for: what it had, what it should have, and what it said last."""

    name: str
    before: str
    wanted: str
    found: str

    @property
    def is_so(self) -> bool:
        return self.found == self.wanted


@dataclass(frozen=True)
class Attempt:
    """`said` is the panel's own sentence, in whatever language it speaks."""

    at: datetime
    sentence: str
    said: str = ""


@dataclass(frozen=True)
class Asked:
    """What a machine was asked, when, what its panel said last, and what each attempt came to, the latest first."""

    what: str
    at: datetime
    read_at: datetime | None
    wanted: tuple[AskedFor, ...] = ()
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class Told:
    """A message that the client got: its title, and who got it."""

    at: datetime
    title: str
    to: tuple[str, ...]
    is_sent: bool = True


@dataclass(frozen=True)
class Happened:
    at: datetime
    who: str
    sentence: str


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
    panel: PanelSays | None = None
    asked: Asked | None = None
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
