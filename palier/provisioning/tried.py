"""What each attempt at a job came to, kept with the job for whoever must go on by hand: the first, and the latest."""

from datetime import datetime
from typing import Any, TypedDict

#: Of a panel that works for long, every look is an attempt: those in the middle say nothing more.
KEPT = 12
LENGTH = 300


class Tried(TypedDict):
    """`came_to` is a code of words/reasons.py, or "done"; `said` the panel's own sentence, if it had one."""

    at: str
    number: int
    came_to: str
    said: str


def with_attempt(tried: list[Any], *, at: datetime, number: int, came_to: str, said: str) -> list[Any]:
    entry = Tried(at=at.isoformat(), number=number, came_to=came_to, said=said[:LENGTH])
    all_of_them = [*tried, entry]
    return all_of_them if len(all_of_them) <= KEPT else [all_of_them[0], *all_of_them[1 - KEPT :]]
