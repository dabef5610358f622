"""What a change of plan, or the end of the service, makes of its add-ons: what was read is what happens."""

from datetime import UTC, date, datetime

import pytest

from palier.billing.models import CreditNote
from palier.books import violations
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.events.record import Actor
from palier.ledger.queries import credit_balance
from palier.notices.models import Notice
from palier.plan_changes.by_person import finish_by_person
from palier.plan_changes.end_subscription import end_at_once, request_end
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from palier.provisioning.add_addon import add_addon
from palier.provisioning.apply_catalogue import apply_document
from palier.subscriptions.models import Subscription
from tests.catalogs.files import demo
from tests.world import World

pytestmark = pytest.mark.django_db


def backed_up(world: World, plan: str = "web-d", cycle: str = "monthly") -> tuple[Subscription, Subscription]:
    """A service, and its add-on paid today, on 23 November."""
    web = world.subscribe(plan)
    addon = add_addon(
        web.customer_id,
        web.id,
        Configuration("backups-daily", BillingCycle(cycle)),
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )
    world.drain()
    world.pay_all(world.boreale)
    world.drain()
    return web, addon


def by_hand(world: World, change: PlanChange) -> None:
    finish_by_person(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()


def test_one_that_is_kept_stays_with_its_own_dates(world: World) -> None:
    web, addon = backed_up(world, "web-a")
    change = world.change(web, "web-c")
    addon.refresh_from_db()
    assert (change.state, addon.state) == ("done", "active")
    assert addon.periods.get().until_on == date(2026, 12, 23)
    assert violations() == []


def test_one_that_is_part_of_the_new_level_ends_when_the_change_is_done_and_gives_back_its_days(
    world: World,
) -> None:
    web, addon = backed_up(world)
    world.now = datetime(2026, 11, 26, 15, tzinfo=UTC)
    change = world.change(web, "vps-2")
    assert [outcome["returned"] for outcome in change.quote["addons"]] == [450]  # 5.00 x 27/30
    addon.refresh_from_db()
    assert (change.state, addon.state) == ("needs_person", "active"), "paid is not done"
    world.now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    by_hand(world, change)
    addon.refresh_from_db()
    assert (addon.state, addon.ended_on) == ("cancelled", date(2026, 12, 2))
    note = CreditNote.objects.get(lines__subscription_id=addon.id)
    assert (note.net, note.total) == (350, 403)  # 21 of 30 days are left when it is done: 3.50, 0.18 and 0.35
    told = Notice.objects.get(kind="subscription.cancelled", user=world.alice)
    assert "compris dans votre nouveau niveau" in told.text
    assert violations() == []


def test_one_that_ends_gives_back_what_the_refund_policy_says(world: World) -> None:
    without = ("    addons: {backups: convert}\n", "")
    apply_document(demo(without), world.now)
    web, addon = backed_up(world)
    change = world.change(web, "vps-2")
    assert change.quote["addons"][0]["fate"] == "end"
    by_hand(world, change)
    addon.refresh_from_db()
    assert addon.state == "cancelled"
    assert not CreditNote.objects.filter(lines__subscription_id=addon.id).exists()
    told = Notice.objects.get(kind="subscription.cancelled", user=world.alice)
    assert "avec le changement de niveau" in told.text
    assert violations() == []


def test_a_change_that_is_undone_leaves_it_as_it_was(world: World) -> None:
    web, addon = backed_up(world)
    change = world.change(web, "vps-2")
    undo(
        change.customer_id,
        change.id,
        reason="cannot_be_done",
        house=world.house,
        at=world.now,
        by=Actor("staff", world.dana.id),
    )
    addon.refresh_from_db()
    assert (addon.state, addon.periods.get().until_on) == ("active", date(2026, 12, 23))
    assert violations() == []


def test_its_renewal_that_was_billed_meanwhile_is_credited_with_it(world: World) -> None:
    web, addon = backed_up(world)
    world.now = datetime(2026, 12, 10, 15, tzinfo=UTC)
    change = world.change(web, "vps-2")
    world.pass_time(datetime(2026, 12, 18, 15, tzinfo=UTC))
    assert addon.periods.count() == 2
    by_hand(world, change)
    owed = addon.periods.get(start_on=date(2026, 12, 23))
    assert owed.until_on == owed.start_on
    assert violations() == []


def test_the_end_of_a_service_ends_what_was_added_to_it(world: World) -> None:
    web, addon = backed_up(world)
    request_end(
        web.customer_id,
        web.id,
        at_renewal=True,
        reason="",
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )
    world.pass_time(datetime(2026, 12, 14, 15, tzinfo=UTC))
    addon.refresh_from_db()
    assert (addon.state, addon.ended_on) == ("cancelled", date(2026, 12, 14))
    assert violations() == []


@pytest.mark.parametrize(("kind", "back"), [("business", 0), ("consumer", 450)])
def test_at_once_the_law_of_the_customer_gives_back_of_the_add_on_too(
    world: World, kind: str, back: int
) -> None:
    web, addon = backed_up(world)
    world.boreale.kind = kind
    world.boreale.save()
    found = end_at_once(web.customer_id, web.id, house=world.house, at=world.now)
    ((_, of_addon),) = found.addons
    # Bought today: 5.00, of which the host keeps a tenth; with its taxes.
    assert sum(one.net for one in of_addon.given) == (450 if back else 0)
    request_end(
        web.customer_id,
        web.id,
        at_renewal=False,
        reason="",
        promise=found.promise,
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )
    addon.refresh_from_db()
    assert addon.state == "cancelled"
    assert CreditNote.objects.filter(lines__subscription_id=addon.id).exists() == bool(back)
    assert credit_balance(web.customer_id, "CAD") >= 0
    assert violations() == []
