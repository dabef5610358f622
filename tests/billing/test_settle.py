"""What a gateway reports is taken in once: repeated, late, out of order, forged, of another amount."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from palier.billing import collect as collecting
from palier.billing.collect import NothingOwed, collect
from palier.billing.models import Payment, PaymentMethod
from palier.billing.settle import UnknownPayment, close_attempt, settle
from palier.books import violations
from palier.core.money import Money
from palier.drivers.gateway import PaymentReport, SavedMethod
from palier.drivers.gateways.signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from palier.entrypoints.demo.card_control import CardControl
from palier.events.clock import real_now
from palier.events.keys import new_id
from palier.events.record import Actor
from palier.ledger.models import JournalEntry
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import cancel
from tests.machines import CARD_SECRET
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def change(world: World) -> PlanChange:
    """7.25 to pay for Forfait B."""
    subscription = world.subscribe("web-a")
    return world.accept(subscription, world.offer(subscription, "web-b"))


@pytest.fixture
def attempt(world: World, change: PlanChange) -> Payment:
    return begin(world, change)


def begin(world: World, change: PlanChange, amount: int = 725) -> Payment:
    return Payment.objects.create(
        customer_id=change.customer_id, invoice_id=change.invoice_id, gateway="demo_card", amount=amount,
        currency="CAD", started_at=world.now,
    )  # fmt: skip


def told(world: World, report: PaymentReport) -> Payment:
    """The payment after the report and all that it brings."""
    payment = settle(report, gateway="demo_card", at=world.now)
    world.drain()
    return payment


def state_of(change: PlanChange) -> str:
    change.refresh_from_db()
    return change.state


def received() -> int:
    return JournalEntry.objects.filter(kind="payment_received").count() - 1  # the first period's own


# Declined, abandoned, twice, late -------------------------------------------------------------------------


def test_a_declined_payment_leaves_it_owed_and_another_try_pays(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    assert told(world, world.report(attempt, "failed")).state == "failed"
    assert (state_of(change), owed_on(change.customer_id, attempt.invoice_id)) == ("awaiting_payment", 725)
    told(world, world.report(begin(world, change)))
    assert state_of(change) == "done"


def test_a_payment_that_is_abandoned_leaves_nothing_behind(world: World, card: CardControl) -> None:
    """Left on the gateway's page; the change itself expires in its time."""
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    payment = collect(
        change.customer_id, change.invoice_id, gateway="demo_card", method_id=None,
        return_url="http://127.0.0.1/", at=world.now,
    )  # fmt: skip
    assert payment.state == "needs_action"
    world.pass_time(world.now + timedelta(days=2))
    payment.refresh_from_db()
    assert (payment.state, state_of(change)) == ("abandoned", "expired")
    assert (owed_on(change.customer_id, change.invoice_id), credit_balance(change.customer_id, "CAD")) == (
        0,
        0,
    )


