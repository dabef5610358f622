"""The letters caught: the list, and one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class LetterRow:
    url: str
    title: str
    to: str
    caught_at: datetime


@dataclass(frozen=True)
class LettersPage:
    """`now` is real time, as are the moments of the letters."""

    section: ClassVar[str] = "letters"
    now: datetime
    letters: tuple[LetterRow, ...] = ()
    total: int = 0

    @property
    def title(self) -> str:
        return _("Mail that was caught")


@dataclass(frozen=True)
class LetterPage:
    """`html_url` is the address of the letter as a page of its own, empty when it has none."""

    section: ClassVar[str] = "letters"
    subject: str
    to: str
    sender: str
    language: str
    caught_at: datetime
    text: str
    html_url: str
    list_url: str

    @property
    def title(self) -> str:
        return self.subject
