"""The driver of what people do by hand: a machine that nothing can reach.

It has no capability, so screens hide the acts, usage is not asked for, and a change of such a service goes
straight to the staff queue. Every verb is refused with the reason `by_hand`: inventing a state would be a lie
that the comparison after a change could believe.
"""

from collections.abc import Mapping
from typing import NoReturn

from palier.core.fit import Misfit
from palier.drivers.errors import Refused
from palier.drivers.panel import Account, Capability, Outcome, State, Target

BY_HAND = "by_hand"


class Manual:
    capabilities: frozenset[Capability] = frozenset()

    def __init__(self, url: str = "", credentials: Mapping[str, str] | None = None) -> None:
        """Takes what every driver takes, and needs none of it."""

    def inspect(self, account: Account) -> State:
        by_hand()

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        by_hand()

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        by_hand()

    def poll(self, handle: str) -> Outcome:
        by_hand()

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        by_hand()

    def suspend(self, account: Account, reason: str) -> Outcome:
        by_hand()

    def resume(self, account: Account) -> Outcome:
        by_hand()

    def terminate(self, account: Account) -> Outcome:
        by_hand()

    def set_password(self, account: Account, password: str) -> Outcome:
        by_hand()

    def sign_in_url(self, account: Account) -> str:
        by_hand()

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        by_hand()


def by_hand() -> NoReturn:
    raise Refused(BY_HAND)
