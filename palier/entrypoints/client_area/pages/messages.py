"""Messages received: the list, and one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.parts import MessageRow
from palier.entrypoints.design.parts import Crumb, Paging


@dataclass(frozen=True)
class MessagesPage:
    section: ClassVar[str] = "messages"
    now: datetime
    messages: tuple[MessageRow, ...] = ()
    paging: Paging | None = None
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return _("Messages")


@dataclass(frozen=True)
class MessagePage:
    """`text` is the plain text that was sent; `url` leads to what it speaks of. `read_url` is where a message that is
    new is marked as read, by a POST."""

    section: ClassVar[str] = "messages"
    subject: str
    text: str
    written_at: datetime
    to_address: str
    language: str = ""
    url: str = ""
    link: str = ""
    read_url: str = ""
    crumbs: tuple[Crumb, ...] = ()

    @property
    def title(self) -> str:
        return self.subject
