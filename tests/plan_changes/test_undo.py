"""Taking a change back: expired, cancelled, reversed."""

from datetime import date, timedelta

import pytest

from palier.billing.models import CreditNote, Invoice, Payment
from palier.billing.settle import settle
from palier.books import violations
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.by_person import take_change, undo_by_person
from palier.plan_changes.undo import WorkHasBegun, cancel, expire
from tests.plan_changes.rules import set_policies
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None):  # type: ignore[no-untyped-def]
    yield
    assert violations() == []


def unpaid(world: World):  # type: ignore[no-untyped-def]
    subscription = world.subscribe()
    return subscription, world.accept(subscription, world.offer(subscription, "web-b"))


def test_an_unpaid_change_expires_and_its_invoice_is_credited(world: World) -> None:
    _, change = unpaid(world)
    world.pass_time(world.now + timedelta(days=2))
    change.refresh_from_db()
    assert (change.state, change.reason) == ("expired", "unpaid")
    assert owed_on(world.boreale.id, change.invoice_id) == 0
    assert CreditNote.objects.get(invoice_id=change.invoice_id).total == 725


def test_it_does_not_expire_before_its_time(world: World) -> None:
    _, change = unpaid(world)
    expire(world.boreale.id, change.id, house=world.house, at=world.now + timedelta(hours=10))
    change.refresh_from_db()
    assert change.state == "awaiting_payment"


@pytest.mark.parametrize(
    ("policies", "last_day"),
    [
        ({}, date(2026, 11, 24)),
        ({"unpaid_expires_days": 3}, date(2026, 11, 26)),
        ({"unpaid_expires_days": 60}, None),
    ],
)
def test_it_may_be_paid_until_the_end_of_the_day_that_the_policy_says_never_past_the_period(
    world: World, policies: dict[str, int], last_day: date | None
) -> None:
    set_policies(**policies)
    _, change = unpaid(world)
    end = change.expires_at.astimezone(world.house.provider.zone)
    # 14 December is the first day of the next period.
    assert end.date() == (last_day + timedelta(days=1) if last_day else date(2026, 12, 14))
    assert (end.hour, end.minute) == (0, 0)


def test_a_payment_that_comes_after_all_goes_to_the_credit_balance(world: World) -> None:
    _, change = unpaid(world)
    payment = Payment.objects.create(
        customer_id=world.boreale.id, invoice_id=change.invoice_id, gateway="demo_card", amount=725, currency="CAD",
        state="started", started_at=world.now,
    )  # fmt: skip
    world.pass_time(world.now + timedelta(days=2))
    payment.refresh_from_db()
    assert payment.state == "abandoned"
    settle(world.report(payment), gateway="demo_card", at=world.now)
    world.drain()
    change.refresh_from_db()
    assert (change.state, credit_balance(world.boreale.id, "CAD")) == ("expired", 725)


def test_the_credit_it_used_comes_back_when_it_expires(world: World) -> None:
    from tests.plan_changes.test_accept import give_credit

    give_credit(world, 340)
    unpaid(world)
    world.pass_time(world.now + timedelta(days=2))
    assert credit_balance(world.boreale.id, "CAD") == 340


def test_the_client_may_cancel_before_paying(world: World) -> None:
    _, change = unpaid(world)
    ended = cancel(
        world.boreale.id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id)
    )
    assert (ended.state, ended.reason) == ("cancelled", "by_client")
    assert owed_on(world.boreale.id, change.invoice_id) == 0


def test_the_client_may_cancel_a_paid_change_until_a_person_takes_it(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    paid = Invoice.objects.get(id=change.invoice_id).total
    ended = cancel(
        world.boreale.id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id)
    )
    assert ended.state == "reversed"
    assert credit_balance(world.boreale.id, "CAD") == paid
    subscription.refresh_from_db()
    assert subscription.upcoming.plan == "web-d"


def test_once_a_person_has_it_the_client_cannot_cancel(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    take_change(world.boreale.id, change.id, by=world.dana, at=world.now)
    with pytest.raises(WorkHasBegun):
        cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))


def test_what_cannot_be_done_is_given_back_in_full(world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    assert (change.state, change.reason) == ("needs_person", "panel_refused")
    undo_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    change.refresh_from_db()
    subscription.refresh_from_db()
    assert (change.state, subscription.plan_id) == ("reversed", "web-a")
    assert credit_balance(world.boreale.id, "CAD") == 725


def test_cancelling_a_scheduled_change_bills_the_current_plan_again(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    world.pass_time(world.now + timedelta(days=16))  # the renewal is billed at Forfait A
    cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    renewal = Invoice.objects.filter(subject_kind="period").latest("issued_at")
    assert (renewal.net, owed_on(world.boreale.id, renewal.id)) == (1800, renewal.total)
    assert sum(owed_on(world.boreale.id, invoice.id) for invoice in Invoice.objects.all()) == renewal.total
