"""Adding something to a service: bought once, beside it, and set up by a person when it is paid."""

from datetime import UTC, datetime

import pytest

from palier.books import violations
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.plan_changes.items import close_item
from palier.provisioning.add_addon import AddedAlready, NotAddable, add_addon
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def add(
    world: World, parent: Subscription, plan: str = "backups-daily", cycle: str = "monthly"
) -> Subscription:
    return add_addon(
        parent.customer_id,
        parent.id,
        Configuration(plan, BillingCycle(cycle)),
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )


@pytest.fixture
def web(world: World) -> Subscription:
    return world.subscribe("web-a")


def test_it_is_a_subscription_of_its_own_with_its_own_dates(world: World, web: Subscription) -> None:
    addon = add(world, web, cycle="yearly")
    world.drain()
    assert (addon.addon_of_id, addon.label, addon.price) == (web.id, web.label, 5000)
    period = addon.periods.get()
    assert (period.start_on.isoformat(), period.until_on.isoformat()) == ("2026-11-23", "2027-11-23")
    assert violations() == []


def test_a_second_one_is_the_first(world: World, web: Subscription) -> None:
    addon = add(world, web)
    with pytest.raises(AddedAlready) as known:
        add(world, web, cycle="yearly")
    assert known.value.addon == addon
    assert web.addons.count() == 1


@pytest.mark.parametrize(
    ("plan", "cycle"), [("web-b", "monthly"), ("ssl-dv", "yearly"), ("backups-daily", "quarterly")]
)
def test_what_is_not_sold_beside_it_is_refused(
    world: World, web: Subscription, plan: str, cycle: str
) -> None:
    with pytest.raises(NotAddable):
        add(world, web, plan, cycle)
    assert not web.addons.exists()


def test_nothing_is_added_to_another_product_or_to_what_is_over(world: World, web: Subscription) -> None:
    machine = world.subscribe("vps-1", account="vps")
    with pytest.raises(NotAddable):
        add(world, machine)
    Subscription.objects.filter(id=web.id).update(state="cancelled")
    with pytest.raises(NotAddable):
        add(world, web)


def test_nobody_sets_up_what_is_not_paid(world: World, web: Subscription) -> None:
    add(world, web)
    world.drain()
    assert not WorkItem.objects.exists()


def test_a_person_sets_up_what_is_paid_and_the_client_is_told_once(world: World, web: Subscription) -> None:
    addon = add(world, web)
    world.pay_all(web.customer)
    world.drain()
    item = WorkItem.objects.get()
    assert (item.reason, item.subject_id, item.facts["addon"]) == (
        "set_up_by_hand",
        addon.id,
        "Sauvegardes quotidiennes",
    )
    assert item.promised_by is not None and item.promised_by > NOW
    close_item(item.customer_id, item.id, by=world.dana, at=world.now)
    world.drain()
    told = Notice.objects.filter(kind="addon.set_up", user=world.alice)
    assert [notice.title for notice in told] == [f"Sauvegardes quotidiennes, c’est prêt\u00a0: {addon.label}"]


def test_its_renewal_asks_nobody_again(world: World, web: Subscription) -> None:
    addon = add(world, web)
    world.pay_all(web.customer)
    world.drain()
    item = WorkItem.objects.get()
    close_item(item.customer_id, item.id, by=world.dana, at=world.now)
    world.pass_time(datetime(2026, 12, 24, 15, tzinfo=UTC))
    world.pay_all(web.customer)
    world.drain()
    assert [period.is_paid for period in addon.periods.order_by("start_on")] == [True, True]
    assert WorkItem.objects.count() == 1
