"""What the web and the worker do for a plan change, and a process of its own in which to do it and to die."""

import contextlib
import os
import signal
import traceback
from collections.abc import Callable

from django.db import connections

from palier.billing.collect import NothingOwed, collect
from palier.documents.pdf import NotPrinted
from palier.documents.sheet import Sheet
from palier.events.record import Actor
from palier.notices import files
from palier.plan_changes.accept import accept
from tests.crash.steps import interrupted
from tests.crash.walk import Walk

Act = Callable[[Walk], None]


def client(walk: Walk) -> None:
    """The client's click: accept, and pay what is due by the saved card."""
    world = walk.world
    change = accept(
        walk.token,
        customer_id=world.boreale.id,
        by=Actor("user", world.alice.id),
        idempotency_key="one-click",
        house=world.house,
        at=world.now,
    )
    if change.state != "awaiting_payment":
        return
    assert change.invoice_id is not None
    with contextlib.suppress(NothingOwed):
        collect(
            world.boreale.id,
            change.invoice_id,
            gateway="demo_card",
            method_id=walk.method.id,
            return_url="http://127.0.0.1/",
            at=world.now,
        )


def worker(walk: Walk) -> None:
    """All that the queue holds."""
    walk.world.drain()


def _not_printed(_one: Sheet) -> bytes:
    """The press works with threads, and those of the parent are not in a fork. A letter goes without its PDF."""
    raise NotPrinted("in a fork")


def live(act: Act, walk: Walk, step: str | None = None) -> int:
    """Live an act in a process of its own, perhaps to its death at a step: 0, or -9 when it was killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            files.printed = _not_printed
            if step is not None:
                setattr(*interrupted(step, by=lambda: os.kill(os.getpid(), signal.SIGKILL)))
            act(walk)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
