"""What a panel says of an account beside what it should say. Pure: values in, differences out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from palier.drivers.panel import Difference, State, Target, differences

Kind = Literal["missing", "suspended", "plan", "limits"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What our side says. Any of the `targets` is right: while a change is prepared, both ends of it are. `allowed` are
    the limits that a person has let stand as they are on the server; `may_be_gone` holds for what has ended."""

    targets: Sequence[Target]
    suspended: bool
    may_be_gone: bool = False
    allowed: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drifting:
    """One thing that differs. `lines` hold what is wanted and found, by `plan`, `privileges` or resource; for the other
    kinds they are empty."""

    kind: Kind
    lines: tuple[Difference, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        return [{"what": one.what, "wanted": one.wanted, "found": one.found} for one in self.lines]


def drifting(wanted: Wanted, found: State | None) -> tuple[Drifting, ...]:
    """What differs; empty when all is as it should be. `found` is None for an account that the panel does not know.

    Of an account that has ended, only that it works is wrong: its plan matters to nobody any more.
    """
    if found is None:
        return () if wanted.may_be_gone else (Drifting("missing"),)
    wrong: list[Drifting] = []
    if found.suspended != wanted.suspended:
        wrong.append(Drifting("suspended"))
    if not wanted.may_be_gone and (lines := _closest(wanted, found)):
        wrong.append(Drifting("plan" if lines[0].what in ("plan", "privileges") else "limits", lines))
    return tuple(wrong)


def _closest(wanted: Wanted, found: State) -> tuple[Difference, ...]:
    """The differences from the target that the state is nearest to."""
    return min((_lines(target, wanted, found) for target in wanted.targets), key=len, default=())


def _lines(target: Target, wanted: Wanted, found: State) -> tuple[Difference, ...]:
    return tuple(
        one
        for one in differences(found, target)
        if one.what not in wanted.allowed or wanted.allowed[one.what] != one.found
    )
