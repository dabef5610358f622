"""A plan change paid through Stripe, from our request to its webhooks: twice, late, out of order, forged, lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from palier.billing.chase import chase
from palier.billing.collect import collect
from palier.billing.models import Dispute, GatewayAccount, Payment, PaymentMethod
from palier.billing.refund import send_refund, start_refunds
from palier.books import violations
from palier.events.record import SYSTEM
from palier.ledger.models import JournalEntry
from palier.ledger.queries import credit_balance, owed_on
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import cancel, undo
from palier.work.models import WorkItem
from tests.drivers.test_stripe import StandIn, stripe_url
from tests.machines import Merchant, listening_merchant
from tests.stand_ins.stripe_server import KEY, WEBHOOK_SECRET
from tests.world import World

pytestmark = pytest.mark.django_db

__all__ = ["stripe_url"]


@dataclass
class Stripe:
    """The other end, and its webhooks as the product hears them."""

    stand_in: StandIn
    merchant: Merchant

    def deliver(self, backwards: bool = False) -> list[int]:
        """Everything told so far, once; what we answered each."""
        count = len(self.stand_in.tell("state")["events"])
        told = self.merchant.wait_for(count)
        address = reverse("gateway_callback", args=["card"])
        return [
            Client().post(address, data=body, content_type="application/json", headers=headers).status_code
            for headers, body in (reversed(told) if backwards else told)
        ]


@pytest.fixture
def stripe(stripe_url: str, settings: Any, db: None) -> Iterator[Stripe]:
    settings.GATEWAYS = {
        "card": {"driver": "stripe", "url": stripe_url, "secret": KEY, "webhook_secret": WEBHOOK_SECRET}
    }
    with listening_merchant() as merchant:
        stand_in = StandIn(stripe_url)
        stand_in.tell("reset", webhook_url=f"{merchant.url}/stripe")
        yield Stripe(stand_in, merchant)
    assert violations() == []


@pytest.fixture
def change(world: World) -> PlanChange:
    """7.25 to pay for Forfait B."""
    subscription = world.subscribe("web-a")
    return world.accept(subscription, world.offer(subscription, "web-b"))


def begin(world: World, change: PlanChange, **how: Any) -> Payment:
    assert change.invoice_id is not None
    return collect(
        change.customer_id, change.invoice_id, gateway="card", at=world.now,
        **{"method_id": None, "return_url": "http://127.0.0.1/back", "language": "en"} | how,
    )  # fmt: skip


def state_of(world: World, change: PlanChange) -> str:
    world.drain()
    change.refresh_from_db()
    return change.state


def times_received() -> int:
    return JournalEntry.objects.filter(kind="payment_received", postings__account="cash:card").count()


@pytest.mark.parametrize("backwards", [False, True])
def test_webhooks_come_twice_and_in_any_order(
    world: World, stripe: Stripe, change: PlanChange, backwards: bool
) -> None:
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "decline")
    stripe.stand_in.client_decides(payment.redirect_url, "approve")

    assert set(stripe.deliver(backwards) + stripe.deliver(backwards)) == {200}

    assert state_of(world, change) == "done"
    assert times_received() == 1
    payment.refresh_from_db()
    assert payment.state == "succeeded" and str(payment.reference).startswith("pi_")
    assert PaymentMethod.objects.get().label == "Visa •••• 4242"
    assert GatewayAccount.objects.count() == 1


def test_a_webhook_before_our_answer_is_the_same_payment(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    """Stripe made the page and we never heard: by the time we ask again, the client has paid there."""
    stripe.stand_in.misbehave("timeout_after_doing")
    GatewayAccount.objects.create(customer_id=change.customer_id, gateway="card", reference=_customer(stripe))
    payment = begin(world, change)
    assert (payment.state, payment.reference) == ("started", None)

    stripe.stand_in.misbehave("ok")
    (session,) = stripe.stand_in.tell("state")["sessions"]
    stripe.stand_in.client_decides(session["url"], "approve")
    assert set(stripe.deliver()) == {200}
    chase(payment.customer_id, payment.id, at=world.now)

    assert state_of(world, change) == "done"
    assert times_received() == 1 and len(stripe.stand_in.tell("state")["sessions"]) == 1


def _customer(stripe: Stripe) -> str:
    """One that Stripe knows."""
    stripe.stand_in.misbehave("ok")
    url = f"{stripe.stand_in.url}/v1/customers"
    headers = {"Authorization": f"Bearer {KEY}", "Stripe-Version": "2026-10-28.endive"}
    found = str(httpx.post(url, data={"name": "Ateliers"}, headers=headers, trust_env=False).json()["id"])
    stripe.stand_in.misbehave("timeout_after_doing")
    return found


def test_money_that_comes_after_the_change_was_given_up_is_the_customers(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    payment = begin(world, change)
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=SYSTEM)

    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    stripe.deliver()

    assert state_of(world, change) == "cancelled"
    assert credit_balance(change.customer_id, "CAD") == 725


def test_a_forged_webhook_changes_nothing(world: World, stripe: Stripe, change: PlanChange) -> None:
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    headers, body = stripe.merchant.wait_for(1)[0]
    address = reverse("gateway_callback", args=["card"])
    spoilt = {**headers, "Stripe-Signature": headers["Stripe-Signature"][:-4] + "0000"}

    answer = Client().post(address, data=body, content_type="application/json", headers=spoilt)

    assert answer.status_code == 400
    assert times_received() == 0


def test_when_stripe_cannot_be_asked_the_webhook_is_wanted_again(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    stripe.merchant.wait_for(len(stripe.stand_in.tell("state")["events"]))

    stripe.stand_in.misbehave("down")
    assert 503 in stripe.deliver()
    assert times_received() == 0

    stripe.stand_in.misbehave("ok")
    assert set(stripe.deliver()) == {200}
    assert times_received() == 1


def test_a_card_that_its_bank_wants_confirmed_waits_for_the_client(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    """Away, it is declined for that reason; there, the client is sent to the bank's page."""
    first = begin(world, change)
    stripe.stand_in.client_decides(first.redirect_url, "decline")
    card = stripe.stand_in.saved_card("challenge")
    method = PaymentMethod.objects.create(
        customer_id=change.customer_id, gateway="card", label="Visa", token=sealed(card)
    )
    Payment.objects.filter(id=first.id).update(state="abandoned")

    away = begin(world, change, method_id=method.id, off_session=True)
    assert (away.state, away.failure) == ("failed", "confirmation_needed")

    here = begin(world, change, method_id=method.id)
    assert here.state == "needs_action" and "/3ds/" in here.redirect_url
    stripe.stand_in.client_decides(here.redirect_url, "confirm")
    stripe.deliver()
    assert state_of(world, change) == "done"


