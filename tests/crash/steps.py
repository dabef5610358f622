"""The named steps from accept to message, at which a process or the database is killed.

Every step is `module:function:before` or `:after`, so that a renamed function fails here instead of going untested.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

#: The client's click: accepted, an attempt written, the card charged, the answer taken in.
CLIENT = [
    "palier.plan_changes.accept:_write:after",
    "palier.plan_changes.accept:give_number:after",
    "palier.billing.collect:_attempt:before",
    "palier.billing.collect:_attempt:after",
    "palier.drivers.gateways.demo_card:DemoCard.start:after",
    "palier.billing.settle:_take_in:after",
    "palier.billing.collect:settle:after",
]

#: The worker: payment, job, panel, read-back, finish, message.
WORKER = [
    "palier.reactions:react:before",
    "palier.plan_changes.advance:begin:after",
    "palier.reactions:after_payment:after",
    "palier.provisioning.carry_out:claim:after",
    "palier.provisioning.attempt:_mark_sent:after",
    "palier.drivers.panels.cpanel:Cpanel.change:after",
    "palier.provisioning.attempt:_read_back:after",
    "palier.provisioning.carry_out:_write:after",
    "palier.plan_changes.finish:_switch:after",
    "palier.reactions:finish:after",
    "palier.notices.write:queue_sending:after",
    "palier.notices.send:_claim:after",
    "palier.notices.send:_move:before",
]

#: Only there may a mail be repeated: under the same Message-ID.
INSIDE_THE_SENDING = {"palier.notices.send:_move:before"}


def interrupted(step: str, by: Callable[[], None]) -> tuple[Any, str, Callable[..., Any]]:
    """The function of a step with an interruption before or after it, as `setattr` takes it."""
    module_name, path, when = step.split(":")
    owner: Any = import_module(module_name)
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    real = getattr(owner, name)

    def function(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            by()
        result = real(*args, **kwargs)
        if when == "after":
            by()
        return result

    return owner, name, function
