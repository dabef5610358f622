"""Does what the client uses today fit the limits of another plan, on the machine where it lives?

Storage is in MB (1 GB is 1024 MB, as panels count); everything else is a plain count. Only numbers leave this
module; sentences are made of them elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Exactness = Literal["live", "sampled", "unknown"]
Why = Literal["too_much", "unknown", "cannot_shrink"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a panel measured, when (None: never), and how surely. An unknown amount is no fact."""

    amount: int
    measured_at: datetime | None
    exactness: Exactness


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine asks for besides the usage: `holds` are the limits it has now, of which those in `grows_only`
    never get smaller; `room` must stay free above what is used, by resource."""

    holds: Mapping[str, int] = field(default_factory=dict)
    grows_only: frozenset[str] = frozenset()
    room: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A limit that stands in the way. `used` and `excess` are None where the usage is unknown; of what cannot shrink,
    `used` is the size it has. `used` counts the room that must stay free."""

    resource: str
    used: int | None
    limit: int
    excess: int | None
    why: Why = "too_much"

    @property
    def is_unknown(self) -> bool:
        return self.why == "unknown"


ANY_MACHINE = Machine()


def misfits(
    usage: Mapping[str, Measure], limits: Mapping[str, int], machine: Machine = ANY_MACHINE
) -> tuple[Misfit, ...]:
    """What stands in the way, in the order of the limits; empty when everything fits.

    A resource without a limit is unlimited. A limited resource whose usage is unknown, or not measured at
    all, is in the way: it may not fit. Usage equal to the limit fits.
    """
    found = (_misfit(resource, usage.get(resource), limit, machine) for resource, limit in limits.items())
    return tuple(misfit for misfit in found if misfit is not None)


def _misfit(resource: str, measure: Measure | None, limit: int, machine: Machine) -> Misfit | None:
    held = machine.holds.get(resource)
    if resource in machine.grows_only and held is not None and held > limit:
        return Misfit(resource, held, limit, held - limit, "cannot_shrink")
    if measure is None or measure.exactness == "unknown":
        return Misfit(resource, None, limit, None, "unknown")
    needed = measure.amount + machine.room.get(resource, 0)
    return Misfit(resource, needed, limit, needed - limit) if needed > limit else None
