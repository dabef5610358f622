"""How often one member may ask for what costs us or could be abused. Counted in this process's memory.

A process more is a limit more: it keeps a script from hammering, not a thief from guessing. Signing in, where guessing
counts, is limited by allauth in the shared cache.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import caches


class TooMany(Exception):
    """Wait a while, then try again."""


@dataclass(frozen=True)
class Limit:
    """So many times in so many seconds, counted from the first."""

    times: int
    seconds: int


LIMITS = {
    "quote": Limit(60, 60),
    "accept": Limit(20, 60),
    "pay": Limit(20, 60),
    "panel": Limit(20, 60),
    "password": Limit(10, 600),
}


def count(act: str, member_id: UUID) -> None:
    """Note one more time. Raises `TooMany`."""
    limit, kept, key = LIMITS[act], caches["local"], f"limit:{act}:{member_id}"
    kept.add(key, 0, limit.seconds)
    try:
        times = kept.incr(key)
    except ValueError:  # it ran out between the two
        return
    if times > limit.times:
        raise TooMany(act)
