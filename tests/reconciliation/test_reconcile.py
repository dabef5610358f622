"""Comparing services with their panels, and setting either side right."""

from datetime import timedelta

import pytest

from palier.books import violations
from palier.drivers.errors import NotThere
from palier.events.models import Event
from palier.events.record import Actor
from palier.plan_changes.items import close_item, subscription_about
from palier.provisioning.models import ProvisioningJob, Service
from palier.provisioning.suspend import resume, suspend
from palier.reconciliation.adopt_plan import NotOurs
from palier.reconciliation.models import Drift
from palier.reconciliation.reconcile import reconcile
from palier.reconciliation.repair_ours import repair_ours
from palier.reconciliation.repair_server import repair_server
from palier.subscriptions.models import Period, Subscription
from palier.work.models import WorkItem
from tests.reconciliation.behind import on_the_panel, remove_from_the_panel
from tests.world import World

pytestmark = pytest.mark.django_db

NOW_AND_HERE = timedelta(0)


def compare(world: World, subscription: Subscription) -> list[str]:
    """The kinds of what differs, with the panel asked now; twice, where it says that there is no such account."""

    def found() -> tuple[Drift, ...]:
        return reconcile(
            subscription.customer_id, subscription.id, house=world.house, at=world.now, fresh=NOW_AND_HERE
        )

    try:
        return [drift.kind for drift in found()]
    except NotThere:
        return [drift.kind for drift in found()]


def set_server_right(world: World) -> bool:
    drift = Drift.objects.get(ended_at=None)
    done = repair_server(drift.customer_id, drift.id, house=world.house, by=dana(world), at=world.now)
    world.work_until_done()
    return done


def set_ours_right(world: World, subscription: Subscription) -> bool:
    drift = Drift.objects.get(ended_at=None)
    done = repair_ours(drift.customer_id, drift.id, house=world.house, by=dana(world), at=world.now)
    world.drain()
    subscription.refresh_from_db()
    return done


def dana(world: World) -> Actor:
    return Actor("staff", world.dana.id)


def ended_how() -> list[str]:
    return list(Drift.objects.order_by("id").values_list("ended_how", flat=True))


# Finding


def test_a_service_that_is_as_it_should_be_has_no_drift(world: World) -> None:
    assert compare(world, world.subscribe("web-a")) == []


def test_a_drift_is_found_once_told_once_and_gone_by_itself(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, suspended=True)

    assert compare(world, subscription) == ["suspended"]
    assert compare(world, subscription) == ["suspended"]
    on_the_panel(world)
    assert compare(world, subscription) == []

    assert ended_how() == ["gone"]
    assert Event.objects.filter(kind="service.drifted").count() == 1


