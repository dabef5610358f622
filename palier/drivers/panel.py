"""The promise of every hosting panel driver (docs/reference/panel-promise).

Amounts of storage are MB (1 GB = 1024 MB), counts are plain integers. Resources are named in our words: disk,
bandwidth, mailboxes, databases, sites. A missing limit is unlimited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from palier.core.fit import Measure, Misfit


class Capability(StrEnum):
    """What a driver can do by itself. A screen hides what is missing; a person does it instead."""

    INSPECT = "inspect"
    CHANGE = "change"
    CREATE = "create"
    SUSPEND = "suspend"  # and resume
    TERMINATE = "terminate"
    SET_PASSWORD = "set_password"  # noqa: S105
    SIGN_IN = "sign_in"
    PLANS = "plans"


@dataclass(frozen=True, slots=True)
class Account:
    """Who is meant on the panel. The domain is needed to create it; some panels know accounts by it."""

    username: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What the account should have: the panel's own name of the plan, and every limit it must grant."""

    plan: str
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class State:
    """What the panel says the account has."""

    plan: str
    limits: Mapping[str, int]
    usage: Mapping[str, Measure]
    suspended: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as wanted. `what` is "plan" or a resource; None is unlimited."""

    what: str
    wanted: str | int | None
    found: str | int | None


@dataclass(frozen=True, slots=True)
class Done:
    """The panel says it is done. Only `inspect` proves it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The panel is working on it. Store the handle before waiting; then `poll`."""

    handle: str


Outcome = Done | Pending


class Panel(Protocol):
    """A hosting panel. Every verb raises only Busy, Refused or Unknown; "already so" is success."""

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def inspect(self, account: Account) -> State:
        """The plan, limits, usage (with its age and exactness) and suspension. Changes nothing."""

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        """What stands in the way of the target, measured now. Empty: it fits. Changes nothing."""

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        """Move the account to the target's plan. The same key means the same request."""

    def poll(self, handle: str) -> Outcome:
        """Where a pending request stands."""

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """Open an account. The same account on the same plan is already so."""

    def suspend(self, account: Account, reason: str) -> Outcome: ...

    def resume(self, account: Account) -> Outcome: ...

    def terminate(self, account: Account) -> Outcome:
        """Remove the account and what it holds. An account that is not there is already so."""

    def set_password(self, account: Account, password: str) -> Outcome: ...

    def sign_in_url(self, account: Account) -> str:
        """An address that signs the client in, once. Made on the click; never stored or logged."""

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        """Every plan by the panel's own name, with its limits. Proves, too, that we may talk to it."""


def differences(state: State, target: Target) -> tuple[Difference, ...]:
    """What the panel's answer lacks of the target; empty means confirmed.

    Strict both ways: a limit that the target does not name must be unlimited on the panel too, for the client
    was told so.
    """
    wrong: list[Difference] = []
    if state.plan != target.plan:
        wrong.append(Difference("plan", target.plan, state.plan))
    for resource in sorted(target.limits.keys() | state.limits.keys()):
        wanted, found = target.limits.get(resource), state.limits.get(resource)
        if wanted != found:
            wrong.append(Difference(resource, wanted, found))
    return tuple(wrong)
