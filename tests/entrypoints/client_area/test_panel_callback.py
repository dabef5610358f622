"""What the host's own system tells us: signed, repeated, forged, of nothing we wait for."""

import json
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.drivers.gateways.signature import signature
from palier.events.record import SYSTEM
from palier.provisioning.models import ProvisioningJob, Server
from palier.provisioning.suspend import suspend
from tests.stand_ins.listening import listening
from tests.stand_ins.webhook_server import SECRET, One, WebhookServer
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookServer]:
    """The server of a subscription, which works on a suspension for a while."""
    monkeypatch.setenv("BRIDGE_SECRET", SECRET)
    subscription = world.subscribe("web-a")
    service = world.service(subscription)
    server = WebhookServer()
    server.works_on_it = True
    server.accounts[service.account] = One(
        service.account, subscription.label, service.package, service.limits
    )
    with listening(server) as url:
        Server.objects.filter(id=service.server_id).update(
            code="bridge", driver="webhook", url=url, credentials={"secret": "${BRIDGE_SECRET}"}, options={}
        )
        suspend(subscription.customer_id, subscription.id, by=SYSTEM, at=world.now)
        world.drain()
        yield server


def send(handle: str, secret: str = SECRET, server: str = "bridge", **spoilt: str) -> int:
    body, timestamp = json.dumps({"handle": handle}).encode(), int(time.time())
    headers = {"palier-timestamp": str(timestamp), "palier-id": "one"}
    headers |= {"palier-signature": signature(secret, timestamp, "one", body), **spoilt}
    client = Client(enforce_csrf_checks=True)
    address = reverse("panel_callback", args=[server])
    return client.post(address, data=body, content_type="application/json", headers=headers).status_code


def job() -> ProvisioningJob:
    return ProvisioningJob.objects.get()


def test_a_job_is_looked_at_at_once_and_the_panel_decides(world: World, bridge: WebhookServer) -> None:
    assert (job().state, job().handle) == ("queued", "job-0")
    bridge.finish("job-0")
    world.drain()
    assert job().state == "queued"

    assert send("job-0") == 200
    world.drain()

    assert job().state == "done"


def test_what_it_says_counts_for_nothing_by_itself(world: World, bridge: WebhookServer) -> None:
    """It is still working on it, whatever it has called."""
    assert send("job-0") == 200
    world.drain()

    assert (job().state, job().handle) == ("queued", "job-0")


def test_saying_it_again_and_again_asks_once(world: World, bridge: WebhookServer) -> None:
    before = ProcrastinateJob.objects.count()

    assert [send("job-0") for _ in range(5)] == [200] * 5

    assert ProcrastinateJob.objects.count() == before + 1


def test_a_forged_one_is_refused_and_wakes_nobody(world: World, bridge: WebhookServer) -> None:
    waiting_until = job().not_before
    before = ProcrastinateJob.objects.count()

    assert send("job-0", secret="another") == 400
    assert send("job-0", **{"palier-timestamp": "1"}) == 400
    assert send("x" * 5000) == 400

    assert (job().not_before, ProcrastinateJob.objects.count()) == (waiting_until, before)


def test_a_handle_that_nobody_waits_for_is_taken_in(bridge: WebhookServer) -> None:
    assert send("job-7") == 200


def test_a_server_that_is_not_there_or_calls_nobody_back_is_not_found(bridge: WebhookServer) -> None:
    assert send("job-0", server="nobody") == 404
    Server.objects.filter(code="bridge").update(driver="manual")
    assert send("job-0") == 404


def test_it_is_not_asked_for_by_get() -> None:
    assert Client().get(reverse("panel_callback", args=["bridge"])).status_code == 405
