"""From the click to operational: accept a change that costs nothing more, until the panel was read back.

A real worker, a real panel that answers at once; the change goes down and up between two levels already paid.
"""

import time
from typing import Any
from uuid import UUID

from palier.plan_changes.models import PlanChange


def click_to_operational(world: Any, subscription: Any, times: int) -> list[float]:
    """Milliseconds of each change, sorted."""
    found = []
    for number in range(times):
        target = ("web-a", "web-b")[number % 2]
        offered = world.offer(subscription, target, at_renewal=False)
        began = time.perf_counter()
        change = world.accept(subscription, offered)
        _wait_until_done(change.customer_id, change.id)
        found.append((time.perf_counter() - began) * 1000)
        subscription.refresh_from_db()
    return sorted(found)


def _wait_until_done(customer_id: UUID, change_id: UUID) -> None:
    give_up_at = time.perf_counter() + 30
    changes = PlanChange.objects.filter(customer_id=customer_id, id=change_id)
    while changes.values_list("state", flat=True).get() != "done":
        if time.perf_counter() > give_up_at:
            raise RuntimeError("the change did not become operational within 30 seconds")
        time.sleep(0.002)
