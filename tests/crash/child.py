"""A process that lives one part of a plan change and dies at a named step, as by `kill -9`.

    python -m tests.crash.child ACT STEP

ACT is `client` (accept, then pay by the saved card) or `worker` (do all that the queue holds). STEP is
one of `steps.py`; `-` for none. What is to be done comes as JSON in PALIER_CRASH.
"""

import json
import os
import signal
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import django

from tests.crash.steps import interrupted


def main(act: str, step: str) -> None:
    django.setup()
    from django.conf import settings

    from palier.events import clock

    told = json.loads(os.environ["PALIER_CRASH"])
    now = datetime.fromisoformat(told["now"])
    clock.now = lambda: now  # type: ignore[assignment]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = told["mail"]
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": told["card"], "secret": told["secret"]}}
    if step != "-":
        setattr(*interrupted(step, by=die))
    {"client": client, "worker": worker}[act](told, now)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def client(told: dict[str, Any], now: datetime) -> None:
    """What the client's click does: accept, and pay what is due."""
    from palier.billing.collect import NothingOwed, collect
    from palier.catalog import snapshot
    from palier.events.record import Actor
    from palier.people.queries import provider
    from palier.plan_changes.accept import accept
    from palier.subscriptions.bill_period import House

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


def worker(told: dict[str, Any], now: datetime) -> None:
    from tests.world import drain_queue

    drain_queue()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
