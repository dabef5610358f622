"""The founding document, from end to end: the money of docs/explanation/money, on a real panel."""

from datetime import UTC, date, datetime

import pytest

from palier.billing.models import Invoice
from palier.ledger.queries import credit_balance, owed_on
from palier.subscriptions.models import Period
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_client_pays_the_difference_and_the_panel_confirms(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.change(subscription, "web-b")
    assert change.state == "done"
    assert world.panel.account("boreale")["plan"] == "forfait_b"
    assert world.panel.count("boreale") == 1
    invoice = Invoice.objects.get(id=change.invoice_id)
    assert (invoice.net, [tax["amount"] for tax in invoice.taxes], invoice.total) == (630, [32, 63], 725)
    assert (subscription.plan_id, subscription.price) == ("web-b", 1800)
    period = Period.objects.get(subscription=subscription)
    assert (period.held_price, period.until_on) == (1800, date(2026, 12, 14))


def test_down_and_up_again_costs_nothing_within_the_period(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.change(subscription, "web-b")
    world.now = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    to_c = world.change(subscription, "web-c")
    assert to_c.net_due == 520  # (30.00 - 18.00) x 13/30
    world.now = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
    down = world.change(subscription, "web-a", at_renewal=False)
    assert (down.state, down.invoice_id, subscription.price) == ("done", None, 900)
    world.now = datetime(2026, 12, 5, 15, 0, tzinfo=UTC)
    up = world.change(subscription, "web-c")
    assert (up.state, up.net_due, up.invoice_id) == ("done", 0, None)
    assert world.panel.account("boreale")["plan"] == "forfait_c"
    assert credit_balance(world.boreale.id, "CAD") == 0


def test_a_downgrade_at_renewal_is_billed_by_the_renewal_and_done_on_its_day(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    assert (change.state, subscription.upcoming.plan) == ("scheduled", "web-a")
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    renewal = Invoice.objects.get(subject_kind="period", issued_on__gt=date(2026, 12, 1))
    assert (renewal.net, owed_on(renewal.customer_id, renewal.id)) == (900, renewal.total)
    world.pay_all(world.boreale)
    world.drain()
    change.refresh_from_db()
    assert change.state == "scheduled"
    world.pass_time(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    change.refresh_from_db()
    subscription.refresh_from_db()
    assert (change.state, subscription.plan_id) == ("done", "web-a")
    assert world.panel.account("boreale")["plan"] == "forfait_a"


def test_a_longer_cycle_restarts_today_and_carries_what_was_paid(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.change(subscription, "web-b", "yearly")
    assert change.state == "done"
    assert change.net_due == 18000 - 630
    old, new = Period.objects.filter(subscription=subscription).order_by("start_on")
    assert (old.until_on, new.start_on, new.until_on) == (
        date(2026, 11, 23),
        date(2026, 11, 23),
        date(2027, 11, 23),
    )
    assert (new.held_price, new.carried_in) == (18000, 630)


def test_a_panel_that_lies_puts_the_change_in_a_persons_queue(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    assert (change.state, change.reason) == ("needs_person", "panel_did_nothing")
    assert change.promised_by is not None
    assert subscription.plan_id == "web-a"


def test_a_level_that_does_not_fit_is_refused_before_money_moves(world: World) -> None:
    subscription = world.subscribe("web-b", usage={"disk": 12_698})
    obstacles = world.offer(subscription, "web-a").quote.obstacles
    assert [(found.code, found.resource, found.excess) for found in obstacles] == [
        ("does_not_fit", "disk", 2458)
    ]


def test_a_path_that_needs_a_person_promises_a_time(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    assert (change.state, change.reason) == ("needs_person", "path_needs_person")
    assert change.promised_by == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
