"""Which subscriptions a round finds."""

from datetime import UTC, date, datetime

import pytest

from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import across_customers_to_renew
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(world: World) -> Subscription:
    """Paid from 14 November to 14 December."""
    return world.subscribe("web-a")


def test_one_is_renewed_when_what_is_billed_ends_by_the_day(subscription: Subscription) -> None:
    assert list(across_customers_to_renew(date(2026, 12, 13))) == []
    assert list(across_customers_to_renew(date(2026, 12, 14))) == [
        (subscription.customer_id, subscription.id)
    ]


def test_one_billed_for_longer_already_is_not(world: World, subscription: Subscription) -> None:
    world.pass_time(datetime(2026, 12, 8, 15, tzinfo=UTC))
    assert list(across_customers_to_renew(date(2026, 12, 14))) == []


@pytest.mark.parametrize("how", [{"renewal_held": True}, {"state": "cancelled"}])
def test_one_that_is_over_or_held_up_is_not(subscription: Subscription, how: dict[str, object]) -> None:
    Subscription.objects.update(**how)
    assert list(across_customers_to_renew(date(2027, 12, 14))) == []
