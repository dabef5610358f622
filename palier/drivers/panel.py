"""The promise of every hosting panel driver (docs/reference/panel-promise).

Amounts of storage are MB (1 GB = 1024 MB), counts are plain integers. Resources are named in our words: disk,
bandwidth, mailboxes, databases, sites, accounts (of a reseller), cpus, memory. A missing limit is unlimited.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from palier.core.fit import Machine, Measure, Misfit, misfits
from palier.drivers.errors import Refused

#: The reason of what no machine does here.
BY_HAND = "by_hand"


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
    """Who is meant on the panel. The domain is needed to create it; some panels know accounts by it. `browser` is the
    address of whoever signs in, which some panels let in from nowhere else."""

    username: str
    domain: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What the account should have: the panel's own name of the plan, every limit it must grant, and for a reseller
    the panel's name of what it is allowed to do."""

    plan: str
    limits: Mapping[str, int]
    privileges: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What the panel says the account has.

    `plan` is None where the system knows no plans: the limits are then the whole truth. Resources in `grows_only`
    cannot get smaller there, and `room` must stay free above what is used (core/fit.py).
    """

    plan: str | None
    limits: Mapping[str, int]
    usage: Mapping[str, Measure]
    suspended: bool
    privileges: str = ""
    grows_only: frozenset[str] = frozenset()
    room: Mapping[str, int] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return Machine(self.limits, self.grows_only, self.room)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as wanted. `what` is "plan", "privileges", "suspended" or a resource; None is unlimited."""

    what: str
    wanted: str | int | None
    found: str | int | None


@dataclass(frozen=True, slots=True)
class Done:
    """The panel says it is done. Only `inspect` proves it. `problems` are the settings that it says it did not apply,
    each in its own words: where there is one, a person looks, whatever is read back."""

    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """The panel is working on it. Store the handle before waiting; then `poll`."""

    handle: str


Outcome = Done | Pending


class Panel(Protocol):
    """A hosting panel. Every verb raises only Busy, Refused or Unknown; "already so" is success.

    A driver inherits this class and writes what its panel can do: what it leaves out is refused, because people do it
    by hand, and is left out of `capabilities` too. It is called with the address and its settings by name: what it
    `needs` (`url` among them, where there is one to call) and what it may be given. Those in `no_secrets` may stand in
    a file as they are; all others are secrets, shown to nobody. `certificate` is the one certificate, in PEM, that the
    machine must show (certificates.py).
    """

    title: ClassVar[str] = ""  # what people call it
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    needs: ClassVar[tuple[str, ...]] = ()
    no_secrets: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, url: str, settings: Mapping[str, str]) -> None: ...

    def version(self) -> str:
        """What runs there, as it calls itself. Proves that we may talk to it."""
        raise Refused(BY_HAND)

    def inspect(self, account: Account) -> State:
        """The plan, limits, usage (with its age and exactness) and suspension. Changes nothing."""
        raise Refused(BY_HAND)

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        """What stands in the way of the target, measured now. Empty: it fits. Changes nothing."""
        return in_the_way(self.inspect(account), target)

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        """Move the account to the target's plan. The same key means the same request."""
        raise Refused(BY_HAND)

    def poll(self, handle: str) -> Outcome:
        """Where a pending request stands."""
        raise Refused("this panel answers at once: there is nothing to wait for")

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> str:
        """The handle of what is over, from a machine that calls us back. Raises `Forged` when it did not sign it."""
        raise Refused("this panel calls nobody back")

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """Open an account. The same account on the same plan is already so."""
        raise Refused(BY_HAND)

    def suspend(self, account: Account, reason: str) -> Outcome:
        """Take the service off line."""
        raise Refused(BY_HAND)

    def resume(self, account: Account) -> Outcome:
        """Put it back."""
        raise Refused(BY_HAND)

    def terminate(self, account: Account) -> Outcome:
        """Remove the account and what it holds. An account that is not there is already so."""
        raise Refused(BY_HAND)

    def set_password(self, account: Account, password: str) -> Outcome:
        """Let the client in with this password from now on. It is never kept, and no error repeats it."""
        raise Refused(BY_HAND)

    def sign_in_url(self, account: Account) -> str:
        """An address that signs the client in, once. Made on the click; never stored or logged."""
        raise Refused(BY_HAND)

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        """Every plan by the panel's own name, with its limits."""
        raise Refused(BY_HAND)


def in_the_way(state: State, target: Target) -> tuple[Misfit, ...]:
    """What stands in the way of the target, as the state tells."""
    return misfits(state.usage, target.limits, state.machine)


def differences(state: State, target: Target) -> tuple[Difference, ...]:
    """What the panel's answer lacks of the target; empty means confirmed.

    Strict both ways: a limit that the target does not name must be unlimited on the panel too, for the client
    was told so.
    """
    wrong: list[Difference] = []
    if state.plan is not None and state.plan != target.plan:
        wrong.append(Difference("plan", target.plan, state.plan))
    if state.privileges != target.privileges:
        wrong.append(Difference("privileges", target.privileges, state.privileges))
    for resource in sorted(target.limits.keys() | state.limits.keys()):
        wanted, found = target.limits.get(resource), state.limits.get(resource)
        if wanted != found:
            wrong.append(Difference(resource, wanted, found))
    return tuple(wrong)
