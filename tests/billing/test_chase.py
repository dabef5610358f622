"""What became of a payment is asked of the gateway, for each by itself, and a page is not waited for long."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from palier.billing import chase as chasing
from palier.billing.chase import CHASE, across_customers_to_chase, chase
from palier.billing.collect import collect
from palier.billing.models import Invoice, Payment
from palier.billing.settle import close_attempt
from palier.entrypoints.batch.rounds import round_of_upkeep
from palier.entrypoints.demo.card_control import CardControl
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(world: World) -> PlanChange:
    subscription = world.subscribe("web-a")
    return world.accept(subscription, world.offer(subscription, "web-b"))


@pytest.fixture
def on_page(world: World, card: CardControl, change: PlanChange) -> Payment:
    """The client is on the gateway's page, and no call-back will come."""
    card.set_delivery("never")
    assert change.invoice_id is not None
    return collect(
        change.customer_id,
        change.invoice_id,
        gateway="demo_card",
        method_id=None,
        return_url="http://127.0.0.1/",
        at=world.now,
    )


def started(world: World, invoice: Invoice, minutes_ago: int) -> Payment:
    return Payment.objects.create(
        customer_id=invoice.customer_id, invoice=invoice, gateway="demo_card", amount=invoice.total,
        currency=invoice.currency, started_at=world.now - timedelta(minutes=minutes_ago),
    )  # fmt: skip


def upkeep_after(world: World, payment: Payment, **time: int) -> str:
    """The payment's state after a round that much later."""
    world.now += timedelta(**time)
    round_of_upkeep(world.now)
    world.drain()
    payment.refresh_from_db()
    return payment.state


def waiting_tasks() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'payment_id' FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'"
            " ORDER BY id",
            [CHASE],
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_page_left_open_is_given_up_after_twenty_minutes_and_not_before(
    world: World, on_page: Payment
) -> None:
    assert on_page.state == "needs_action"
    assert upkeep_after(world, on_page, minutes=19) == "needs_action"
    assert upkeep_after(world, on_page, minutes=2) == "abandoned"
    assert on_page.failure == "page_left"


def test_a_page_paid_within_its_time_is_taken_in_by_asking(
    world: World, card: CardControl, on_page: Payment
) -> None:
    card.pay(on_page.redirect_url)
    assert upkeep_after(world, on_page, minutes=25) == "succeeded"


def test_a_page_paid_after_it_was_given_up_is_still_asked_about_that_day(
    world: World, card: CardControl, on_page: Payment
) -> None:
    assert upkeep_after(world, on_page, minutes=21) == "abandoned"
    card.pay(on_page.redirect_url)
    assert upkeep_after(world, on_page, minutes=30) == "abandoned"  # it is not asked about all the time
    assert upkeep_after(world, on_page, minutes=31) == "succeeded"
    assert owed_on(on_page.customer_id, on_page.invoice_id) == 0


def test_a_page_is_given_up_although_the_gateway_says_nothing(
    world: World, card: CardControl, on_page: Payment
) -> None:
    card.set_mode("down")
    assert upkeep_after(world, on_page, minutes=21) == "abandoned"


def test_what_the_gateway_never_heard_of_and_nobody_wants_is_not_begun(
    world: World, card: CardControl, change: PlanChange
) -> None:
    payment = started(world, Invoice.objects.get(id=change.invoice_id), minutes_ago=5)
    close_attempt(payment, state="abandoned", failure="change_ended", at=world.now)
    chase(payment.customer_id, payment.id, at=world.now)
    assert card.count("charges_asked") == 0


def test_old_payments_do_not_hide_a_newer_one(
    world: World, change: PlanChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chasing, "AT_ONCE", 1)
    world.subscribe("web-a", account="other", paid=False)
    invoices = Invoice.objects.order_by("issued_at")
    old = started(world, Invoice.objects.get(id=change.invoice_id), minutes_ago=50)
    new = started(world, invoices.exclude(id__in=[change.invoice_id]).latest("id"), minutes_ago=5)
    asked = []
    for _ in range(4):
        asked += list(across_customers_to_chase(world.now))
        round_of_upkeep(world.now)
        world.now += timedelta(seconds=40)
    assert asked[:2] == [old, new]
    assert waiting_tasks() == [str(old.id), str(new.id)]


def test_a_round_asks_no_gateway_itself(
    world: World, change: PlanChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = started(world, Invoice.objects.get(id=change.invoice_id), minutes_ago=5)

    def never(*_: Any) -> None:
        raise AssertionError("a silent gateway would hold up the jobs of dead workers")

    monkeypatch.setattr(chasing, "_ask", never)
    for _ in range(3):
        round_of_upkeep(world.now)
        world.now += timedelta(minutes=1)
    assert waiting_tasks() == [str(payment.id)]
