"""Renewal at midnight, paid or not, while a change awaits payment, is applied, waits for a person, is scheduled."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from palier.billing.give_credit import give_credit
from palier.billing.models import CreditNote, Invoice
from palier.books import violations
from palier.core.money import Money
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.advance import after_payment
from palier.plan_changes.by_person import finish_by_person, undo_by_person
from palier.plan_changes.end_subscription import request_end, withdraw
from palier.plan_changes.models import PlanChange
from palier.plan_changes.returned import returned_by_undo
from palier.plan_changes.undo import WorkHasBegun, cancel, expire
from palier.subscriptions.models import Period
from palier.subscriptions.queries import real_periods
from tests.world import World

pytestmark = pytest.mark.django_db

TENTH = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
FOURTEENTH_OF_DECEMBER = date(2026, 12, 14)


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


def owed(world: World) -> list[int]:
    """What is still owed on each invoice, the settled ones left out."""
    invoices = Invoice.objects.filter(customer=world.boreale).order_by("issued_at", "id")
    return [left for invoice in invoices if (left := owed_on(world.boreale.id, invoice.id))]


def alice(world: World) -> Actor:
    return Actor("user", world.alice.id)


def renewal(subscription: object) -> Period:
    return real_periods(subscription.customer_id, subscription.id).get(start_on=FOURTEENTH_OF_DECEMBER)  # type: ignore[attr-defined]


def test_a_subscription_that_ends_at_renewal_is_not_charged_for_the_next_period(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(TENTH)
    assert owed(world) == [1035]
    request_end(
        world.boreale.id, subscription.id, at_renewal=True, reason="", house=world.house, by=alice(world), at=world.now
    )  # fmt: skip
    assert owed(world) == []
    world.pass_time(TENTH + timedelta(days=8))
    subscription.refresh_from_db()
    assert (subscription.state, owed(world)) == ("cancelled", [])


def test_a_client_who_stays_after_all_is_billed_again(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(TENTH)
    request_end(
        world.boreale.id, subscription.id, at_renewal=True, reason="", house=world.house, by=alice(world), at=world.now
    )  # fmt: skip
    withdraw(world.boreale.id, subscription.id, by=alice(world), at=world.now)
    world.pass_time(world.now + timedelta(days=1))
    assert owed(world) == [1035]


@pytest.mark.parametrize("is_paid", [True, False])
def test_cancelling_a_scheduled_downgrade_bills_the_renewal_for_what_is_kept(
    world: World, is_paid: bool
) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    world.pass_time(TENTH)
    if is_paid:
        world.pay_all(world.boreale)
        world.drain()
    cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=alice(world))
    assert owed(world) == [2070 - 1035 if is_paid else 2070]
    assert renewal(subscription).billed_price == 1800


def test_a_scheduled_downgrade_whose_period_has_begun_cannot_be_cancelled(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    world.pass_time(datetime(2026, 12, 15, 15, 0, tzinfo=UTC))
    change.refresh_from_db()
    assert change.state == "scheduled"  # billed at Forfait A, and not paid yet
    with pytest.raises(WorkHasBegun):
        cancel(world.boreale.id, change.id, house=world.house, at=world.now, by=alice(world))


def test_a_renewal_paid_while_an_upgrade_awaits_payment_is_billed_at_the_new_price(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(TENTH)
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.net_due == 120  # 9.00 x 4/30
    period = renewal(subscription)
    world.pay(world.boreale.id, period.invoice_id)
    world.drain()
    world.pay(world.boreale.id, change.invoice_id)
    world.drain()
    change.refresh_from_db()
    assert (change.state, renewal(subscription).billed_price) == ("done", 1800)
    assert owed(world) == [2070 - 1035]  # the renewal at the new price, less what was paid of the old one


def test_a_renewal_paid_before_the_quote_is_part_of_the_due(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(TENTH)
    world.pay_all(world.boreale)
    world.drain()
    change = world.change(subscription, "web-b")
    assert change.net_due == 120 + 900
    assert [line.amount for line in change.invoice.lines.order_by("start_on")] == [120, 900]
    assert renewal(subscription).held_price == 1800
    assert owed(world) == []


def test_a_renewal_paid_while_a_restart_awaits_payment_is_given_back(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(TENTH)
    change = world.accept(subscription, world.offer(subscription, "web-b", "yearly"))
    world.pay(world.boreale.id, renewal(subscription).invoice_id)
    world.drain()
    world.pay(world.boreale.id, change.invoice_id)
    world.drain()
    assert credit_balance(world.boreale.id, "CAD") == 1035


@pytest.mark.parametrize("is_paid", [True, False])
def test_undoing_after_a_renewal_at_the_target_leaves_the_price_of_what_is_kept(
    world: World, is_paid: bool
) -> None:
    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    world.pass_time(datetime(2026, 12, 17, 15, 0, tzinfo=UTC))
    assert owed(world) == [2070]
    if is_paid:
        world.pay_all(world.boreale)
        world.drain()
    undo_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    assert renewal(subscription).billed_price == 900
    if is_paid:
        assert (owed(world), credit_balance(world.boreale.id, "CAD")) == ([], 725 + 2070 - 1035)
    else:
        assert sum(owed(world)) + 0 == 1035 or credit_balance(world.boreale.id, "CAD") == 725


def test_a_change_paid_in_time_does_not_expire_before_its_reaction_runs(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    world.pay(world.boreale.id, change.invoice_id)  # and the worker is down
    expire(world.boreale.id, change.id, house=world.house, at=world.now + timedelta(days=3))
    change.refresh_from_db()
    assert change.state == "awaiting_payment"
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"


def test_a_payment_after_the_time_is_late_even_before_the_change_expires(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    late = world.now + timedelta(days=3)
    world.pay(world.boreale.id, change.invoice_id, at=late)
    after_payment(world.boreale.id, change.id, house=world.house, at=late)
    change.refresh_from_db()
    assert change.state == "awaiting_payment"
    expire(world.boreale.id, change.id, house=world.house, at=late)
    assert PlanChange.objects.get(id=change.id).state == "expired"
    assert credit_balance(world.boreale.id, "CAD") == 725


def test_an_offer_of_a_period_that_is_over_is_outdated(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.pass_time(datetime(2026, 12, 14, 4, 50, tzinfo=UTC))  # 13 December, 23:50 in Québec
    offered = world.offer(subscription, "web-b")
    world.now += timedelta(minutes=20)
    with pytest.raises(QuoteOutdated):
        world.accept(subscription, offered)


def test_a_renewal_unpaid_when_the_change_is_done_gives_its_late_days_back_too(world: World) -> None:
    from palier.plan_changes.finish import finish

    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    world.pass_time(datetime(2026, 12, 17, 15, 0, tzinfo=UTC))
    finish(world.boreale.id, change.id, house=world.house, at=world.now)
    assert sorted(CreditNote.objects.filter(reason="late").values_list("net", flat=True)) == [87, 630]


def test_a_period_paid_ahead_in_another_cycle_is_not_mixed_into_the_due(world: World) -> None:
    subscription = world.subscribe("web-a", "yearly", at=datetime(2025, 12, 1, 15, 0, tzinfo=UTC))
    scheduled = world.change(subscription, "web-a", "monthly")
    assert scheduled.state == "scheduled"
    world.pass_time(datetime(2026, 11, 27, 15, 0, tzinfo=UTC))
    world.pay_all(world.boreale)  # the first month, ahead
    world.drain()
    subscription.refresh_from_db()
    quote = world.offer(subscription, "web-b", "yearly").quote
    assert quote.today.net == 99  # 90.00 x 4/365, for the days left of the year
    assert quote.renewal_on == date(2026, 12, 1)


def test_nothing_scheduled_outlives_what_replaced_it(world: World) -> None:
    subscription = world.subscribe("web-c")
    world.change(subscription, "web-a")
    world.change(subscription, "web-b")
    world.change(subscription, "web-d")
    assert not PlanChange.objects.filter(state="scheduled").exists()


def test_the_promised_hours_count_from_the_payment(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.accept(subscription, world.offer(subscription, "vps-2"))
    world.now = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # Tuesday 18:00
    world.pay(world.boreale.id, change.invoice_id)
    world.drain()
    change.refresh_from_db()
    assert change.promised_by == datetime(2026, 11, 25, 22, 0, tzinfo=UTC)  # Wednesday 17:00


def test_a_renewal_paid_in_part_and_given_back_for_the_rest_is_paid(world: World) -> None:
    """What is left of its invoice was paid from the balance before: the level is held, and can be carried on."""
    subscription = world.subscribe("web-a")
    world.now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    world.panel.set_mode("refuse")
    change = world.accept(subscription, world.offer(subscription, "web-d"))
    assert change.invoice_id is not None
    world.pay(change.customer_id, change.invoice_id)
    world.work_until_done()
    world.pass_time(datetime(2026, 12, 8, 15, tzinfo=UTC))
    give_credit(
        world.boreale.id, Money(5000, "CAD"), reason="a gift", by=Actor("staff", world.dana.id),
        on=world.now.date(), at=world.now,
    )  # fmt: skip
    world.pass_time(datetime(2027, 1, 5, 15, tzinfo=UTC))
    renewal = Period.objects.get(subscription=subscription, start_on=date(2026, 12, 14))
    assert renewal.invoice_id is not None
    assert 0 < owed_on(world.boreale.id, renewal.invoice_id) < 1000
    world.panel.set_mode("ok")
    usage = {"disk": 7578, "bandwidth": 38912, "mailboxes": 4, "databases": 1, "sites": 1}
    done = {"user": "boreale", "plan": "forfait_d", "domain": "ateliers-boreale.example", "usage": usage}
    world.panel.seed(world.panel_limits, [done], overwrite=True)
    finish_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    assert [one.check for one in violations()] == []
    world.drain()
    renewal.refresh_from_db()
    assert (owed_on(world.boreale.id, renewal.invoice_id), renewal.paid_on) == (0, world.now.date())
    assert (renewal.held_price, violations()) == (4800, [])


def test_a_scheduled_change_that_is_set_aside_is_not_cancelled_under_the_one_that_replaces_it(
    world: World,
) -> None:
    web = world.subscribe("web-b")
    down = world.change(web, "web-a", at_renewal=True)
    longer = world.accept(web, world.offer(web, "web-b", "yearly"))
    world.pay(world.boreale.id, longer.invoice_id)
    after_payment(world.boreale.id, longer.id, house=world.house, at=world.now)
    cancel(world.boreale.id, down.id, house=world.house, at=world.now, by=Actor("user", world.alice.id))
    web.refresh_from_db()
    down.refresh_from_db()
    assert (down.state, web.renewal_held) == ("scheduled", True), "the restart goes on holding renewals"
    world.work_until_done()
    down.refresh_from_db()
    assert (down.state, down.reason) == ("cancelled", "replaced")


def test_months_billed_for_a_change_that_cannot_be_done_become_one_year_again(world: World) -> None:
    web = world.subscribe("web-d", "yearly", at=datetime(2025, 12, 10, 15, tzinfo=UTC))
    change = world.change(web, "vps-2", "monthly")
    while world.now < datetime(2027, 1, 20, 15, tzinfo=UTC):
        world.pass_time(world.now + timedelta(days=8))
        world.pay_all(world.boreale)
        world.drain()
    change.refresh_from_db()
    assert change.state == "needs_person"
    # Two months at 78.00 were paid, 89.68 each: they pay a part of the year at 480.00, 551.88.
    assert [(one.paid, one.bill) for one in returned_by_undo(change, world.house, world.now).periods] == [
        (8968, 55188), (8968, 46220),
    ]  # fmt: skip
    undo_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    year = real_periods(world.boreale.id, web.id).get(start_on=date(2026, 12, 10))
    assert (year.until_on, year.paid_on) == (date(2027, 12, 10), None)
    assert (owed(world), credit_balance(world.boreale.id, "CAD")) == ([55188 - 2 * 8968], 0)
