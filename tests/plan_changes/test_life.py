"""A service with its life so far, in one statement."""

from typing import Any

import pytest

from palier.plan_changes.life import life_of
from tests.world import World

pytestmark = pytest.mark.django_db


def test_it_tells_what_happened_the_latest_first(world: World) -> None:
    subscription = world.subscribe()
    world.change(subscription, "web-b")
    happenings = life_of(world.boreale.id, subscription.id).happenings
    kinds = [one.kind for one in happenings]
    assert kinds[0] == "plan_change.done"
    assert kinds[-1] == "subscription.started"


def test_it_names_plans_people_and_invoices(world: World) -> None:
    subscription = world.subscribe()
    change = world.change(subscription, "web-b")
    life = {one.kind: one for one in life_of(world.boreale.id, subscription.id).happenings}
    accepted, paid = life["plan_change.accepted"], life["period.paid"]
    assert (accepted.from_plan, accepted.to_plan, accepted.by) == ("web-a", "web-b", "Alice")
    assert (accepted.invoice_id, accepted.invoice_number) == (change.invoice_id, "2026-0002")
    assert paid.invoice_number == "2026-0001"


def test_it_takes_one_statement(world: World, django_assert_num_queries: Any) -> None:
    subscription = world.subscribe()
    world.change(subscription, "web-b")
    with django_assert_num_queries(1):
        life_of(world.boreale.id, subscription.id)
