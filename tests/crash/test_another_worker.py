"""Two real workers: one is killed while the panel is doing what it was asked, the other ends what it began."""

from datetime import timedelta

import pytest

from palier.events.clock import real_now
from palier.events.models import ClockOffset
from palier.plan_changes.models import PlanChange
from tests.crash.conftest import Worker
from tests.running import eventually
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_job_of_a_killed_worker_is_taken_up_within_60_seconds_and_the_panel_changed_once(
    world: World, worker: Worker
) -> None:
    ClockOffset.objects.create(pk=1, offset=max(world.now - real_now(), timedelta(0)))
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    world.pay(change.customer_id, change.invoice_id)
    world.panel.set_mode("timeout_after_doing", seconds=120, calls=1)
    with worker():
        eventually(lambda: world.panel.count("boreale", what="done") == 1)
    with worker():
        eventually(lambda: PlanChange.objects.get().state == "done", within=60)
    assert world.panel.count("boreale", what="received") == world.panel.count("boreale", what="done") == 1
    assert world.panel.account("boreale")["plan"] == "forfait_b"
