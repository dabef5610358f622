"""The front door of the demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Step:
    """One of the five clicks. `door` and `place` are codes of doors.py; without them, `url` is where it happens."""

    title: str
    text: str
    button: str
    door: str = ""
    place: str = ""
    url: str = ""


@dataclass(frozen=True)
class WelcomePage:
    """`is_built` is False while there is no world to enter. `signed_in_as` is who is in, `home_url` their page.

    `has_containers` where the virtual servers are real."""

    section: ClassVar[str] = "welcome"
    steps: tuple[Step, ...]
    business_now: datetime
    is_built: bool = True
    signed_in_as: str = ""
    home_url: str = ""
    letters: int = 0
    has_containers: bool = False

    @property
    def title(self) -> str:
        return _("Demonstration")
