"""What differs between the servers and our side, and setting either side right."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class Side:
    """One of the two ways to set it right: what the button says, what it does, and its address; `refused` says why not,
    where it cannot be had. `asks` is for an act that is confirmed on a page of its own."""

    label: str
    means: str
    url: str = ""
    refused: str = ""
    asks: bool = False


@dataclass(frozen=True)
class DriftRow:
    """One thing that differs. `lines` say what is wanted and what is there, as sentences."""

    what: str
    customer_name: str
    customer_url: str
    label: str
    server: str
    account: str
    found_at: datetime
    seen_at: datetime
    lines: tuple[str, ...] = ()
    server_side: Side | None = None
    our_side: Side | None = None
    is_asked: bool = False


@dataclass(frozen=True)
class DriftsPage:
    """`compared` services were compared with their server within a day; `waiting` were not, because it does not answer.
    `is_comparing` while all of them are, because somebody asked: what is found then shows by itself."""

    section: ClassVar[str] = "drifts"
    rows: tuple[DriftRow, ...] = ()
    compared: int = 0
    waiting: int = 0
    compare_url: str = ""
    is_comparing: bool = False
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.is_comparing or any(row.is_asked for row in self.rows)

    @property
    def title(self) -> str:
        return _("Differences with the servers")


@dataclass(frozen=True)
class EndHerePage:
    """Before a subscription ends because its account is gone: what that does, to the cent."""

    section: ClassVar[str] = "drifts"
    label: str
    customer_name: str
    sentences: tuple[str, ...]
    act_url: str
    back_url: str
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("End %(label)s") % {"label": self.label}
