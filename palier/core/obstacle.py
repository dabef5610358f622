"""Why a change cannot happen now, or what to know before it does, as codes and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from palier.core.fit import Misfit
from palier.core.policies import UnknownUsage

#: What is said of a usage that is unknown, by policy.
UNKNOWN: Mapping[UnknownUsage, str] = {
    "refuse": "usage_unknown",
    "warn": "usage_unknown_warned",
    "ask_person": "usage_unknown_asked",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the change cannot happen now: a code of words/obstacles.py and its numbers (those of a `Misfit`)."""

    code: str
    resource: str = ""
    used: int | None = None
    limit: int | None = None
    excess: int | None = None
    invoice_id: str = ""
    number: str = ""
    owed: int = 0
    room: int = 0


def of_misfit(misfit: Misfit, unknown_usage: UnknownUsage = "refuse") -> Obstacle:
    """What stands in the way, as the client reads it: refused, or told under another policy."""
    code = {"too_much": "does_not_fit", "cannot_shrink": "cannot_shrink"}.get(
        misfit.why, UNKNOWN[unknown_usage]
    )
    return Obstacle(
        code,
        resource=misfit.resource,
        used=misfit.used,
        limit=misfit.limit,
        excess=misfit.excess,
        room=misfit.room,
    )
