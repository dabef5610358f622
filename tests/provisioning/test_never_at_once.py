"""A change of plan, a suspension and a password for the same service, asked for at the same moment by three threads."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction

from palier.drivers.panels.cpanel import Cpanel
from palier.events.record import SYSTEM
from palier.plan_changes.advance import after_payment
from palier.provisioning import lease
from palier.provisioning.carry_out import carry_out
from palier.provisioning.models import ProvisioningJob
from palier.provisioning.queue_job import queue_job
from palier.provisioning.set_password import set_password
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


class OneAfterTheOther:
    """Notes when each act of a panel begins and ends; each takes a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.under_way, self.most, self.ended = 0, 0, []
        self._lock = threading.Lock()
        for verb in ("change", "suspend", "set_password"):
            monkeypatch.setattr(Cpanel, verb, self._noting(verb, getattr(Cpanel, verb)))

    def _noting(self, verb: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(panel: Cpanel, *arguments: Any) -> Any:
            with self._lock:
                self.under_way += 1
                self.most = max(self.most, self.under_way)
            try:
                time.sleep(0.15)
                return real(panel, *arguments)
            finally:
                with self._lock:
                    self.under_way -= 1
                    self.ended.append(verb)

        return act


def test_they_are_done_one_after_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = world.subscribe("web-a")
    service = world.service(subscription)
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    world.pay(change.customer_id, change.invoice_id)
    after_payment(change.customer_id, change.id, house=world.house, at=world.now)
    # Staff have the service suspended on the panel while the change is under way.
    type(subscription).objects.filter(id=subscription.id).update(state="suspended")
    with transaction.atomic():
        queue_job(service, "suspend", subject=("subscription", subscription.id), at=world.now)
    jobs = list(ProvisioningJob.objects.all())
    acts = OneAfterTheOther(monkeypatch)

    def carried_out(job: ProvisioningJob) -> Callable[[], bool]:
        def act() -> bool:
            ProvisioningJob.objects.filter(id=job.id, state="queued").update(not_before=None)
            carry_out(job.customer_id, job.id, world.now)
            return ProvisioningJob.objects.get(id=job.id).state == "done"

        return act

    def password() -> bool:
        with suppress(lease.InUse):
            set_password(service, "correct horse", by=SYSTEM, at=world.now)
            return True
        return False

    ready, failures = threading.Barrier(3), []

    def until_done(act: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + 30
        try:
            ready.wait()
            while not act():
                assert time.monotonic() < give_up_at
                time.sleep(0.01)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=until_done, args=(act,)) for act in (*map(carried_out, jobs), password)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert acts.most == 1
    assert sorted(acts.ended) == ["change", "set_password", "suspend"]
    account = world.panel.account("boreale")
    assert (account["plan"], account["suspended"], account["passwords_set"]) == ("forfait_b", 1, 1)
