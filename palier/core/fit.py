"""Does what the client uses today fit the limits of another plan?

Storage is in MB (1 GB is 1024 MB, as panels count); everything else is a plain count. Only numbers leave this
module; sentences are made of them elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Exactness = Literal["live", "sampled", "unknown"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a panel measured, when (None: never), and how surely. An unknown amount is no fact."""

    amount: int
    measured_at: datetime | None
    exactness: Exactness


@dataclass(frozen=True, slots=True)
class Misfit:
    """A limit that the usage exceeds, or might: `used` and `excess` are None where the usage is unknown."""

    resource: str
    used: int | None
    limit: int
    excess: int | None

    @property
    def is_unknown(self) -> bool:
        return self.used is None


def misfits(usage: Mapping[str, Measure], limits: Mapping[str, int]) -> tuple[Misfit, ...]:
    """What stands in the way, in the order of the limits; empty when everything fits.

    A resource without a limit is unlimited. A limited resource whose usage is unknown, or not measured at
    all, is in the way: it may not fit. Usage equal to the limit fits.
    """
    found = (_misfit(resource, usage.get(resource), limit) for resource, limit in limits.items())
    return tuple(misfit for misfit in found if misfit is not None)


def _misfit(resource: str, measure: Measure | None, limit: int) -> Misfit | None:
    if measure is None or measure.exactness == "unknown":
        return Misfit(resource, None, limit, None)
    if measure.amount <= limit:
        return None
    return Misfit(resource, measure.amount, limit, measure.amount - limit)
