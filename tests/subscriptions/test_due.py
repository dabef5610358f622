"""Which subscriptions a round of renewals finds."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from palier.subscriptions.due import across_customers_due
from palier.subscriptions.models import Subscription
from tests.world import World

pytestmark = pytest.mark.django_db


def found(until_on: date) -> list[tuple[UUID, UUID]]:
    return list(across_customers_due(until_on).values_list("customer_id", "id"))


@pytest.fixture
def subscription(world: World) -> Subscription:
    """Paid from 14 November to 14 December."""
    return world.subscribe("web-a")


def test_one_is_renewed_when_what_is_billed_ends_by_the_day(subscription: Subscription) -> None:
    assert found(date(2026, 12, 13)) == []
    assert found(date(2026, 12, 14)) == [(subscription.customer_id, subscription.id)]


def test_one_billed_for_longer_already_is_not(world: World, subscription: Subscription) -> None:
    world.pass_time(datetime(2026, 12, 8, 15, tzinfo=UTC))
    assert found(date(2026, 12, 14)) == []


@pytest.mark.parametrize("how", [{"renewal_held": True}, {"state": "cancelled"}])
def test_one_that_is_over_or_held_up_is_not(subscription: Subscription, how: dict[str, object]) -> None:
    Subscription.objects.update(**how)
    assert found(date(2027, 12, 14)) == []
