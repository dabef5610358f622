"""Agreed prices move at a renewal, after the notice of the customer's law; who was told of a rise may leave freely."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from palier.billing.models import Invoice
from palier.books import violations
from palier.entrypoints.cli.main import main
from palier.events.models import Event
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.people.models import Customer
from palier.plan_changes.by_person import finish_by_person
from palier.plan_changes.end_subscription import request_end
from palier.provisioning.apply_catalogue import apply_document
from palier.subscriptions.models import Subscription
from palier.subscriptions.reprice import PriceChange, reprice
from tests.catalogs.files import demo
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


def bought(world: World, customer: Customer, cycle: str = "monthly") -> Subscription:
    return world.subscribe("web-a", cycle, customer=customer, label="a.example", account="a")


def dearer(world: World) -> None:
    apply_document(demo(("monthly: {CAD: 9.00}", "monthly: {CAD: 10.00}")), world.now)


def repriced(world: World, subscription: Subscription, from_on: date | None = None) -> PriceChange | None:
    return reprice(
        subscription.customer_id,
        subscription.id,
        from_on or world.now.date(),
        house=world.house,
        at=world.now,
    )


def nets(customer: Customer) -> list[int]:
    invoices = Invoice.objects.filter(customer=customer).order_by("issued_at", "id")
    return [invoice.net for invoice in invoices]


def live_until(world: World, at: datetime, customer: Customer) -> None:
    while world.now < at:
        world.pass_time(min(at, world.now + timedelta(days=1)))
        world.pay_all(customer)
        world.drain()


def test_a_business_pays_it_from_the_next_renewal_on(world: World) -> None:
    subscription = bought(world, world.boreale)
    dearer(world)
    change = repriced(world, subscription)
    assert change and (change.from_on, change.before, change.after) == (date(2026, 12, 14), 900, 1000)
    live_until(world, datetime(2027, 1, 20, 15, 0, tzinfo=UTC), world.boreale)
    assert nets(world.boreale) == [900, 1000, 1000]
    subscription.refresh_from_db()
    assert (subscription.price, subscription.price_changes_to) == (1000, None)
    assert Event.objects.filter(kind="subscription.price_changed").count() == 1


def test_a_consumer_in_quebec_has_thirty_days_of_notice(world: World) -> None:
    subscription = bought(world, world.stranger)
    dearer(world)
    change = repriced(world, subscription)
    assert change and change.from_on == date(2027, 1, 14)  # 14 December is 21 days away
    live_until(world, datetime(2027, 1, 20, 15, 0, tzinfo=UTC), world.stranger)
    assert nets(world.stranger) == [900, 900, 1000]
    [notice] = Notice.objects.filter(kind="subscription.price_change_announced")
    assert notice.title == "New price on January 14, 2027: Plan A, a.example"
    assert "$9.00 per month, before taxes" in notice.text and "$10.00 per month" in notice.text
    assert "until February 13, 2027" in notice.text


def test_it_begins_no_earlier_than_the_host_wants(world: World) -> None:
    subscription = bought(world, world.boreale)
    dearer(world)
    change = repriced(world, subscription, date(2027, 3, 1))
    assert change and change.from_on == date(2027, 3, 14)


def test_it_is_told_once_and_only_where_prices_differ(world: World) -> None:
    subscription = bought(world, world.boreale)
    assert repriced(world, subscription) is None
    dearer(world)
    assert repriced(world, subscription) is not None
    assert repriced(world, subscription) is None
    assert Event.objects.filter(kind="subscription.price_change_announced").count() == 1


@pytest.mark.parametrize(("is_told", "indemnity"), [(True, 0), (False, 63)])
def test_who_was_told_of_a_rise_leaves_without_indemnity(world: World, is_told: bool, indemnity: int) -> None:
    subscription = bought(world, world.stranger)
    if is_told:
        dearer(world)
        repriced(world, subscription)
    request = request_end(
        subscription.customer_id, subscription.id, at_renewal=False, reason="", house=world.house,
        by=Actor("user", world.charlie.id), at=world.now,
    )  # fmt: skip
    assert (request.settlement["unused"], request.settlement["indemnity"]) == (630, indemnity)


def test_a_change_of_plan_before_it_has_its_own_prices(world: World) -> None:
    subscription = bought(world, world.boreale)
    dearer(world)
    repriced(world, subscription)
    world.change(subscription, "web-b")
    live_until(world, datetime(2026, 12, 20, 15, 0, tzinfo=UTC), world.boreale)
    assert nets(world.boreale) == [900, 630, 1800]


def test_the_command_tells_nobody_when_it_is_dry(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    bought(world, world.boreale)
    dearer(world)
    assert main(["reprice", "web", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "1 of 1 subscriptions would be told" in said and "from 2026-12-14: 1" in said
    assert Event.objects.filter(kind="subscription.price_change_announced").count() == 0
    assert main(["reprice", "web"]) == 0
    assert "1 of 1 subscriptions were told" in capsys.readouterr().out
    assert main(["reprice", "wob"]) == 1


def test_a_change_meanwhile_is_quoted_with_the_renewal_that_will_be_billed(world: World) -> None:
    subscription = bought(world, world.boreale)
    dearer(world)
    repriced(world, subscription)
    offered = world.offer(subscription, "web-a", options=(("dedicated-ip", 1),))
    # Today's price for today's days; from 14 December the plan is at 10.00, a dollar more.
    assert offered.quote.renewal.net == offered.quote.price + 100
    change = world.change(subscription, "web-a", options=(("dedicated-ip", 1),))
    finish_by_person(world.boreale.id, change.id, house=world.house, by=world.dana, at=world.now)
    live_until(world, datetime(2026, 12, 14, 15, 0, tzinfo=UTC), world.boreale)
    assert nets(world.boreale)[-1] == offered.quote.renewal.net