def test_a_payment_confirmed_twice_is_taken_in_once(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    for _ in range(2):
        told(world, world.report(attempt))
    assert (received(), credit_balance(change.customer_id, "CAD"), state_of(change)) == (1, 0, "done")


def test_a_second_click_goes_on_with_the_attempt_in_flight(
    world: World, card: CardControl, change: PlanChange
) -> None:
    assert change.invoice_id is not None
    how: dict[str, Any] = {"gateway": "demo_card", "method_id": None, "return_url": "http://127.0.0.1/"}
    first, second = (collect(change.customer_id, change.invoice_id, at=world.now, **how) for _ in range(2))
    assert (first.id, card.count("charges_made")) == (second.id, 1)
    told(world, world.report(first))
    with pytest.raises(NothingOwed):
        collect(change.customer_id, change.invoice_id, at=world.now, **how)


def test_a_payment_confirmed_after_its_change_expired_is_kept_for_the_client(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    world.pass_time(world.now + timedelta(days=2))
    told(world, world.report(attempt))
    assert (state_of(change), credit_balance(change.customer_id, "CAD")) == ("expired", 725)


def test_a_payment_confirmed_after_its_change_was_cancelled_is_kept_for_the_client(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    told(world, world.report(attempt))
    assert (state_of(change), credit_balance(change.customer_id, "CAD")) == ("cancelled", 725)


# Out of order ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", ["failed", "needs_action", "pending"])
def test_nothing_that_comes_after_a_success_counts(
    world: World, change: PlanChange, attempt: Payment, late: str
) -> None:
    told(world, world.report(attempt))
    assert told(world, world.report(attempt, late)).state == "succeeded"
    assert state_of(change) == "done"


def test_a_success_that_comes_after_a_failure_counts(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    told(world, world.report(attempt, "failed"))
    assert told(world, world.report(attempt)).state == "succeeded"
    assert state_of(change) == "done"


@pytest.mark.parametrize("over", ["failed", "abandoned"])
def test_late_news_of_a_page_does_not_open_an_attempt_that_is_over(
    world: World, change: PlanChange, attempt: Payment, over: str
) -> None:
    close_attempt(attempt, state=over, failure="declined", at=world.now)
    second = begin(world, change)
    assert told(world, world.report(attempt, "needs_action")).state == over
    told(world, world.report(second))
    assert (received(), state_of(change)) == (1, "done")


def test_the_page_of_a_payment_is_kept_although_the_call_back_was_faster(
    world: World, card: CardControl, change: PlanChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = collecting._await_client

    def after_the_call_back(payment: Payment, reference: str, redirect_url: str) -> None:
        settle(
            replace(world.report(payment, "needs_action"), reference=reference),
            gateway="demo_card",
            at=world.now,
        )
        real(payment, reference, redirect_url)

    monkeypatch.setattr(collecting, "_await_client", after_the_call_back)
    assert change.invoice_id is not None
    payment = collect(
        change.customer_id, change.invoice_id, gateway="demo_card", method_id=None,
        return_url="http://127.0.0.1/", at=world.now,
    )  # fmt: skip
    assert (payment.state, bool(payment.redirect_url)) == ("needs_action", True)


# Another amount, another currency, another payment --------------------------------------------------------


def test_less_than_what_is_owed_leaves_the_rest_owed_until_it_is_paid(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    told(world, world.report(attempt, amount=700))
    assert (state_of(change), owed_on(change.customer_id, attempt.invoice_id)) == ("awaiting_payment", 25)
    told(world, world.report(begin(world, change, 25)))
    assert (state_of(change), owed_on(change.customer_id, attempt.invoice_id)) == ("done", 0)


def test_more_than_what_is_owed_is_kept_for_the_client(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    told(world, world.report(attempt, amount=1000))
    assert (state_of(change), credit_balance(change.customer_id, "CAD")) == ("done", 275)


def test_money_of_another_currency_is_not_taken_for_ours(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    with pytest.raises(UnknownPayment):
        told(world, replace(world.report(attempt), money=Money(725, "USD")))
    attempt.refresh_from_db()
    assert (attempt.state, received(), state_of(change)) == ("started", 0, "awaiting_payment")


@pytest.mark.parametrize("key", ["not a key", "01a20000-0000-7000-8000-000000000000"])
def test_a_payment_that_we_never_started_is_unknown(world: World, attempt: Payment, key: str) -> None:
    with pytest.raises(UnknownPayment):
        told(world, replace(world.report(attempt), key=key))


def test_another_gateway_cannot_speak_of_it(world: World, attempt: Payment) -> None:
    with pytest.raises(UnknownPayment):
        settle(world.report(attempt), gateway="another", at=world.now)


# The card it names ----------------------------------------------------------------------------------------


def test_the_card_of_a_second_gateway_is_kept_beside_the_default(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    PaymentMethod.objects.create(
        customer=world.boreale, gateway="another", label="Visa", token="x", is_default=True
    )
    told(world, replace(world.report(attempt), method=SavedMethod("token", "Mastercard", None)))
    kept = PaymentMethod.objects.get(gateway="demo_card")
    assert (kept.is_default, state_of(change)) == (False, "done")


def test_a_card_that_cannot_be_kept_does_not_keep_the_money_out(
    world: World, change: PlanChange, attempt: Payment
) -> None:
    told(world, replace(world.report(attempt), method=SavedMethod("token", "Visa " * 20, None)))
    assert (PaymentMethod.objects.count(), state_of(change)) == (0, "done")


# The call-back --------------------------------------------------------------------------------------------


def call_back(payment: Payment, secret: str = CARD_SECRET, **changed: Any) -> int:
    """The status that the gateway gets for a success it signed with `secret`."""
    body = {
        "report_id": "report-1", "reference": "ref-1", "key": str(payment.id), "state": "succeeded",
        "amount": payment.amount, "currency": "CAD", "occurred_at": real_now().isoformat(), "method": None,
        **changed,
    }  # fmt: skip
    written, instant = json.dumps(body).encode(), int(real_now().timestamp())
    answer = Client().post(
        reverse("gateway_callback", args=["demo_card"]),
        written,
        content_type="application/json",
        headers={
            ID_HEADER: "report-1",
            TIMESTAMP_HEADER: str(instant),
            SIGNATURE_HEADER: signature(secret, instant, "report-1", written),
        },
    )
    return answer.status_code


def test_a_signed_call_back_is_taken_in_however_often_it_comes(
    world: World, card: CardControl, change: PlanChange, attempt: Payment
) -> None:
    assert [call_back(attempt), call_back(attempt)] == [200, 200]
    world.drain()
    assert (received(), state_of(change)) == (1, "done")


def test_a_forged_call_back_is_refused(
    world: World, card: CardControl, change: PlanChange, attempt: Payment
) -> None:
    assert call_back(attempt, secret="guessed") == 400
    assert (received(), state_of(change)) == (0, "awaiting_payment")


def test_a_call_back_of_an_unknown_payment_is_not_found(
    world: World, card: CardControl, attempt: Payment
) -> None:
    assert call_back(attempt, key=str(new_id())) == 404
    assert call_back(attempt, currency="USD") == 404
    assert received() == 0
