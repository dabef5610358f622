"""What a change of plan, or the end of the service, makes of its add-ons: what was read is what happens."""

from datetime import UTC, date, datetime

import pytest

from palier.billing.models import CreditNote, Invoice
from palier.books import violations
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.notices.models import Notice
from palier.plan_changes.by_person import finish_by_person
from palier.plan_changes.end_subscription import end_at_once, request_end
from palier.plan_changes.end_unpaid import end_unpaid
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from palier.provisioning.add_addon import NotAddable, add_addon
from palier.provisioning.apply_catalogue import apply_document
from palier.subscriptions.models import Subscription
from palier.subscriptions.next_renewal import next_renewal
from palier.work.models import WorkItem
from tests.catalogs.files import demo
from tests.world import World

pytestmark = pytest.mark.django_db


def backed_up(world: World, plan: str = "web-d", cycle: str = "monthly") -> tuple[Subscription, Subscription]:
    """A service, and its add-on paid today, on 23 November."""
    web = world.subscribe(plan)
    addon = add(world, web, cycle)
    world.pay_all(world.boreale)
    world.drain()
    return web, addon


def add(world: World, web: Subscription, cycle: str = "monthly") -> Subscription:
    """Backups, not paid yet."""
    addon = add_addon(
        web.customer_id,
        web.id,
        Configuration("backups-daily", BillingCycle(cycle)),
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )
    world.drain()
    return addon


def ask_to_end(world: World, web: Subscription, *, at_renewal: bool, promise: str | None = None) -> None:
    request_end(
        web.customer_id,
        web.id,
        at_renewal=at_renewal,
        reason="",
        promise=promise,
        house=world.house,
        by=Actor("user", world.alice.id),
        at=world.now,
    )


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
    ask_to_end(world, web, at_renewal=True)
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
    ask_to_end(world, web, at_renewal=False, promise=found.promise)
    addon.refresh_from_db()
    assert addon.state == "cancelled"
    assert CreditNote.objects.filter(lines__subscription_id=addon.id).exists() == bool(back)
    assert credit_balance(web.customer_id, "CAD") >= 0
    assert violations() == []


def owed_for(addon: Subscription) -> int:
    return sum(
        owed_on(addon.customer_id, invoice.id)
        for invoice in Invoice.objects.filter(lines__subscription_id=addon.id).distinct()
    )


def test_one_that_costs_nothing_is_set_up_too(world: World) -> None:
    apply_document(demo(("monthly: {CAD: 5.00}", "monthly: {CAD: 0}")), world.now)
    addon = add(world, world.subscribe("web-a"))
    assert WorkItem.objects.filter(subject_kind="addon", subject_id=addon.id).count() == 1


def test_one_that_is_converted_before_it_is_paid_is_owed_for_the_days_it_served(world: World) -> None:
    web = world.subscribe("web-d")
    addon = add(world, web)
    change = world.change(web, "vps-2")
    world.now = datetime(2026, 12, 8, 15, tzinfo=UTC)
    by_hand(world, change)
    assert owed_for(addon) == 287  # 15 of its 30 days are left: 5.75 less 2.50, 0.13 and 0.25
    assert violations() == []


def test_one_that_nobody_paid_is_owed_for_the_days_it_served_when_its_service_ends_unpaid(
    world: World,
) -> None:
    web = world.subscribe("web-a")
    addon = add(world, web)
    world.now = datetime(2026, 12, 8, 15, tzinfo=UTC)
    end_unpaid(web.customer_id, web.id, house=world.house, at=world.now)
    world.drain()
    assert owed_for(addon) == 287
    assert violations() == []


def test_none_is_billed_beyond_the_end_of_its_service(world: World) -> None:
    web = world.subscribe("web-a", "yearly")
    world.now = datetime(2027, 10, 14, 15, tzinfo=UTC)
    addon = add(world, web)
    world.pay_all(world.boreale)
    world.drain()
    assert next_renewal(addon, house=world.house, on=date(2027, 10, 14)) is not None
    ask_to_end(world, web, at_renewal=True)  # on 14 November, with the add-on's first month
    world.pass_time(datetime(2027, 11, 13, 15, tzinfo=UTC))
    assert next_renewal(addon, house=world.house, on=date(2027, 11, 13)) is None
    assert addon.periods.count() == 1
    with pytest.raises(NotAddable):
        add(world, web)


#: A second level of backups, which people make of the first.
TWO_LEVELS = (
    ("          yearly: {CAD: 50.00}\n",
     "          yearly: {CAD: 50.00}\n"
     "      backups-hourly:\n"
     "        rank: 2\n"
     "        name: {fr: Sauvegardes horaires, en: Hourly Backups}\n"
     "        prices:\n"
     "          monthly: {CAD: 15.00}\n"),
    ("  - between: [vps]\n",
     "  - between: [backups]\n"
     "    needs_person: {reason: {fr: À la main, en: By hand}, working_hours: 4}\n"
     "  - between: [vps]\n"),
)  # fmt: skip


@pytest.mark.parametrize("how", ["at once", "at renewal", "unpaid", "converted"])
def test_a_change_of_its_own_that_is_under_way_is_undone_and_given_back(world: World, how: str) -> None:
    apply_document(demo(*TWO_LEVELS), world.now)
    web, addon = backed_up(world)
    own = world.change(addon, "backups-hourly")
    assert (own.state, own.quote["due_now"]) == ("needs_person", 1150)
    if how == "at once":
        found = end_at_once(web.customer_id, web.id, house=world.house, at=world.now)
        assert found.returned_beside == 1150
        ask_to_end(world, web, at_renewal=False, promise=found.promise)
    elif how == "at renewal":
        ask_to_end(world, web, at_renewal=True)
        world.pass_time(datetime(2026, 12, 14, 15, tzinfo=UTC))
    elif how == "unpaid":
        end_unpaid(web.customer_id, web.id, house=world.house, at=world.now)
    else:
        by_hand(world, world.change(web, "vps-2"))
    world.drain()
    own.refresh_from_db()
    addon.refresh_from_db()
    assert (own.state, own.reason, addon.state) == ("reversed", "service_ended", "cancelled")
    # The month at 5.00 that was paid today comes back from the new level, and where no day of it is served: 5.75.
    assert credit_balance(web.customer_id, "CAD") == 1150 + (575 if how in ("converted", "unpaid") else 0)
    assert violations() == []
