"""A request that accepts a change, or brings news of a payment, says of which."""

from collections.abc import Iterator

import pytest

from palier.billing.models import Payment
from palier.plan_changes.models import PlanChange
from tests.entrypoints.client_area.conftest import Browser, Till
from tests.logged import Lines, logged
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> Iterator[Lines]:
    with logged() as lines:
        yield lines


def test_the_request_that_accepts_a_change_names_it(world: World, alice: Browser, lines: Lines) -> None:
    subscription = world.subscribe()
    alice.press(alice.check(subscription.id, "web-b"), subscription.id)
    looked, accepted = (line for line in lines() if line["event"] == "request")
    assert "change_id" not in looked
    assert accepted["change_id"] == str(PlanChange.objects.get().id)


def test_a_call_back_names_its_payment_and_the_invoice(
    world: World, alice: Browser, till: Till, lines: Lines
) -> None:
    subscription = world.subscribe()
    till.decide(alice.press(alice.check(subscription.id, "web-b"), subscription.id), "approve")
    till.deliver()
    (called,) = (line for line in lines() if "callback" in line.get("path", ""))
    payment = Payment.objects.get(id=called["payment_id"])
    assert called["invoice_id"] == str(payment.invoice_id)
