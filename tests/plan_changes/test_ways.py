"""Where a subscription could go."""

import pytest

from palier.catalog import models as catalog
from palier.catalog import snapshot
from palier.plan_changes.ways import leads_elsewhere
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_product_of_several_levels_leads_elsewhere(world: World) -> None:
    assert leads_elsewhere(world.subscribe(), snapshot.current())


def test_a_product_of_one_level_leads_nowhere(world: World) -> None:
    subscription = world.subscribe("ssl-dv", "yearly", label="certificate", account="certificate")
    assert not leads_elsewhere(subscription, snapshot.current())


def test_what_is_no_longer_for_sale_is_no_way(world: World) -> None:
    subscription = world.subscribe()
    catalog.Price.objects.exclude(key__startswith="plan:web-a:monthly").update(retired_at=world.now)
    catalog.Version.objects.update(number=99)
    assert not leads_elsewhere(subscription, snapshot.current())


def test_another_cycle_of_the_same_level_is_a_way(world: World) -> None:
    subscription = world.subscribe()
    catalog.Price.objects.exclude(key__startswith="plan:web-a:").update(retired_at=world.now)
    catalog.Version.objects.update(number=99)
    assert leads_elsewhere(subscription, snapshot.current())
