"""A disputed payment takes its own differences out of what is held and paid; winning restores them.

Forfait A 9.00 paid for 14 November to 14 December; B 18.00 taken on the 23rd (21 of 30 days left: 6.30 and taxes).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from palier.billing.collect_due import across_customers_due
from palier.billing.dispute import settle_dispute
from palier.billing.models import Dispute, Invoice, Payment, PaymentMethod
from palier.billing.refund import refundable
from palier.billing.settle import UnknownPayment
from palier.books import violations
from palier.core.money import Money
from palier.drivers.gateway import DisputeReport, DisputeState
from palier.ledger.models import JournalEntry
from palier.ledger.queries import credit_balance, owed_on
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Period, Subscription
from palier.work.models import WorkItem
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def subscription(world: World) -> Subscription:
    return world.subscribe("web-a")


@pytest.fixture
def change(world: World, subscription: Subscription) -> PlanChange:
    return world.change(subscription, "web-b")


def report_of(payment: Payment, state: DisputeState, amount: int | None = None) -> DisputeReport:
    assert payment.reference is not None
    money = Money(payment.received if amount is None else amount, payment.currency)
    return DisputeReport(f"dsp-{payment.id}", payment.reference, state, money, "fraudulent")


def bank_says(world: World, invoice_id: object, state: DisputeState, amount: int | None = None) -> Dispute:
    payment = Payment.objects.get(invoice_id=invoice_id, state="succeeded")
    dispute = settle_dispute(report_of(payment, state, amount), gateway="demo_card", at=world.now)
    world.drain()
    return dispute


def held(subscription: Subscription) -> tuple[int, int]:
    period = Period.objects.get(subscription=subscription)
    return period.held_price, period.paid_price


def test_the_difference_of_a_change_is_out_while_its_payment_is_disputed(
    world: World, subscription: Subscription, change: PlanChange
) -> None:
    assert held(subscription) == (1800, 1800)

    bank_says(world, change.invoice_id, "opened")

    assert held(subscription) == (900, 900)  # what the first period's own payment had bought
    assert owed_on(change.customer_id, change.invoice_id) == 725


def test_winning_restores_it(world: World, subscription: Subscription, change: PlanChange) -> None:
    bank_says(world, change.invoice_id, "opened")
    bank_says(world, change.invoice_id, "won")

    assert held(subscription) == (1800, 1800)
    assert owed_on(change.customer_id, change.invoice_id) == 0


def test_losing_leaves_it_out_and_owed(world: World, subscription: Subscription, change: PlanChange) -> None:
    bank_says(world, change.invoice_id, "opened")
    bank_says(world, change.invoice_id, "lost")

    assert held(subscription) == (900, 900)
    assert owed_on(change.customer_id, change.invoice_id) == 725


def test_paying_again_restores_it_and_winning_then_is_the_customers_money(
    world: World, subscription: Subscription, change: PlanChange
) -> None:
    bank_says(world, change.invoice_id, "opened")
    first = Payment.objects.get(invoice_id=change.invoice_id)
    world.pay(change.customer_id, change.invoice_id)  # type: ignore[arg-type]
    world.drain()
    assert held(subscription) == (1800, 1800)

    settle_dispute(report_of(first, "won"), gateway="demo_card", at=world.now)
    world.drain()

    assert held(subscription) == (1800, 1800)
    assert credit_balance(change.customer_id, "CAD") == 725


def test_only_its_own_difference_goes_out(
    world: World, subscription: Subscription, change: PlanChange
) -> None:
    """A 9.00, B 18.00, C 30.00: B's payment is disputed, so 30.00 - 9.00 is left."""
    world.now += timedelta(days=8)
    world.change(subscription, "web-c")
    assert held(subscription) == (3000, 3000)

    bank_says(world, change.invoice_id, "opened")

    assert held(subscription) == (2100, 2100)