def test_a_dispute_comes_by_webhook_and_is_won_by_one(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    stripe.deliver()
    world.drain()
    payment.refresh_from_db()

    stripe.stand_in.dispute(str(payment.reference), "opened")
    stripe.deliver()
    assert owed_on(change.customer_id, payment.invoice_id) == 725
    stripe.stand_in.dispute(str(payment.reference), "won")
    stripe.deliver(backwards=True)
    world.drain()

    assert Dispute.objects.get().state == "won"
    assert owed_on(change.customer_id, payment.invoice_id) == 0


def test_a_refund_that_a_bank_sends_back_later_is_the_customers_again(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    """Stripe has said `succeeded` at once; the card was closed, and days later the money is back."""
    world.panel.set_mode("refuse")
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    stripe.deliver()
    world.drain()
    undo(change.customer_id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
    (refund,) = start_refunds(
        change.customer_id, payment.invoice_id, 725, reason="undone", by=SYSTEM, at=world.now
    )
    send_refund(refund, at=world.now)
    refund.refresh_from_db()
    assert (refund.state, credit_balance(change.customer_id, "CAD")) == ("succeeded", 0)

    (sent,) = stripe.stand_in.tell("state")["refunds"]
    stripe.stand_in.tell("fail_refund", refund=sent["id"])
    stripe.deliver()
    stripe.deliver(backwards=True)

    refund.refresh_from_db()
    assert (refund.state, credit_balance(change.customer_id, "CAD")) == ("failed", 725)
    assert WorkItem.objects.filter(subject_id=refund.id, reason="refund_refused").count() == 1


def test_a_refund_made_in_stripes_dashboard_is_told_to_a_person_once(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    payment = begin(world, change)
    stripe.stand_in.client_decides(payment.redirect_url, "approve")
    stripe.deliver()
    world.drain()
    payment.refresh_from_db()

    stripe.stand_in.tell("refund", payment_intent=payment.reference, amount=200)
    stripe.deliver()
    stripe.deliver()

    assert [item.reason for item in WorkItem.objects.all()] == ["refunded_elsewhere"]


def test_a_payment_that_nobody_knows_of_is_given_up_before_its_key_is_forgotten(
    world: World, stripe: Stripe, change: PlanChange
) -> None:
    stripe.stand_in.misbehave("error")
    payment = begin(world, change)
    assert payment.state == "started"
    asked = stripe.stand_in.tell("state")["counts"]["asked"]

    chase(payment.customer_id, payment.id, at=world.now + timedelta(hours=21))

    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("failed", "gateway_silent")
    assert WorkItem.objects.get().reason == "payment_unknown"
    assert stripe.stand_in.tell("state")["counts"]["asked"] == asked
