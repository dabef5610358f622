"""A renewal of a long cycle is announced ahead of time, once, where the law of the customer asks for it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from palier.entrypoints.batch.rounds import round_of_day
from palier.events.models import Event
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.people.models import Customer
from palier.plan_changes.end_subscription import request_end
from palier.subscriptions.announce_renewal import across_customers_to_announce, announce_renewal
from palier.subscriptions.models import Subscription
from tests.world import World

pytestmark = pytest.mark.django_db

#: A year from 14 November 2026, less 75 days.
ANNOUNCED = datetime(2027, 8, 31, 15, 0, tzinfo=UTC)
RENEWS_ON = date(2027, 11, 14)


def yearly(world: World, customer: Customer, cycle: str = "yearly") -> Subscription:
    return world.subscribe("web-a", cycle, customer=customer, label="charlie.example", account="charlie")


def told(world: World, at: datetime) -> list[str]:
    round_of_day(at)
    world.drain()
    events = Event.objects.filter(kind="subscription.renewal_announced").order_by("at")
    return [event.facts["renews_on"] for event in events]


def test_a_consumer_in_quebec_is_told_seventy_five_days_before(world: World) -> None:
    yearly(world, world.stranger)
    assert told(world, ANNOUNCED - timedelta(days=1)) == []
    assert told(world, ANNOUNCED) == ["2027-11-14"]
    notice = Notice.objects.get(kind="subscription.renewal_announced")
    assert (notice.user, notice.title) == (
        world.charlie,
        "Renewal on November 14, 2027: Plan A, charlie.example",
    )
    assert "will cost $103.48, taxes included" in notice.text
    assert "ask for its end by then" in notice.text
    assert "/cancellation/" in notice.text


def test_it_is_said_once_however_many_rounds_there_are(world: World) -> None:
    subscription = yearly(world, world.stranger)
    told(world, ANNOUNCED)
    assert told(world, ANNOUNCED) == told(world, ANNOUNCED + timedelta(days=20)) == ["2027-11-14"]
    assert not announce_renewal(
        subscription.customer_id, subscription.id, house=world.house, at=ANNOUNCED + timedelta(days=1)
    )


def test_a_round_that_comes_late_still_says_it(world: World) -> None:
    yearly(world, world.stranger)
    assert told(world, ANNOUNCED + timedelta(days=10)) == ["2027-11-14"]


def test_neither_months_nor_businesses_are_told(world: World) -> None:
    yearly(world, world.boreale)
    yearly(world, world.stranger, "monthly")
    assert list(across_customers_to_announce(ANNOUNCED.date(), world.house)) == []
    assert told(world, datetime(2026, 12, 1, 15, 0, tzinfo=UTC)) == []


def test_what_was_asked_to_end_is_not_told(world: World) -> None:
    subscription = yearly(world, world.stranger)
    request_end(
        subscription.customer_id, subscription.id, at_renewal=True, reason="", house=world.house,
        by=Actor("user", world.charlie.id), at=world.now,
    )  # fmt: skip
    assert told(world, ANNOUNCED) == []


def test_the_next_year_is_told_again(world: World) -> None:
    subscription = yearly(world, world.stranger)
    told(world, ANNOUNCED)
    round_of_day(datetime(2027, 11, 10, 15, 0, tzinfo=UTC))
    world.pay_all(world.stranger)
    world.drain()
    subscription.refresh_from_db()
    assert subscription.announced_renewal_on == RENEWS_ON
    assert told(world, datetime(2028, 8, 31, 15, 0, tzinfo=UTC)) == ["2027-11-14", "2028-11-14"]
