"""Servers, and one of them: how it is, what lives there, which plans it knows, what it is believed by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class ServerRow:
    """`state` is a code of words/servers.py. Left alone: it did not answer, and is asked nothing for now."""

    name: str
    code: str
    url: str
    driver: str
    state: str
    services: int = 0
    waiting: int = 0
    given_up: int = 0
    since: datetime | None = None
    version: str = ""
    latency_ms: int | None = None
    error: str = ""
    is_left_alone: bool = False


@dataclass(frozen=True)
class ServersPage:
    section: ClassVar[str] = "servers"

    now: datetime
    rows: tuple[ServerRow, ...]
    add_url: str

    @property
    def title(self) -> str:
        return _("Servers")


@dataclass(frozen=True)
class PlanRow:
    """A plan that is sold on the server, by our name and by the panel's, and the limits that are not the same."""

    name: str
    package: str
    is_there: bool
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """What the machine shows, and what is pinned, as SHA-256; empty where there is none. `until` is when the one that
    it shows ends. With a `pin_url`, what it shows is not believed and can be."""

    shown: str
    pinned: str = ""
    until: datetime | None = None
    is_over: bool = False
    pin_url: str = ""


@dataclass(frozen=True)
class Setting:
    """One that is no secret has its value; a secret says where it is kept."""

    name: str
    value: str = ""
    kept: str = ""


@dataclass(frozen=True)
class ServiceRow:
    label: str
    account: str
    plan: str
    customer_name: str
    customer_url: str
    state: str


@dataclass(frozen=True)
class ServerPage:
    """One that was added by hand has a `retire_url`, or the reason why it cannot be retired."""

    section: ClassVar[str] = "servers"

    now: datetime
    server: ServerRow
    advice: str
    address: str
    settings: tuple[Setting, ...]
    in_the_file: bool
    check_url: str
    edit_url: str
    jobs_url: str
    retire_url: str = ""
    why_not_retired: str = ""
    checked_at: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None
    certificate: Certificate | None = None
    knows_plans: bool = False
    plans: tuple[PlanRow, ...] = ()
    plans_at: datetime | None = None
    others: tuple[str, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.server.name


@dataclass(frozen=True)
class RetireServerPage:
    """Before a server is retired: what that does."""

    section: ClassVar[str] = "servers"

    name: str
    code: str
    sentences: tuple[str, ...]
    act_url: str
    back_url: str
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Retire %(server)s") % {"server": self.name}


@dataclass(frozen=True)
class DriverChoice:
    name: str
    title: str
    url: str


@dataclass(frozen=True)
class ServerFormPage:
    """A server to add, or its settings to change. Without a form, the driver is to be chosen first."""

    section: ClassVar[str] = "servers"

    title: str
    url: str
    back_url: str
    driver: str = ""
    form: object = None
    choices: tuple[DriverChoice, ...] = field(default=())
    is_new: bool = True
