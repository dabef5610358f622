"""What a gateway tells us: signed, repeated, forged, of nothing we know."""

import pytest
from django.test import Client
from django.urls import reverse

from palier.billing.models import Payment
from palier.drivers.gateways.signature import SIGNATURE_HEADER
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from tests.entrypoints.client_area.conftest import Browser, Till
from tests.world import World

pytestmark = pytest.mark.django_db


def send(headers: dict[str, str], body: bytes, gateway: str = "demo_card") -> int:
    address = reverse("gateway_callback", args=[gateway])
    client = Client(enforce_csrf_checks=True)
    return client.post(address, data=body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def approved(world: World, alice: Browser, till: Till) -> tuple[dict[str, str], bytes]:
    subscription = world.subscribe()
    till.decide(alice.press(alice.check(subscription.id, "web-b"), subscription.id), "approve")
    return till.merchant.wait_for(1)[0]


def test_a_report_is_taken_in_once_however_often_it_comes(
    world: World, approved: tuple[dict[str, str], bytes]
) -> None:
    assert [send(*approved) for _ in range(3)] == [200, 200, 200]
    change = PlanChange.objects.get()
    assert change.invoice_id is not None
    assert owed_on(world.boreale.id, change.invoice_id) == 0


def test_a_forged_one_is_refused(approved: tuple[dict[str, str], bytes]) -> None:
    headers, body = approved
    spoilt = {
        name: "0" * 64 if name.lower() == SIGNATURE_HEADER else value for name, value in headers.items()
    }
    assert send(spoilt, body) == 400
    assert send(headers, body.replace(b"725", b"125")) == 400
    assert send({}, b"{}") == 400
    assert not Payment.objects.filter(state="succeeded", amount=725).exists()


def test_one_of_another_gateway_or_another_payment_is_not_found(
    approved: tuple[dict[str, str], bytes],
) -> None:
    headers, body = approved
    assert send(headers, body, gateway="nobody") == 404
    Payment.objects.filter(amount=725).update(gateway="another")
    assert send(headers, body) == 404


def test_it_is_not_asked_for_by_get() -> None:
    assert Client().get(reverse("gateway_callback", args=["demo_card"])).status_code == 405
