"""What an attempt at a job can come to."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from palier.drivers.panel import State


@dataclass(frozen=True)
class Confirmed:
    """The panel, read back, says it is so."""

    state: State | None


@dataclass(frozen=True)
class Again:
    """Try later. `unsure`: something may have been done, so look before sending. `handle`: ask how far it is. `said` is
    the panel's own sentence."""

    reason: str
    unsure: bool
    after: timedelta | None = None
    handle: str = ""
    said: str = ""


@dataclass(frozen=True)
class NeedsPerson:
    """Trying again will not help. `reason` is a code of words/reasons.py; `detail` in the facts is the panel's own
    sentence, `problems` those about settings that it did not apply, `differences` what was read back."""

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)
    state: State | None = None


Outcome = Confirmed | Again | NeedsPerson
