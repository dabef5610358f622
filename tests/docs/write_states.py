"""Print docs/reference/states.md from palier/core/states.py, with what each state means:

.venv/bin/python -m tests.docs.write_states
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from palier.core.states import ALL, StateTable

PAGE = Path(__file__).parents[2] / "docs/reference/states.md"

HEAD = """\
# States

Each of these things is in one state, and moves only by the steps below. The tables are those of
`palier/core/states.py`; a trigger built from them makes PostgreSQL refuse any other step, from raw SQL too. A state
that nothing follows is an end.

[How a change survives](../explanation/how-a-change-survives.md) tells what moves a change, a payment, a job and a
message on.

This page is printed from the code: `.venv/bin/python -m tests.docs.write_states`.
"""

MEANINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "plan_change": (
        "The move of a subscription from one configuration to another. At most one is open for a subscription: every "
        "state but the last four. A scheduled one that waits behind another change (`set_aside_by`) is not counted.",
        {
            "needs_approval": "a person must agree first. No path asks for it yet: nothing enters this state",
            "scheduled": "nothing is left to pay now; it begins at the renewal",
            "awaiting_payment": "its invoice is issued and not paid",
            "applying": "paid or free; a job asks the panel",
            "needs_person": "it is in the queue, with a promised time",
            "done": "the panel confirms it, or the person who did it where no panel can be read",
            "expired": "nobody paid in time; its invoice is credited",
            "cancelled": "taken back before it was paid, replaced, or no longer fitting at renewal",
            "reversed": "taken back after it was paid: what was paid is given back",
        },
    ),
    "payment": (
        "One attempt to collect an invoice. Money that arrives after all is taken in, whatever was thought before.",
        {
            "started": "written down; the gateway may or may not have heard of it",
            "needs_action": "the client is on the gateway's page",
            "awaiting_transfer": "the client was given a reference and transfers the money; it holds up nothing else",
            "failed": "declined, or the gateway could not take it",
            "abandoned": "the change it was for has ended, the gateway's page was left, or it was paid another way",
            "succeeded": "the money is in the books",
        },
    ),
    "method_setup": (
        "The saving of a payment method on a gateway's page, without a payment.",
        {
            "started": "written down; the gateway may or may not have heard of it",
            "needs_action": "the client is on the gateway's page",
            "failed": "declined, or the page was left open for an hour",
            "succeeded": "the method is among those of the customer",
        },
    ),
    "dispute": (
        "A payment that the payer's bank has taken back. Its money is out of the books, and what it had paid for is "
        "out of what the customer holds, until the dispute is won or the invoice paid again.",
        {
            "opened": "the money is with the bank; a person answers it at the gateway",
            "lost": "the bank keeps the money",
            "won": "the money is back",
        },
    ),
    "statement_line": (
        "Money that arrived at the bank.",
        {
            "waiting": "nobody has said what it pays",
            "matched": "it is in the books: on an invoice, or in a customer's credit balance",
            "set_aside": "it pays nothing of ours",
        },
    ),
    "refund": (
        "Money on its way back to the card. It has left the credit balance when the refund is started; a refund that "
        "failed puts it back, and another try is another refund.",
        {
            "started": "the gateway is being told, under the refund's own key",
            "failed": "refused, or sent back by the bank later: the money is in the credit balance again, and a "
            "person is told",
            "succeeded": "sent",
        },
    ),
    "provisioning_job": (
        "One request to a panel.",
        {
            "queued": "waits for a worker, or for its next attempt",
            "running": "a worker with the lease on the service is at it, or has died at it",
            "needs_person": "trying again will not help",
            "done": "the panel was read back and says so, or a person did it",
            "cancelled": "what it was for was taken back, or is tried again by a new job",
        },
    ),
    "work_item": (
        "Something in the staff queue.",
        {
            "open": "nobody has it",
            "taken": "someone has it",
            "done": "it was done",
            "cancelled": "it is no longer needed",
        },
    ),
    "subscription": (
        "The agreement with a customer.",
        {
            "active": "in force",
            "suspended": "its service is suspended; periods and dates go on",
            "cancelled": "over: it is not renewed",
        },
    ),
    "cancellation_request": (
        "A client's request to end a subscription.",
        {
            "requested": "its day has not come",
            "withdrawn": "the client stays",
            "carried_out": "the subscription is over",
        },
    ),
    "notice": (
        "A message to one person about one event.",
        {
            "queued": "waits for a worker, or for its next attempt",
            "sending": "the mail server is being told of it",
            "failed": "given up after half a day, or refused for good by the mail server",
            "sent": "the mail server took it",
        },
    ),
}


def page() -> str:
    return "\n".join([HEAD, *(section(table) for table in ALL)])


def section(table: StateTable) -> str:
    sentence, _ = MEANINGS[table.thing]
    first = ", ".join(f"`{state}`" for state in table.steps if state in table.first)
    rows = "\n".join(_rows(table))
    return (
        f"## {table.thing.replace('_', ' ')}\n\n{sentence}\n\nIt begins as {first}.\n\n"
        f"| State | Means | May become |\n|---|---|---|\n{rows}\n"
    )


def _rows(table: StateTable) -> Iterator[str]:
    _, means = MEANINGS[table.thing]
    for state, following in table.steps.items():
        after = ", ".join(f"`{step}`" for step in table.steps if step in following) or "an end"
        yield f"| `{state}` | {means[state]} | {after} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
