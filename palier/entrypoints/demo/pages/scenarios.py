"""The panel beside the client: what Palier says of a service, what the server itself holds, and what can go wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Gauge


@dataclass(frozen=True)
class UnderWay:
    """The open change of a service, as sentences; `url` is the client's page of it."""

    sentence: str
    state: str
    url: str = ""
    promised_by: datetime | None = None


@dataclass(frozen=True)
class Said:
    """What Palier tells the client. `status` is a code of words/statuses.SERVICE."""

    plan_name: str
    status: str
    disk: Gauge
    read_at: datetime | None = None
    change: UnderWay | None = None


@dataclass(frozen=True)
class Held:
    """What the server holds at this instant."""

    plan_name: str
    package: str
    is_suspended: bool
    disk: Gauge


@dataclass(frozen=True)
class Beside:
    """One account, on both sides. `held` is None when the server has no such account."""

    label: str
    account: str
    url: str
    said: Said
    held: Held | None
    agree: bool


@dataclass(frozen=True)
class Inside:
    """A virtual server: what was sold, and what it sees of itself at this instant (None: it cannot be asked)."""

    label: str
    account: str
    url: str
    plan_name: str
    sold_cpus: int | None
    sold_memory: int | None
    runs: bool
    cpus: int | None
    memory: int | None
    agrees: bool


@dataclass(frozen=True)
class Asked:
    """Something the server was asked to do, and what became of it. `asked_at` is real time."""

    asked_at: datetime
    sentence: str
    outcome: str
    was_done: bool


@dataclass(frozen=True)
class Button:
    """A scenario: what its button does, in words, and what to look at next."""

    act: str
    name: str
    what: str
    look: str = ""
    is_on: bool = False


@dataclass(frozen=True)
class ScenariosPage:
    """`mode` says in a sentence how the server behaves now; `heading_for` is set while days are passing.

    `trouble` is a sentence when the machines cannot be reached.
    """

    section: ClassVar[str] = "scenarios"
    now: datetime
    real_now: datetime
    services: tuple[Beside, ...] = ()
    inside: tuple[Inside, ...] = ()
    asked: tuple[Asked, ...] = ()
    server: tuple[Button, ...] = ()
    behind: tuple[Button, ...] = ()
    card: tuple[Button, ...] = ()
    time: tuple[Button, ...] = ()
    mode: str = ""
    behaves: bool = True
    heading_for: datetime | None = None
    trouble: str = ""

    @property
    def title(self) -> str:
        return _("Scenarios")