def test_a_disputed_part_takes_its_part(world: World, subscription: Subscription, change: PlanChange) -> None:
    """2.90 of 7.25 is two fifths: 9.00 x 2/5 = 3.60."""
    bank_says(world, change.invoice_id, "opened", amount=290)

    assert held(subscription) == (1440, 1440)


def test_a_periods_own_payment_takes_its_level(world: World, subscription: Subscription) -> None:
    invoice = Invoice.objects.get()

    bank_says(world, invoice.id, "opened")
    assert held(subscription) == (0, 0)

    bank_says(world, invoice.id, "won")
    assert held(subscription) == (900, 900)


def test_a_restart_keeps_what_was_carried_into_it(world: World, subscription: Subscription) -> None:
    """B yearly restarts today: what was carried from the month is not the disputed payment's."""
    change = world.change(subscription, "web-b", "yearly")
    period = Period.objects.get(subscription=subscription, invoice_id=change.invoice_id)
    assert period.held_price == change.price and period.carried_in == change.price - change.net_due

    bank_says(world, change.invoice_id, "opened")

    period.refresh_from_db()
    assert period.held_price == period.paid_price == period.carried_in


def test_a_change_that_was_disputed_before_it_was_done_holds_nothing(
    world: World, subscription: Subscription
) -> None:
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    world.pay(change.customer_id, change.invoice_id)
    payment = Payment.objects.get(invoice_id=change.invoice_id)
    settle_dispute(report_of(payment, "opened"), gateway="demo_card", at=world.now)

    world.drain()

    change.refresh_from_db()
    assert change.state == "done"
    assert held(subscription) == (900, 900)


def test_repeated_late_or_out_of_order_each_step_is_taken_once(
    world: World, subscription: Subscription, change: PlanChange
) -> None:
    for state in ("won", "opened", "won", "opened"):
        bank_says(world, change.invoice_id, state)  # type: ignore[arg-type]

    assert held(subscription) == (1800, 1800)
    assert Dispute.objects.get().state == "won"
    kinds = JournalEntry.objects.filter(source_kind="dispute").values_list("kind", flat=True)
    assert sorted(kinds) == ["charge_back_returned", "charged_back"]


def test_a_person_hears_of_it_until_the_bank_has_decided(world: World, change: PlanChange) -> None:
    dispute = bank_says(world, change.invoice_id, "opened")
    item = WorkItem.objects.get(subject_id=dispute.id)
    assert (item.state, item.reason, item.facts["amount"]) == ("open", "payment_disputed", 725)

    bank_says(world, change.invoice_id, "lost")

    item.refresh_from_db()
    assert item.state == "done"


def test_nothing_is_charged_again_by_itself_and_nothing_sent_back_twice(
    world: World, subscription: Subscription, settings: Any
) -> None:
    """Charlie's unpaid invoice is collected from the saved card; the one that is owed because of a dispute is not."""
    settings.GATEWAYS = {"demo_card": {"driver": "demo_card", "url": "http://127.0.0.1:9", "secret": "s"}}
    invoice = Invoice.objects.get()
    for customer in (world.boreale, world.stranger):
        PaymentMethod.objects.create(customer=customer, gateway="demo_card", label="Visa", token=sealed("t"))
    unpaid = world.subscribe(customer=world.stranger, label="b.example", account="b", paid=False)
    assert [one.left for one in refundable(invoice.customer_id, invoice.id)] == [invoice.total]

    bank_says(world, invoice.id, "opened")

    due = dict(across_customers_due(world.now.date(), "period"))
    assert list(due) == [unpaid.customer_id]
    assert refundable(invoice.customer_id, invoice.id) == ()


def test_a_payment_that_we_do_not_know_is_said_to_be_unknown(world: World, change: PlanChange) -> None:
    stranger = DisputeReport("dsp-2", "pi_of_another_shop", "opened", Money(100, "CAD"))

    with pytest.raises(UnknownPayment):
        settle_dispute(stranger, gateway="demo_card", at=world.now)
