"""A higher level is set up once: charged then, held by no period, carried by none, credited when it is undone."""

from datetime import timedelta

import pytest

from palier.billing.models import CreditNoteLine, InvoiceLine
from palier.books import violations
from palier.ledger.queries import credit_balance
from palier.plan_changes.by_person import retry, undo_by_person
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.plan_changes.rules import set_policies, set_setup_fee
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(world: World) -> Subscription:
    set_policies(setup_fee="charge", downgrade_when="now")
    set_setup_fee("web-a", 300)
    set_setup_fee("web-b", 500)
    return world.subscribe("web-a")


def lines_of(change: PlanChange) -> list[tuple[str, int, object]]:
    found = InvoiceLine.objects.filter(invoice=change.invoice).order_by("id")
    return [(line.code, line.amount, line.start_on) for line in found]


def test_it_is_charged_beside_the_difference_and_is_of_no_period(
    world: World, subscription: Subscription
) -> None:
    change = world.change(subscription, "web-b")
    assert (change.state, change.net_due, change.invoice.net) == ("done", 630, 1130)  # type: ignore[union-attr]
    assert lines_of(change)[1] == ("setup_fee", 500, None)
    [period] = subscription.periods.all()
    assert (period.held_price, period.paid_price) == (1800, 1800)
    assert violations() == []


def test_nothing_carries_it(world: World, subscription: Subscription) -> None:
    world.change(subscription, "web-b")
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    assert found.carried_at_most == 900 + 630


def test_coming_back_charges_it_no_second_time(world: World, subscription: Subscription) -> None:
    world.change(subscription, "web-b")
    world.change(subscription, "web-a")
    back = world.change(subscription, "web-b")
    assert (back.state, back.invoice_id) == ("done", None)
    assert subscription.set_up == {"plan:web-a": 1, "plan:web-b": 1}


def test_a_lower_level_charges_none(world: World) -> None:
    set_policies(setup_fee="charge", downgrade_when="now")
    set_setup_fee("web-a", 300)
    assert world.offer(world.subscribe("web-b"), "web-a").quote.lines == ()


def test_delivered_late_it_is_not_given_back(world: World, subscription: Subscription) -> None:
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=3))
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    assert credit_balance(change.customer_id, "CAD") == 90 + 5 + 9  # 6.30 less 5.40, and its taxes
    assert violations() == []


def test_undone_it_is_credited_apart_and_the_period_keeps_its_own(
    world: World, subscription: Subscription
) -> None:
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    undo_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    notes = CreditNoteLine.objects.filter(credit_note__invoice=change.invoice).order_by("id")
    assert [(line.amount, line.start_on is None) for line in notes] == [(630, False), (500, True)]
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    assert found.carried_at_most == 900
    subscription.refresh_from_db()
    assert subscription.set_up == {"plan:web-a": 1}
    assert violations() == []
