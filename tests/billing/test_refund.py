"""Money goes back to where it came from, once, and never twice out of the same credit balance."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from palier.billing.models import Invoice, Payment, Refund
from palier.billing.refund import (
    NotRefundable,
    across_customers_refunds_in_flight,
    refundable,
    send_refund,
    start_refunds,
)
from palier.books import violations
from palier.core.money import Money
from palier.entrypoints.batch.rounds import round_of_upkeep
from palier.entrypoints.demo.card_control import CardControl
from palier.events.models import Event
from palier.events.record import Actor
from palier.ledger.queries import credit_balance
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from palier.work.models import WorkItem
from tests.card import pay_by_card
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def undone(world: World, card: CardControl) -> PlanChange:
    """A change of 7.25 paid by card and undone: the money is in the credit balance."""
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    pay_by_card(world, card, Invoice.objects.get(id=change.invoice_id))
    world.drain()
    by = Actor("staff", world.dana.id)
    return undo(
        change.customer_id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=by
    )


def start(world: World, change: PlanChange, amount: int = 725) -> Refund:
    assert change.invoice_id is not None
    by = Actor("staff", world.dana.id)
    refunds = start_refunds(
        change.customer_id, change.invoice_id, amount, reason="undone", by=by, at=world.now
    )
    return refunds[0]


def test_what_was_paid_by_card_can_go_back_to_it(world: World, undone: PlanChange) -> None:
    assert undone.invoice_id is not None
    (found,) = refundable(undone.customer_id, undone.invoice_id)
    assert (found.left, found.payment.gateway) == (725, "demo_card")


def test_a_refund_leaves_the_credit_balance_when_it_starts(world: World, undone: PlanChange) -> None:
    refund = start(world, undone)
    assert (refund.state, credit_balance(undone.customer_id, "CAD")) == ("started", 0)


def test_a_refund_that_the_gateway_made_has_succeeded(
    world: World, undone: PlanChange, card: CardControl
) -> None:
    refund = start(world, undone)
    send_refund(refund, at=world.now)
    refund.refresh_from_db()
    assert (refund.state, card.count("refunds_made")) == ("succeeded", 1)
    (sent,) = card.state()["refunds"].values()
    assert (sent["key"], sent["amount"]) == (str(refund.id), 725)


def test_a_gateway_that_falls_silent_after_paying_is_asked_again_and_pays_once(
    world: World, undone: PlanChange, card: CardControl
) -> None:
    refund = start(world, undone)
    card.set_mode("timeout_after_doing", calls=1)
    send_refund(refund, at=world.now)
    refund.refresh_from_db()
    assert refund.state == "started"
    world.now += timedelta(minutes=3)
    round_of_upkeep(world.now)
    world.drain()
    refund.refresh_from_db()
    assert (refund.state, card.count("refunds_made"), card.count("refunds_asked")) == ("succeeded", 1, 2)


def test_a_busy_gateway_is_asked_again_later(world: World, undone: PlanChange, card: CardControl) -> None:
    refund = start(world, undone)
    card.set_mode("busy")
    send_refund(refund, at=world.now)
    card.set_mode("ok")
    assert list(across_customers_refunds_in_flight(world.now)) == []
    assert list(across_customers_refunds_in_flight(world.now + timedelta(minutes=3))) == [refund]


def test_a_gateway_that_refuses_puts_the_money_back_and_a_person_hears_of_it(
    world: World, undone: PlanChange, card: CardControl
) -> None:
    refund = start(world, undone)
    card.set_mode("refuse")
    send_refund(refund, at=world.now)
    refund.refresh_from_db()
    assert (refund.state, credit_balance(undone.customer_id, "CAD")) == ("failed", 725)
    item = WorkItem.objects.get(subject_kind="refund", subject_id=refund.id)
    assert (item.reason, item.facts["amount"]) == ("refund_refused", 725)


def test_after_a_refusal_another_refund_may_be_tried(
    world: World, undone: PlanChange, card: CardControl
) -> None:
    card.set_mode("refuse")
    send_refund(start(world, undone), at=world.now)
    card.set_mode("ok")
    again = start(world, undone)
    send_refund(again, at=world.now)
    again.refresh_from_db()
    assert (again.state, credit_balance(undone.customer_id, "CAD")) == ("succeeded", 0)


def test_no_more_goes_back_than_was_paid(world: World, undone: PlanChange) -> None:
    with pytest.raises(NotRefundable):
        start(world, undone, 726)
    assert not Refund.objects.exists()


def test_what_was_sent_back_cannot_be_sent_again(world: World, undone: PlanChange) -> None:
    start(world, undone, 500)
    with pytest.raises(NotRefundable):
        start(world, undone, 226)


def test_what_the_client_has_spent_meanwhile_does_not_go_back(world: World, undone: PlanChange) -> None:
    world.panel.set_mode("ok")
    undone.subscription.refresh_from_db()
    world.change(undone.subscription, "web-b")  # its 7.25 come from the credit balance
    with pytest.raises(NotRefundable):
        start(world, undone, 725)


def test_a_refund_told_twice_by_a_late_worker_is_recorded_once(
    world: World, undone: PlanChange, card: CardControl
) -> None:
    refund = start(world, undone)
    for _ in range(2):
        send_refund(refund, at=world.now)
    assert Event.objects.filter(subject_id=refund.id, kind="refund.succeeded").count() == 1
    assert Payment.objects.get(id=refund.payment_id).money == Money(725, "CAD")
