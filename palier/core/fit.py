"""Does what the client uses today fit the limits of another plan, on the machine where it lives?

Storage is in MB (1 GB is 1024 MB, as panels count); everything else is a plain count. Only numbers leave this
module; sentences are made of them elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from palier.core.policies import UnknownUsage

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
    """A limit that stands in the way, and by how much: `excess` is what is used and the `room` that must stay free,
    less the limit. `used` and `excess` are None where the usage is unknown; of what cannot shrink, `used` is the size
    it has."""

    resource: str
    used: int | None
    limit: int
    excess: int | None
    why: Why = "too_much"
    room: int = 0

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
    if resource not in machine.grows_only:
        held = None
    if held is not None and held > limit:
        return Misfit(resource, held, limit, held - limit, "cannot_shrink")
    if measure is None or measure.exactness == "unknown":
        # What never gets smaller holds today whatever is in it, and will.
        return None if held is not None else Misfit(resource, None, limit, None, "unknown")
    room = machine.room.get(resource, 0)
    excess = measure.amount + room - limit
    return Misfit(resource, measure.amount, limit, excess, room=room) if excess > 0 else None


def that_stop(found: Iterable[Misfit], unknown_usage: UnknownUsage) -> tuple[Misfit, ...]:
    """Those that stop a change that nobody looks at: what is unknown stops it unless the policy only warns."""
    return tuple(misfit for misfit in found if not (misfit.is_unknown and unknown_usage == "warn"))


def misfit_json(misfit: Misfit) -> dict[str, Any]:
    """For the facts of a job or of an item of the queue."""
    return asdict(misfit)
