"""What the web and the worker do for a plan change, and a process of its own in which to do it and to die."""

import os
import signal
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from palier.billing.collect import NothingOwed, collect
from palier.catalog import snapshot
from palier.events.record import Actor
from palier.people.queries import provider
from palier.plan_changes.accept import accept
from palier.subscriptions.bill_period import House
from tests.crash.steps import interrupted
from tests.world import drain_queue


def client(told: dict[str, Any], now: datetime) -> None:
    """The client's click: accept, and pay what is due by the saved card."""
    customer_id = UUID(told["customer"])
    change = accept(
        told["token"],
        customer_id=customer_id,
        by=Actor("user", UUID(told["user"])),
        idempotency_key="one-click",
        house=House(snapshot.current(), provider()),
        at=now,
    )
    if change.state != "awaiting_payment":
        return
    assert change.invoice_id is not None
    try:
        collect(
            customer_id,
            change.invoice_id,
            gateway="demo_card",
            method_id=UUID(told["method"]),
            return_url="http://127.0.0.1/",
            at=now,
        )
    except NothingOwed:
        return


def worker(_told: dict[str, Any], _now: datetime) -> None:
    """All that the queue holds."""
    drain_queue()


ACTS: dict[str, Callable[[dict[str, Any], datetime], None]] = {"client": client, "worker": worker}


def live(act: str, told: dict[str, Any], now: datetime, step: str | None = None) -> int:
    """Live an act in a process of its own, perhaps to its death at a step: 0, or -9 when it was killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            if step is not None:
                setattr(*interrupted(step, by=lambda: os.kill(os.getpid(), signal.SIGKILL)))
            ACTS[act](told, now)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
