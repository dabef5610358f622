"""The driver of what people do by hand: a machine that nothing can reach.

It has no capability, so screens hide the acts, usage is not asked for, and a change of such a service goes
straight to the staff queue. Every verb is refused with the reason `by_hand`: inventing a state would be a lie
that the comparison after a change could believe.
"""

from collections.abc import Mapping

from palier.drivers.errors import Refused
from palier.drivers.panel import BY_HAND, Outcome, Panel


class Manual(Panel):
    def __init__(self, url: str = "", settings: Mapping[str, str] | None = None) -> None:
        """Takes what every driver takes, and needs none of it."""

    def poll(self, handle: str) -> Outcome:
        raise Refused(BY_HAND)
