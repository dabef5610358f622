"""The states a thing can be in, and which step may follow which.

One table per thing. The database refuses any other step (a trigger built from the same table),
and `docs/reference/states.md` is printed from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


class IllegalStep(Exception):
    """A step that the table does not allow; the row has moved on, read it again."""

    def __init__(self, thing: str, before: str, after: str) -> None:
        super().__init__(f"{thing} cannot go from {before} to {after}")
        self.thing, self.before, self.after = thing, before, after


@dataclass(frozen=True)
class StateTable:
    """`steps` maps each state to those that may follow it; a state followed by none is an end."""

    thing: str
    first: frozenset[str]
    steps: Mapping[str, frozenset[str]]

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.steps)

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(state for state, following in self.steps.items() if not following)

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every allowed (before, after), in the order of the table."""
        return ((before, after) for before, following in self.steps.items() for after in sorted(following))

    def allows(self, before: str, after: str) -> bool:
        return after in self.steps[before]

    def check(self, before: str, after: str) -> None:
        """Raise `IllegalStep` unless the table has this step."""
        if not self.allows(before, after):
            raise IllegalStep(self.thing, before, after)


def _table(thing: str, first: str, steps: Mapping[str, str]) -> StateTable:
    return StateTable(
        thing,
        frozenset(first.split()),
        MappingProxyType({state: frozenset(following.split()) for state, following in steps.items()}),
    )


PLAN_CHANGE = _table(
    "plan_change",
    "needs_approval scheduled awaiting_payment applying needs_person",
    {
        "needs_approval": "awaiting_payment scheduled applying needs_person cancelled reversed",
        "scheduled": "applying needs_person cancelled",
        "awaiting_payment": "applying needs_person needs_approval scheduled expired cancelled",
        "applying": "done needs_person reversed",
        "needs_person": "applying done reversed",
        "done": "",
        "expired": "",
        "cancelled": "",
        "reversed": "",
    },
)

#: A change in one of these is open: there is at most one a subscription (a scheduled one may be set aside).
OPEN_CHANGE = frozenset({"needs_approval", "scheduled", "awaiting_payment", "applying", "needs_person"})

PAYMENT = _table(
    "payment",
    # A transfer that arrives unannounced has succeeded when we first write of it.
    "started succeeded",
    {
        "started": "needs_action awaiting_transfer succeeded failed abandoned",
        "needs_action": "succeeded failed abandoned",
        "awaiting_transfer": "succeeded abandoned",
        # Money that arrives after all is still money: it is taken in, whatever was thought before.
        "failed": "succeeded",
        "abandoned": "succeeded",
        "succeeded": "",
    },
)

#: A payment in one of these may still bring money by itself within minutes.
PAYMENT_IN_FLIGHT = frozenset({"started", "needs_action"})

#: A payment in one of these is still hoped for: a transfer is awaited for days, and holds up no other way to pay.
PAYMENT_OPEN = PAYMENT_IN_FLIGHT | {"awaiting_transfer"}

#: The saving of a method without a payment. One that was given up may come to a good end all the same.
METHOD_SETUP = _table(
    "method_setup",
    "started",
    {
        "started": "needs_action succeeded failed",
        "needs_action": "succeeded failed",
        "failed": "succeeded",
        "succeeded": "",
    },
)

DISPUTE = _table("dispute", "opened", {"opened": "won lost", "lost": "won", "won": ""})

#: In one of these the money is with the payer's bank.
DISPUTE_STANDS = frozenset({"opened", "lost"})

STATEMENT_LINE = _table(
    "statement_line",
    "waiting",
    {"waiting": "matched set_aside", "set_aside": "waiting", "matched": ""},
)

#: A refund that failed has put its money back; another try is another refund.
REFUND = _table(
    "refund",
    "started",
    # A bank may send it back weeks after the gateway has called it done.
    {"started": "succeeded failed", "failed": "", "succeeded": "failed"},
)

JOB = _table(
    "provisioning_job",
    "queued",
    {
        "queued": "running cancelled needs_person",
        "running": "queued done needs_person cancelled",
        "needs_person": "queued done cancelled",
        "done": "",
        "cancelled": "",
    },
)

OPEN_JOB = frozenset({"queued", "running", "needs_person"})

WORK_ITEM = _table(
    "work_item",
    "open",
    {"open": "taken done cancelled", "taken": "open done cancelled", "done": "", "cancelled": ""},
)

SUBSCRIPTION = _table(
    "subscription",
    "active",
    {"active": "suspended cancelled", "suspended": "active cancelled", "cancelled": ""},
)

CANCELLATION = _table(
    "cancellation_request",
    "requested",
    {"requested": "withdrawn carried_out", "withdrawn": "", "carried_out": ""},
)

NOTICE = _table(
    "notice",
    "queued",
    {"queued": "sending failed", "sending": "sent queued failed", "failed": "queued", "sent": ""},
)

ALL = (
    *(PLAN_CHANGE, PAYMENT, METHOD_SETUP, REFUND, DISPUTE, STATEMENT_LINE, JOB),
    *(WORK_ITEM, SUBSCRIPTION, CANCELLATION, NOTICE),
)
