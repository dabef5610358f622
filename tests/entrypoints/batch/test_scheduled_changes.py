"""The rounds of scheduled changes: one fault holds up nobody else, and the panel is asked once a day."""

from datetime import date, timedelta

import pytest

from palier import reactions
from palier.entrypoints.batch import rounds
from palier.events.record import Actor
from palier.plan_changes import at_renewal
from palier.plan_changes.accept import accept
from palier.plan_changes.models import PlanChange
from palier.provisioning.panels import NotConfigured
from tests.world import World

pytestmark = pytest.mark.django_db


def scheduled(world: World) -> list[PlanChange]:
    """Alice's and Charlie's moves down at renewal, on 14 December."""
    ours = world.change(world.subscribe("web-b"), "web-a")
    theirs = world.subscribe("web-b", customer=world.stranger, account="other", label="other.example")
    offered = world.offer(theirs, "web-a")
    by = Actor("user", world.charlie.id)
    second = accept(
        offered.token,
        customer_id=world.stranger.id,
        by=by,
        idempotency_key="z",
        house=world.house,
        at=world.now,
    )
    world.drain()
    return [ours, second]


def test_a_fault_in_one_change_leaves_those_of_other_customers_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = scheduled(world)
    real = at_renewal.begin_scheduled

    def begin(customer_id, change_id, **how):  # type: ignore[no-untyped-def]
        if change_id == first.id:
            raise RuntimeError("poison")
        return real(customer_id, change_id, **how)

    monkeypatch.setattr(at_renewal, "begin_scheduled", begin)
    world.pass_time(world.now + timedelta(days=17))
    world.pay_all(world.boreale)
    world.pay_all(world.stranger)
    world.pass_time(world.now + timedelta(days=6))
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, second.state) == ("scheduled", "done")


def test_the_panel_is_asked_once_on_each_day_of_a_check(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.change(world.subscribe("web-b"), "web-a")
    asked = []
    monkeypatch.setattr(at_renewal, "inspect", lambda service, at: asked.append(at.date()) or 1 / 0)
    world.now += timedelta(days=7)  # 30 November, 14 days before
    for _ in range(3):
        rounds.round_of_time(world.now)
    assert asked == [date(2026, 11, 30)]


def test_a_server_that_is_not_configured_leaves_the_change_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.change(world.subscribe("web-b"), "web-a")

    def inspect(service, at):  # type: ignore[no-untyped-def]
        raise NotConfigured("web-1 needs PANEL_TOKEN in the environment")

    monkeypatch.setattr(at_renewal, "inspect", inspect)
    on = date(2026, 11, 30)
    assert not at_renewal.check_fit(
        change.customer_id, change.id, house=world.house, on=on, at=world.now + timedelta(days=7)
    )
    change.refresh_from_db()
    assert (change.state, change.fit_checked_on) == ("scheduled", on)


def test_a_paid_period_begins_the_change_of_its_own_subscription_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = scheduled(world)
    world.pass_time(world.now + timedelta(days=17))
    looked_at = []
    monkeypatch.setattr(reactions, "begin_due", lambda *key, **how: looked_at.append(key))
    world.pay_all(world.boreale)
    world.drain()
    assert looked_at == [(ours.customer_id, ours.subscription_id)]
