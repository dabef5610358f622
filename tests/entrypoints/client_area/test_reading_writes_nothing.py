"""Looking is free: no page that is read writes anything, however often it is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.billing.models import Payment
from palier.entrypoints.client_area.urls import urlpatterns
from palier.events.keys import new_id
from palier.notices.models import Notice
from palier.provisioning.inspect import inspect
from tests.entrypoints.client_area.conftest import Browser, at
from tests.world import World

pytestmark = pytest.mark.django_db


def test_every_page_only_reads(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    inspect(world.service(subscription), world.now)
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    payment_id = Payment.objects.filter(customer=world.boreale)[0].id
    ids: dict[str, object] = {
        "plan_code": "backups-daily",
        "gateway": "demo_card",
        "receipt_id": payment_id,
        # Nobody's: a page that is not found writes nothing either.
        **dict.fromkeys(("setup_id", "method_id", "refund_id"), new_id()),
        "subscription_id": subscription.id,
        "change_id": change.id,
        "document_id": change.invoice_id,
        "invoice_id": change.invoice_id,
        "payment_id": payment_id,
        "notice_id": Notice.objects.filter(user=world.alice)[0].id,
    }
    read = set()
    for pattern in urlpatterns:
        address = at(pattern.name or "", *[ids[name] for name in pattern.pattern.converters])
        with CaptureQueriesContext(connection) as statements:
            answer = alice.client.get(address, {"plan": "web-c", "cycle": "yearly"})
        if answer.status_code == 200:
            read.add(pattern.name)
        wrote = [one["sql"] for one in statements if not one["sql"].lstrip("(").startswith("SELECT")]
        assert wrote == [], pattern.name
    assert {
        "product",
        "choose",
        "check",
        "follow",
        "invoice",
        "password",
        "cancellation",
        "message",
        "addon",
        "receipt",
    } <= read


def test_a_page_with_old_measures_asks_for_new_ones_once(world: World, alice: Browser) -> None:
    """The one thing that a page sets off: a job in the queue, and nothing of the customer's."""
    subscription = world.subscribe()
    with CaptureQueriesContext(connection) as first:
        alice.get("product", subscription.id)
    with CaptureQueriesContext(connection) as second:
        alice.get("product", subscription.id)
    asked = [one["sql"] for one in first if "palier.inspect" in one["sql"]]
    assert len(asked) == 1
    assert not [one for one in second if "palier.inspect" in one["sql"]]
    world.drain()
    assert world.service(subscription).inspected_at == world.now


def test_a_panel_that_is_down_leaves_the_page_as_it_was(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    measured_at = world.service(subscription).inspected_at
    world.panel.set_mode("down")
    assert alice.get("product", subscription.id).status_code == 200
    world.drain()
    answer = alice.get("product", subscription.id)
    world.panel.set_mode("ok")
    assert "Measured on the server 1 week ago" in answer.content.decode()
    assert world.service(subscription).inspected_at == measured_at
