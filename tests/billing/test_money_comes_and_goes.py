"""Credits, refunds and disputes of one payment, in orders that nobody plans: the books are right after each."""

from collections.abc import Iterator

import pytest

from palier.billing.credit_by_person import AskedCredit, credit_by_person, proposed_credit
from palier.billing.dispute import settle_dispute
from palier.billing.models import Invoice, Payment
from palier.billing.refund import most_refundable, refundable
from palier.books import violations
from palier.core.money import Money
from palier.drivers.gateway import DisputeReport, DisputeState
from palier.entrypoints.demo.card_control import CardControl
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.models import PlanChange
from tests.card import pay_by_card
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def change(world: World) -> PlanChange:
    """7.25 to pay for Forfait B."""
    subscription = world.subscribe()
    return world.accept(subscription, world.offer(subscription, "web-b"))


@pytest.fixture
def paid(world: World, change: PlanChange, card: CardControl) -> Invoice:
    invoice = Invoice.objects.get(id=change.invoice_id)
    pay_by_card(world, card, invoice)
    world.drain()
    return invoice


def give_back(world: World, invoice: Invoice, net: int | None, *, to_method: bool) -> None:
    asked = AskedCredit("A gesture.", net=net, to_method=to_method)
    credit_by_person(
        invoice.customer_id, invoice.id, asked, figures=proposed_credit(invoice, asked).figures,
        by=Actor("staff", world.dana.id), on=world.now.date(), at=world.now,
    )  # fmt: skip
    world.drain()


def dispute(world: World, invoice: Invoice, state: DisputeState, minor: int = 725) -> None:
    payment = Payment.objects.get(invoice=invoice)
    report = DisputeReport("dp_1", str(payment.reference), state, Money(minor, "CAD"), "fraudulent")
    settle_dispute(report, gateway=payment.gateway, at=world.now)
    world.drain()


def test_an_invoice_given_back_while_its_change_waits_lets_the_change_go_on(
    world: World, change: PlanChange
) -> None:
    invoice = Invoice.objects.get(id=change.invoice_id)
    give_back(world, invoice, None, to_method=False)

    change.refresh_from_db()
    assert (change.state, owed_on(change.customer_id, invoice.id)) == ("done", 0)
    assert credit_balance(change.customer_id, "CAD") == 0


def test_the_rest_of_an_invoice_given_back_in_part_pays_its_change(
    world: World, change: PlanChange, card: CardControl
) -> None:
    invoice = Invoice.objects.get(id=change.invoice_id)
    give_back(world, invoice, 300, to_method=False)
    owed = owed_on(change.customer_id, invoice.id)
    pay_by_card(world, card, invoice)
    world.drain()

    change.refresh_from_db()
    assert (change.state, Payment.objects.get(invoice=invoice).received) == ("done", owed)


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_of_what_was_sent_back_in_part(world: World, paid: Invoice, end: DisputeState) -> None:
    give_back(world, paid, 315, to_method=True)
    dispute(world, paid, "opened")
    assert refundable(paid.customer_id, paid.id) == ()
    dispute(world, paid, end)
    dispute(world, paid, "opened")  # late, and of no effect

    left = 725 - 363 if end == "won" else 0
    assert sum(one.left for one in refundable(paid.customer_id, paid.id)) == left
    assert owed_on(paid.customer_id, paid.id) == (0 if end == "won" else 725)


def test_what_is_disputed_and_given_back_is_not_sent_back_too(world: World, paid: Invoice) -> None:
    dispute(world, paid, "opened")
    give_back(world, paid, None, to_method=True)
    assert (owed_on(paid.customer_id, paid.id), credit_balance(paid.customer_id, "CAD")) == (0, 0)
    dispute(world, paid, "won")

    assert credit_balance(paid.customer_id, "CAD") == 725
    assert most_refundable(paid.customer_id, paid.id, "CAD") == 725
