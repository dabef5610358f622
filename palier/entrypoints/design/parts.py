"""Values that pages of several entrances show: a place in the breadcrumb, a gauge, a page of a long list."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["storage", "count"]
Tone = Literal["good", "warn", "bad", "info", "mute"]

NEAR = 80
"""From this percentage of its limit on, a gauge says that little room is left."""


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumb; the last one, the page itself, has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Gauge:
    """What is used of a limit. `unit` is `storage` (MB) or `count`; no limit is unlimited, no usage is unknown.

    `is_sampled`: the panel itself counts it now and then. `is_old`: it was measured too long ago to be relied on.
    """

    name: str
    unit: Unit
    used: int | None
    limit: int | None
    is_sampled: bool = False
    is_old: bool = False

    @property
    def percent(self) -> int:
        """How full, from 0 to 100; an exceeded limit is 100."""
        if not self.used or self.limit is None:
            return 0
        return min(100, self.used * 100 // self.limit) if self.limit else 100

    @property
    def is_single(self) -> bool:
        """One may have one of it, and has: that is how it is sold, and no warning."""
        return self.unit == "count" and self.limit == 1

    @property
    def state(self) -> Literal["unknown", "unlimited", "over", "full", "near", "room"]:
        if self.used is None:
            return "unknown"
        if self.limit is None:
            return "unlimited"
        if self.used > self.limit:
            return "over"
        if self.used == self.limit and not self.is_single:
            return "full"
        return "near" if self.percent >= NEAR and not self.is_single else "room"


@dataclass(frozen=True)
class Paging:
    """Where one is in a long list; an address is empty at either end."""

    number: int
    total: int
    previous_url: str = ""
    next_url: str = ""
