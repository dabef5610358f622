"""Why a change cannot happen now, or what to know before it does, as codes and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from palier.core.change_facts import ChangeFacts
from palier.core.fit import Misfit, misfits
from palier.core.policies import Policies, UnknownUsage

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


def obstacles(facts: ChangeFacts, policies: Policies) -> tuple[Obstacle, ...]:
    """All that stands in the way, the gravest first."""
    found: list[Obstacle] = []
    if facts.subscription_state != "active":
        found.append(Obstacle(f"subscription_{facts.subscription_state}"))
    if facts.policies is None:
        found.append(Obstacle("no_path"))
    elif facts.target_lines is None:
        found.append(Obstacle("not_for_sale"))
    elif facts.target == facts.current:
        found.append(Obstacle("same_configuration"))
    elif facts.not_on_server:
        found.append(Obstacle("not_on_server"))
    if facts.open_change:
        found.append(Obstacle("change_open"))
    if facts.cancellation_requested:
        found.append(Obstacle("cancellation_requested"))
    if facts.payment_in_flight:
        found.append(Obstacle("payment_in_flight"))
    found += [
        Obstacle("invoice_unpaid", invoice_id=unpaid.invoice_id, number=unpaid.number, owed=unpaid.owed)
        for unpaid in facts.unpaid
    ]
    refused = (
        of_misfit(misfit)
        for misfit in _misfits(facts)
        if not misfit.is_unknown or policies.unknown_usage == "refuse"
    )
    return (*found, *refused)


def warnings(facts: ChangeFacts, policies: Policies) -> tuple[Obstacle, ...]:
    """What is unknown and was not refused, by what the policy makes of it; then what is owed elsewhere."""
    unknown = () if policies.unknown_usage == "refuse" else unknown_measures(facts)
    told = tuple(of_misfit(misfit, policies.unknown_usage) for misfit in unknown)
    owed = (Obstacle("overdue_elsewhere", owed=facts.overdue_elsewhere),) if facts.overdue_elsewhere else ()
    return (*told, *owed)


def unknown_measures(facts: ChangeFacts) -> tuple[Misfit, ...]:
    """What of the usage cannot be compared with the target."""
    return tuple(misfit for misfit in _misfits(facts) if misfit.is_unknown)


def _misfits(facts: ChangeFacts) -> tuple[Misfit, ...]:
    return () if facts.usage is None else misfits(facts.usage, facts.target_limits, facts.machine)
