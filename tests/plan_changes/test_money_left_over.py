"""What a restart leaves over, and what a move down gives back, under each value of their policies: to the last row."""

from datetime import UTC, date, datetime

import pytest

from palier.billing.models import CreditNote, Invoice
from palier.books import violations
from palier.catalog import models
from palier.core.proration import PaidPeriod
from palier.ledger.queries import credit_balance
from palier.plan_changes.end_subscription import end_at_once
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.plan_changes.rules import count_up, set_policies
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(world: World) -> Subscription:
    """Charlie has Forfait D at 48.00 until 14 December: on 23 November 33.60 are left. A year of A costs 20.00."""
    models.Price.objects.filter(key="plan:web-a:yearly").update(amount=2000)
    count_up()
    return world.subscribe("web-d", customer=world.stranger, label="charlie.example", account="charlie")


def restarted(world: World, subscription: Subscription, leftover: str) -> PlanChange:
    set_policies(leftover=leftover, downgrade_when="now")
    return world.change(subscription, "web-a", "yearly")


def year_of(subscription: Subscription) -> PaidPeriod:
    return subscription.periods.get(start_on=date(2026, 11, 23)).held


def notes(customer_id: object) -> list[tuple[str, int, int]]:
    return [(n.reason, n.net, n.total) for n in CreditNote.objects.filter(customer_id=customer_id)]


def test_at_renewal_nothing_is_carried_and_the_year_begins_when_the_month_is_over(
    world: World, subscription: Subscription
) -> None:
    change = restarted(world, subscription, "at_renewal")
    assert (change.state, change.takes_effect_on, change.invoice_id) == (
        "scheduled",
        date(2026, 12, 14),
        None,
    )
    assert notes(subscription.customer_id) == []
    world.pass_time(datetime(2026, 12, 14, 15, tzinfo=UTC))
    world.pay_all(world.stranger)
    world.drain()
    subscription.refresh_from_db()
    assert (subscription.plan_id, subscription.cycle) == ("web-a", "yearly")
    assert Invoice.objects.latest("issued_at").net == 2000
    assert violations() == []


def test_forfeit_keeps_it(world: World, subscription: Subscription) -> None:
    change = restarted(world, subscription, "forfeit")
    assert (change.state, change.net_due, change.invoice_id) == ("done", 0, None)
    assert year_of(subscription) == PaidPeriod(date(2026, 11, 23), date(2027, 11, 23), 365, 2000, 2000)
    assert (notes(subscription.customer_id), credit_balance(subscription.customer_id, "CAD")) == ([], 0)
    assert violations() == []


def test_credit_balance_gives_it_back_with_its_taxes(world: World, subscription: Subscription) -> None:
    restarted(world, subscription, "credit_balance")
    # 33.60 - 20.00 = 13.60, TPS 0.68, TVQ 1.36.
    assert notes(subscription.customer_id) == [("returned", 1360, 1564)]
    assert credit_balance(subscription.customer_id, "CAD") == 1564
    assert year_of(subscription).until_on == date(2027, 11, 23)
    assert violations() == []


def test_extend_buys_whole_days_and_counts_the_next_years_from_their_end(
    world: World, subscription: Subscription
) -> None:
    restarted(world, subscription, "extend")
    # 13.60 x 365 / 20.00 = 248.2: 248 days after 23 November 2027.
    assert year_of(subscription) == PaidPeriod(date(2026, 11, 23), date(2028, 7, 28), 365, 2000, 2000)
    assert subscription.anchor_on == date(2028, 7, 28)
    assert notes(subscription.customer_id) == []
    assert violations() == []


def test_what_extended_a_period_is_in_it_and_comes_back_when_it_ends_at_once(
    world: World, subscription: Subscription
) -> None:
    restarted(world, subscription, "extend")
    # 613 days at 20.00 for 365 are 33.59: all of it was paid with the month of Forfait D.
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    assert found.carried_at_most == 3359
    ended = end_at_once(subscription.customer_id, subscription.id, house=world.house, at=world.now)
    assert ended.settlement.explained.unused == 3359
    assert not ended.settlement.explained.is_held_down


@pytest.mark.parametrize(
    ("refund", "given_back", "held"),
    [("none", [], 4800), ("credit_balance", [("returned", 2100, 2415)], 1800)],
)
def test_a_move_down_now_gives_back_what_the_policy_says(
    world: World, subscription: Subscription, refund: str, given_back: list[object], held: int
) -> None:
    # (48.00 - 18.00) x 21/30 = 21.00, TPS 1.05, TVQ 2.10: the share of what the month was billed.
    set_policies(refund=refund, downgrade_when="now")
    world.change(subscription, "web-b")
    assert notes(subscription.customer_id) == given_back
    assert credit_balance(subscription.customer_id, "CAD") == sum(note[2] for note in given_back)  # type: ignore[index]
    [period] = subscription.periods.all()
    assert (period.held_price, period.paid_price) == (held, held)
    back_up = world.offer(subscription, "web-d").quote
    assert back_up.today.net == (4800 - held) * 21 // 30
    assert violations() == []


@pytest.mark.parametrize(
    ("cycle_change", "is_put_off", "due"), [("restart_today", False, 26_640), ("at_renewal", True, 0)]
)
def test_a_longer_cycle_begins_when_the_policy_says(
    world: World, subscription: Subscription, cycle_change: str, is_put_off: bool, due: int
) -> None:
    set_policies(cycle_change=cycle_change)
    quote = world.offer(subscription, "web-c", "yearly").quote
    assert (quote.at_renewal, quote.restarts) == (is_put_off, not is_put_off)
    assert quote.today.net == due
