"""What a usage that the panel cannot measure means, from the choice to the queue, by policy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palier.core.obstacle import Obstacle
from palier.drivers.panels.cpanel import Cpanel
from palier.plan_changes.by_person import retry
from palier.plan_changes.models import PlanChange
from palier.provisioning.apply_catalogue import apply_document
from palier.provisioning.inspect import inspect
from palier.provisioning.models import ProvisioningJob
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.catalogs.files import demo
from tests.plan_changes.rules import set_policies
from tests.world import World

pytestmark = pytest.mark.django_db


def not_measured(world: World, plan: str = "web-a") -> Subscription:
    """A service of which the panel cannot tell the disk any more."""
    subscription = world.subscribe(plan)
    world.panel.set_usage("boreale", disk=None)
    inspect(world.service(subscription), world.now)
    return subscription


def test_it_is_refused_before_anything_is_paid(world: World) -> None:
    quote = world.offer(not_measured(world), "web-b").quote
    assert quote.obstacles == (Obstacle("usage_unknown", "disk", limit=25_600),)


def test_under_warn_it_is_told_and_done(world: World) -> None:
    set_policies(unknown_usage="warn")
    subscription = not_measured(world)
    quote = world.offer(subscription, "web-b").quote
    assert (quote.obstacles, [told.code for told in quote.warnings]) == ((), ["usage_unknown_warned"])
    assert world.change(subscription, "web-b").state == "done"


def test_under_ask_person_it_is_promised_and_nothing_is_sent(world: World) -> None:
    set_policies(unknown_usage="ask_person")
    subscription = not_measured(world)
    change = world.change(subscription, "web-b")
    assert (change.state, change.reason) == ("needs_person", "usage_unknown")
    assert change.promised_by == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # eight working hours
    item = WorkItem.objects.get(customer_id=change.customer_id, subject_id=change.id)
    assert item.facts == {"misfits": [{"resource": "disk", "used": None, "limit": 25_600}]}
    assert world.panel.count("boreale") == 0


def test_who_has_looked_lets_the_machine_do_it(world: World) -> None:
    set_policies(unknown_usage="ask_person")
    change = world.change(not_measured(world), "web-b")
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"


def lost_after_acceptance(world: World) -> PlanChange:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    world.panel.set_usage("boreale", disk=None)
    change = world.accept(subscription, offered)
    world.pay(change.customer_id, change.invoice_id)
    world.drain()
    change.refresh_from_db()
    return change


@pytest.mark.parametrize("policy", ["refuse", "ask_person"])
def test_a_measure_that_is_lost_before_applying_is_a_person_s_matter(world: World, policy: str) -> None:
    set_policies(unknown_usage=policy)
    change = lost_after_acceptance(world)
    assert (change.state, change.reason) == ("needs_person", "usage_unknown")
    assert world.panel.count("boreale") == 0


def test_under_warn_a_measure_that_is_lost_stops_nothing(world: World) -> None:
    set_policies(unknown_usage="warn")
    assert lost_after_acceptance(world).state == "done"


def test_what_was_measured_when_it_did_not_fit_is_kept_for_who_looks_at_it(world: World) -> None:
    subscription = world.subscribe("web-b")
    offered = world.offer(subscription, "web-a", at_renewal=False)
    world.panel.set_usage("boreale", disk=11_000)
    change = world.accept(subscription, offered)
    world.drain()
    change.refresh_from_db()
    assert (change.state, change.reason) == ("needs_person", "does_not_fit")
    service = world.service(subscription)
    assert (service.measures["disk"].amount, service.inspected_at) == (11_000, world.now)
    (misfit,) = ProvisioningJob.objects.get().facts["misfits"]
    assert (misfit["why"], misfit["excess"]) == ("too_much", 760)


# Planned for the renewal of 14 December -------------------------------------------------------------------


def planned(world: World) -> PlanChange:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    assert change.state == "scheduled"
    return change


def on(world: World, month: int, day: int) -> None:
    world.pass_time(datetime(2026, month, day, 15, 0, tzinfo=UTC))


def test_a_planned_change_whose_usage_is_unknown_is_dropped_on_the_last_day_only(world: World) -> None:
    change = planned(world)
    world.panel.set_usage("boreale", disk=None)
    on(world, 12, 12)
    change.refresh_from_db()
    assert change.state == "scheduled"
    on(world, 12, 13)
    change.refresh_from_db()
    assert (change.state, change.reason) == ("cancelled", "no_longer_fits")


@pytest.mark.parametrize("policy", ["warn", "ask_person"])
def test_where_the_policy_does_not_refuse_it_stays_planned(world: World, policy: str) -> None:
    set_policies(unknown_usage=policy)
    change = planned(world)
    world.panel.set_usage("boreale", disk=None)
    on(world, 12, 13)
    change.refresh_from_db()
    assert change.state == "scheduled"


def test_what_cannot_shrink_drops_a_planned_change(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change, real = planned(world), Cpanel.inspect
    monkeypatch.setattr(
        Cpanel,
        "inspect",
        lambda panel, account: replace(real(panel, account), grows_only=frozenset({"disk"})),
    )
    world.pass_time(world.now + timedelta(7))
    change.refresh_from_db()
    assert (change.state, change.reason) == ("cancelled", "no_longer_fits")


def test_of_what_is_only_granted_nobody_asks_how_much_is_used(world: World) -> None:
    """It is set on the panel and read back like everything else."""
    disk = "    name: {fr: Espace disque"
    apply_document(demo((disk, f"    measured: granted\n{disk}")), world.now)
    subscription = not_measured(world)
    assert world.offer(subscription, "web-b").quote.obstacles == ()
    assert world.change(subscription, "web-b").state == "done"
    assert ProvisioningJob.objects.get().limits["disk"] == 25_600
