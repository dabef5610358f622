"""Which invoice lines a restarted period has: one done late begins the day it works and its lines keep the day of the
quote; one on the first day of a period shares that day with the lines of the old one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from palier.books import violations
from palier.plan_changes.by_person import retry
from palier.plan_changes.end_subscription import end_at_once
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def restarted_late(world: World) -> Subscription:
    """Charlie took Forfait B for a year on 23 November; it worked on the 26th."""
    subscription = world.subscribe(
        "web-a", customer=world.stranger, label="charlie.example", account="charlie"
    )
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b", "yearly")
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=3))
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    assert PlanChange.objects.get().state == "done"
    subscription.refresh_from_db()
    return subscription


def test_what_a_later_upgrade_cost_is_held_by_that_period(world: World, restarted_late: Subscription) -> None:
    [period] = [one for one in restarted_late.periods.all() if one.until_on > date(2026, 12, 14)]
    assert (period.billed_from_on, period.start_on) == (date(2026, 11, 23), date(2026, 11, 26))
    before = situation(world.stranger.id, restarted_late.id, world.now, house=world.house).carried_at_most
    change = world.change(restarted_late, "web-c")
    after = situation(world.stranger.id, restarted_late.id, world.now, house=world.house).carried_at_most
    assert after - before == change.net_due > 0
    assert violations() == []


def test_what_a_later_upgrade_cost_comes_back_when_it_ends_at_once(
    world: World, restarted_late: Subscription
) -> None:
    world.change(restarted_late, "web-c")
    found = end_at_once(world.stranger.id, restarted_late.id, house=world.house, at=world.now)
    # On its first day the whole year is left: 180.00 of Forfait B, and 120.00 more for Forfait C.
    assert found.settlement.explained.unused == restarted_late.price == 30_000
    assert not found.settlement.explained.is_held_down


def test_on_the_first_day_of_a_period_what_was_paid_for_it_is_counted_once(world: World) -> None:
    subscription = world.subscribe(
        "web-a", customer=world.stranger, label="charlie.example", account="charlie"
    )
    world.pass_time(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    world.pay_all(world.stranger)
    world.drain()
    change = world.change(subscription, "web-b", "yearly")
    assert (change.state, change.net_due) == ("done", 18_000 - 900)
    found = situation(world.stranger.id, subscription.id, world.now, house=world.house)
    assert found.carried_at_most == 18_000, "171.00 of its own, and 9.00 of the month that had just begun"
    ended = end_at_once(world.stranger.id, subscription.id, house=world.house, at=world.now)
    assert sum(given.net for given in ended.settlement.given) == 18_000 - 1_800
    assert date(2026, 11, 14) not in {given.invoice.issued_on for given in ended.settlement.given}
    assert violations() == []