def test_nothing_is_compared_while_a_machine_is_at_it(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.set_mode("refuse")
    suspend(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    world.drain()
    world.panel.set_mode("ok")

    assert ProvisioningJob.objects.get().state == "needs_person"
    assert compare(world, subscription) == []


def test_nothing_is_compared_while_a_person_makes_a_change_that_no_machine_was_asked_for(
    world: World,
) -> None:
    subscription = world.subscribe("web-a")
    change = world.change(subscription, "web-b", "yearly", options=(("dedicated-ip", 1),))
    assert (change.state, change.restarts) == ("needs_person", True)
    on_the_panel(world, "forfait_b")

    assert compare(world, subscription) == []


def test_what_sampling_did_not_find_is_asked_for_once_more(world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    Service.objects.filter(subscription=subscription).update(missing_at=world.now)

    assert reconcile(subscription.customer_id, subscription.id, house=world.house, at=world.now) == ()
    assert world.service(subscription).missing_at is None


def test_both_ends_of_a_scheduled_change_are_right(world: World) -> None:
    subscription = world.subscribe("web-b", usage={"disk": 4000, "mailboxes": 2, "databases": 1})
    world.change(subscription, "web-a", at_renewal=True)
    on_the_panel(world, "forfait_a")

    assert compare(world, subscription) == []


def test_a_fresh_word_is_compared_without_asking_again(world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    world.panel.set_mode("down")

    found = reconcile(subscription.customer_id, subscription.id, house=world.house, at=world.now)

    assert found == ()


# The server's side


def test_a_suspension_that_nobody_asked_for_is_lifted_on_the_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, suspended=True)
    compare(world, subscription)

    assert set_server_right(world)

    assert world.panel.account("boreale")["suspended"] == 0
    assert ended_how() == ["server"]


def test_a_suspended_service_that_works_is_suspended_on_the_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    suspend(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    world.drain()
    on_the_panel(world, suspended=False)
    assert compare(world, subscription) == ["suspended"]

    assert set_server_right(world)

    assert world.panel.account("boreale")["suspended"] == 1
    assert ended_how() == ["server"]


def test_another_plan_is_put_back_on_the_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_c")
    assert compare(world, subscription) == ["plan"]

    assert set_server_right(world)

    assert world.panel.account("boreale")["plan"] == "forfait_a"
    assert ended_how() == ["server"]


def test_what_the_panel_refuses_to_set_right_is_in_the_queue(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_c")
    compare(world, subscription)
    world.panel.set_mode("refuse")

    set_server_right(world)

    assert WorkItem.objects.get().reason == "repair_by_hand"
    assert ended_how() == [""]


def test_a_suspension_beside_a_repair_that_a_person_must_do_closes_nothing_and_hides_nothing(
    world: World,
) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_b")
    compare(world, subscription)
    world.panel.set_mode("refuse")
    set_server_right(world)
    suspend(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    world.work_until_done()
    assert set(WorkItem.objects.values_list("reason", flat=True)) == {"repair_by_hand", "suspend_by_hand"}

    world.panel.set_mode("ok")
    resume(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    suspend(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    world.work_until_done()

    assert WorkItem.objects.get(state="open").reason == "repair_by_hand"
    item = WorkItem.objects.get(state="open")
    assert subscription_about(item) == subscription.id
    close_item(item.customer_id, item.id, by=world.dana, at=world.now)
    assert set(ProvisioningJob.objects.filter(verb="change").values_list("state", flat=True)) == {"done"}


def test_an_account_that_is_gone_is_made_again_on_its_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    remove_from_the_panel(world, subscription)
    assert compare(world, subscription) == ["missing"]

    assert set_server_right(world)

    assert world.panel.account("boreale")["plan"] == "forfait_a"
    assert world.service(subscription).missing_at is None
    assert ended_how() == ["server"]


def test_asking_twice_asks_the_panel_once(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_c")
    compare(world, subscription)
    drift = Drift.objects.get()
    for _ in range(2):
        repair_server(drift.customer_id, drift.id, house=world.house, by=dana(world), at=world.now)

    assert ProvisioningJob.objects.count() == 1


# Our side


def test_our_side_is_suspended_like_the_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, suspended=True)
    compare(world, subscription)

    assert set_ours_right(world, subscription)

    assert subscription.state == "suspended"
    assert ended_how() == ["ours"]
    assert compare(world, subscription) == []


def test_our_suspension_is_lifted_like_on_the_server(world: World) -> None:
    subscription = world.subscribe("web-a")
    suspend(subscription.customer_id, subscription.id, by=dana(world), at=world.now)
    world.drain()
    on_the_panel(world, suspended=False)
    compare(world, subscription)

    assert set_ours_right(world, subscription)

    assert subscription.state == "active"


def test_a_suspension_for_an_unpaid_invoice_is_lifted_by_a_payment_alone(world: World) -> None:
    subscription = world.subscribe("web-a", paid=False)
    world.pass_time(world.now + timedelta(days=25))
    subscription.refresh_from_db()
    assert subscription.state == "suspended"
    on_the_panel(world, suspended=False)
    compare(world, subscription)

    with pytest.raises(NotOurs) as refusal:
        set_ours_right(world, subscription)
    assert refusal.value.code == "unpaid"


def test_the_plan_of_the_server_is_kept_at_the_price_of_today(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_b")
    compare(world, subscription)

    assert set_ours_right(world, subscription)

    assert (subscription.plan_id, subscription.price) == ("web-b", 900)
    assert sum(line.amount for line in subscription.lines_from(world.now.date())) == 900
    assert compare(world, subscription) == []
    assert list(violations()) == []


def test_its_renewal_costs_what_was_agreed_and_the_books_hold(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, "forfait_b")
    compare(world, subscription)
    set_ours_right(world, subscription)

    world.pass_time(world.now + timedelta(days=25))
    world.pay_all(world.boreale)
    world.drain()

    renewed = Period.objects.filter(subscription=subscription).latest("start_on")
    assert (renewed.price, renewed.configuration["plan"], renewed.is_paid) == (900, "web-b", True)
    assert list(violations()) == []


def test_a_plan_that_no_level_has_cannot_be_ours(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.seed({"by_hand": {"disk": 9000}}, [])
    on_the_panel(world, "by_hand")
    compare(world, subscription)

    with pytest.raises(NotOurs) as refusal:
        set_ours_right(world, subscription)
    assert refusal.value.code == "plan_unknown"
    assert subscription.plan_id == "web-a"


def test_a_plan_is_not_taken_over_beside_a_change_that_is_under_way(world: World) -> None:
    subscription = world.subscribe("web-b", usage={"disk": 4000, "mailboxes": 2, "databases": 1})
    world.change(subscription, "web-a", at_renewal=True)
    on_the_panel(world, "forfait_c")
    compare(world, subscription)

    with pytest.raises(NotOurs) as refusal:
        set_ours_right(world, subscription)
    assert refusal.value.code == "change_open"


def test_limits_that_a_person_lets_stand_are_not_told_again_until_the_plan_changes(world: World) -> None:
    subscription = world.subscribe("web-a")
    world.panel.seed({"forfait_a": {**world.panel_limits["forfait_a"], "mailboxes": 9}}, [])
    world.panel_limits = {}
    on_the_panel(world)
    assert compare(world, subscription) == ["limits"]

    assert set_ours_right(world, subscription)

    assert compare(world, subscription) == []


def test_what_is_gone_ends_here_and_gives_back_what_the_law_says(world: World) -> None:
    subscription = world.subscribe("web-a")
    remove_from_the_panel(world, subscription)
    compare(world, subscription)

    assert set_ours_right(world, subscription)

    assert subscription.state == "cancelled"
    assert Service.objects.get(id=world.service(subscription).id).ended_at is not None
    assert not WorkItem.objects.exists()
    assert list(violations()) == []


def test_what_somebody_else_has_set_right_meanwhile_is_left_alone(world: World) -> None:
    subscription = world.subscribe("web-a")
    on_the_panel(world, suspended=True)
    compare(world, subscription)
    drift = Drift.objects.get()
    on_the_panel(world)
    compare(world, subscription)

    assert not repair_ours(drift.customer_id, drift.id, house=world.house, by=dana(world), at=world.now)
    assert not repair_server(drift.customer_id, drift.id, house=world.house, by=dana(world), at=world.now)
