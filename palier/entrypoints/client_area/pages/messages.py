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
class Passage:
    """A paragraph of a message, or the points of a list."""

    text: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class MessagePage:
    """`text` is the plain text that was sent, of which the page shows what was said: its own link and the host's name
    around it stand for those of the mail; `url` leads to what it speaks of. `read_url` is where a message that is
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

    @property
    def passages(self) -> tuple[Passage, ...]:
        said = self.text.split("\n-- \n")[0].strip().split("\n\n")
        if self.url and "://" in said[-1]:
            del said[-1]
        return tuple(_passage(paragraph) for paragraph in said)


def _passage(paragraph: str) -> Passage:
    lines = paragraph.strip().split("\n")
    if all(line.startswith("- ") for line in lines):
        return Passage(points=tuple(line.removeprefix("- ") for line in lines))
    return Passage(paragraph.strip())
