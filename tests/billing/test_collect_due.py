"""On the day it is due: the credit balance as often as there is one, then one try of the saved card."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db.models import QuerySet

from palier.billing.collect import collect
from palier.billing.collect_due import across_customers_due, charge_saved_method, use_credit_balance
from palier.billing.models import Invoice, Payment, PaymentMethod
from palier.billing.settle import settle
from palier.books import violations
from palier.entrypoints.batch.rounds import round_of_time
from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.staff_desk.filled.movements import movements_of
from palier.ledger.queries import credit_balance, owed_on
from palier.notices.models import Notice
from palier.people.seal import sealed
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 12, 10, 15, tzinfo=UTC)
DUE = datetime(2026, 12, 14, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def renewal(world: World) -> Invoice:
    """10.35, due on 14 December."""
    world.subscribe("web-a")
    world.pass_time(BEFORE)
    return Invoice.objects.latest("issued_at")


def keep_card(world: World, card: CardControl, behaviour: str = "approve") -> None:
    card.keep_method("card", behaviour)
    PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="Visa", token=sealed("card"), is_default=True
    )


def declined(world: World, invoice: Invoice) -> Payment:
    payment = Payment.objects.create(
        customer_id=invoice.customer_id, invoice=invoice, gateway="demo_card", amount=invoice.total,
        currency=invoice.currency, started_at=world.now, method=PaymentMethod.objects.first(),
    )  # fmt: skip
    return settle(world.report(payment, "failed"), gateway="demo_card", at=world.now)


def tries(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.filter(invoice=invoice)


def test_a_credit_balance_that_comes_twice_is_used_twice(world: World, renewal: Invoice) -> None:
    for _ in range(2):
        give_credit(world, 300)
        use_credit_balance(renewal.customer_id, renewal.id, on=world.now.date(), at=world.now)
    assert owed_on(renewal.customer_id, renewal.id) == renewal.total - 600
    sentences = [row.sentence for row in movements_of(world.boreale, 0)]
    assert len([said for said in sentences if renewal.number and renewal.number in said]) == 2


def test_credit_is_used_although_a_card_was_declined_before(world: World, renewal: Invoice) -> None:
    declined(world, renewal)
    give_credit(world, 5000)
    world.pass_time(DUE)
    assert owed_on(renewal.customer_id, renewal.id) == 0


def test_credit_that_comes_after_the_day_is_used_when_it_comes(world: World, renewal: Invoice) -> None:
    world.pass_time(DUE)
    declined(world, renewal)
    give_credit(world, 5000)
    round_of_time(world.now)
    assert owed_on(renewal.customer_id, renewal.id) == 0
    assert credit_balance(renewal.customer_id, "CAD") == 5000 - renewal.total


def test_a_try_before_the_day_leaves_the_cards_own_day_to_it(
    world: World, card: CardControl, renewal: Invoice
) -> None:
    keep_card(world, card)
    declined(world, renewal)
    world.pass_time(DUE)
    assert owed_on(renewal.customer_id, renewal.id) == 0


def test_a_card_that_is_declined_on_the_day_is_not_tried_again(
    world: World, card: CardControl, renewal: Invoice
) -> None:
    keep_card(world, card, "decline")
    world.pass_time(DUE)
    round_of_time(world.now)
    world.pass_time(DUE.replace(day=16))
    assert list(tries(renewal).values_list("state", flat=True)) == ["failed"]
    assert card.count("charges_asked") == 1


def test_while_a_payment_is_in_flight_nothing_else_is_used(world: World, renewal: Invoice) -> None:
    Payment.objects.create(
        customer_id=renewal.customer_id, invoice=renewal, gateway="demo_card", amount=renewal.total,
        currency="CAD", started_at=world.now,
    )  # fmt: skip
    give_credit(world, 5000)
    assert list(across_customers_due(DUE.date(), "period")) == []


def test_an_invoice_that_nothing_can_pay_is_not_even_looked_at(world: World, renewal: Invoice) -> None:
    assert list(across_customers_due(DUE.date(), "period")) == []
    give_credit(world, 1)
    assert list(across_customers_due(DUE.date(), "period")) == [(renewal.customer_id, renewal.id)]


def test_a_page_that_the_client_has_open_is_not_closed_by_a_try_of_the_card(
    world: World, renewal: Invoice, card: CardControl
) -> None:
    keep_card(world, card)
    page = collect(
        renewal.customer_id, renewal.id, gateway="demo_card", method_id=None, return_url="http://127.0.0.1/",
        at=world.now,
    )  # fmt: skip
    assert page.state == "needs_action"

    assert charge_saved_method(renewal.customer_id, renewal.id, at=world.now) == page

    page.refresh_from_db()
    assert (page.state, card.count("charges_asked")) == ("needs_action", 1)  # the page itself


def test_a_bank_that_asks_to_confirm_is_told_of_because_nobody_is_there_to_do_it(
    world: World, renewal: Invoice, card: CardControl
) -> None:
    keep_card(world, card, "challenge")
    world.pass_time(DUE)
    payment = tries(renewal).get()
    assert (payment.state, payment.failure) == ("failed", "confirmation_needed")
    told = Notice.objects.get(kind="payment.failed", user=world.alice)
    assert "Votre banque vous demande de confirmer ce paiement vous-même." in told.text
    assert f"/client/invoices/{renewal.id}/" in told.text
    settle(world.report(payment), gateway="demo_card", at=world.now)  # Confirmed after all: it is money.
    assert owed_on(renewal.customer_id, renewal.id) == 0
