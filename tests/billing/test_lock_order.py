"""An act that goes on to an invoice while a payment of that one is taken in: both end."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from palier.billing.collect_due import use_credit_balance
from palier.billing.models import Invoice, Payment
from palier.billing.queries import locked_invoice
from palier.billing.settle import settle
from palier.events import clock
from palier.events.record import Actor
from palier.ledger.queries import owed_on
from palier.plan_changes.undo import cancel
from palier.subscriptions import bill_again
from palier.subscriptions.models import Period
from tests.at_once import wait_until_someone_waits_for_a_lock, while_first_holds
from tests.catalogs.files import demo
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.world import World, build, point_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_moves_money_takes_the_accounts_before_any_invoice(world: World) -> None:
    first = world.subscribe(paid=False)
    second = world.subscribe("web-b", label="other.example", account="other", paid=False)
    one, next_one = (
        Invoice.objects.get(id=subscription.periods.get().invoice_id) for subscription in (first, second)
    )
    payment = unsettled(world, next_one)
    settled = while_first_holds(
        lambda: locked_invoice(world.boreale.id, one.id),
        lambda: settle(world.report(payment), gateway="demo_card", at=world.now),
        then=lambda: locked_invoice(world.boreale.id, next_one.id),
    )
    assert settled.state == "succeeded"
    assert owed_on(world.boreale.id, next_one.id) == 0


def test_a_free_period_that_is_billed_again_takes_them_first_too(
    panel_machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its old bill was nothing, so that no invoice of it is there to lock."""
    point_at(panel_machine.url, PANEL_TOKEN)
    world = build(panel_control(panel_machine), demo(("monthly: {CAD: 9.00}", "monthly: {CAD: 0.00}")))
    monkeypatch.setattr(clock, "now", lambda: world.now)
    subscription = world.subscribe("web-b", usage={"disk": 100, "bandwidth": 100})
    change = world.accept(subscription, world.offer(subscription, "web-a"))
    world.drain()
    world.pass_time(datetime(2026, 12, 8, 15, tzinfo=UTC))
    assert Period.objects.get(subscription=subscription, invoice=None).is_paid
    other = world.subscribe("web-c", label="other.example", account="other", paid=False, at=world.now)
    payment = unsettled(world, Invoice.objects.get(id=other.periods.get().invoice_id))
    began = threading.Event()
    outcome: list[Any] = []

    def pay() -> None:
        began.wait(10)
        try:
            outcome.append(settle(world.report(payment), gateway="demo_card", at=world.now))
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    def use_credit_balance_late(*args: Any, **kwargs: Any) -> int:
        began.set()
        wait_until_someone_waits_for_a_lock()
        return use_credit_balance(*args, **kwargs)

    monkeypatch.setattr(bill_again, "use_credit_balance", use_credit_balance_late)
    thread = threading.Thread(target=pay)
    thread.start()
    cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    thread.join()
    assert outcome[0].state == "succeeded"


def unsettled(world: World, invoice: Invoice) -> Payment:
    return Payment.objects.create(
        customer=world.boreale, invoice=invoice, gateway="demo_card", amount=invoice.total, currency="CAD",
        started_at=world.now,
    )  # fmt: skip
