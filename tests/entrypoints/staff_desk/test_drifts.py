"""What differs with the servers, and the two buttons that set it right."""

from contextlib import suppress

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.drivers.errors import NotThere
from palier.entrypoints.batch.tasks import compare_asked_now
from palier.provisioning.circuit import failed
from palier.provisioning.panels import panel_of
from palier.reconciliation.compare_now import COMPARE_NOW
from palier.reconciliation.models import Drift
from palier.reconciliation.reconcile import reconcile
from palier.subscriptions.models import Subscription
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.provisioning.servers import nobody_there
from tests.world import World

pytestmark = pytest.mark.django_db


def on_the_panel(world: World, plan: str, suspended: bool = False) -> Subscription:
    subscription = world.subscribe("web-a", usage={"disk": 4000, "mailboxes": 2}, at=world.now)
    wanted = {"user": "boreale", "plan": plan, "domain": subscription.label, "suspended": suspended}
    world.panel.seed({}, [{**wanted, "usage": {"disk": 4000, "mailboxes": 2}}], overwrite=True)
    compare(world, subscription)
    return subscription


def compare(world: World, subscription: Subscription) -> None:
    service = world.service(subscription)
    service.inspected_at = None
    service.save(update_fields=["inspected_at"])
    with suppress(NotThere):  # once: it must say so twice
        reconcile(subscription.customer_id, subscription.id, house=world.house, at=world.now)
    reconcile(subscription.customer_id, subscription.id, house=world.house, at=world.now)


def press(desk: Desk, name: str) -> str:
    drift = Drift.objects.get()
    return text(
        desk.browser.post(reverse(f"staff_desk:{name}", args=[drift.customer_id, drift.id]), follow=True)
    )


def test_nothing_that_differs_is_said(desk: Desk) -> None:
    assert "Every server has what our side says it has." in text(desk.get("drifts"))


@pytest.mark.django_db(transaction=True)
def test_what_was_done_behind_our_back_is_found_when_somebody_asks(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    account = world.panel.account("boreale") | {"plan": "forfait_b"}
    world.panel.seed({}, [{name: account[name] for name in ("user", "plan", "domain")}], overwrite=True)

    asked = text(desk.browser.post(reverse("staff_desk:compare_now"), follow=True))
    assert "what differs shows here by itself" in asked and "Every server has" not in asked
    assert "They are being compared already." in text(
        desk.browser.post(reverse("staff_desk:compare_now"), follow=True)
    )
    asked_for = ProcrastinateJob.objects.get(task_name=COMPARE_NOW)
    ProcrastinateJob.objects.filter(id=asked_for.id).delete()  # a worker takes it
    compare_asked_now(**asked_for.args)

    found = text(desk.get("drifts"))
    assert "Another plan on the server" in found and subscription.label in found
    assert "what differs shows here by itself" not in found


def test_a_server_that_is_silent_vouches_for_nothing(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    failed(world.service(subscription).server_id, "no route to host")

    page = text(desk.get("drifts"))

    assert "0 services compared · 1 waits for its server" in page
    assert "Every server that answers has" in page


def test_comparing_is_asked_for_by_a_button_and_by_no_link(desk: Desk) -> None:
    assert desk.browser.get(reverse("staff_desk:compare_now")).status_code == 405


def test_it_says_what_differs_and_what_each_button_does(desk: Desk, world: World) -> None:
    on_the_panel(world, "forfait_b")

    page = text(desk.get("drifts"))

    assert "Another plan on the server" in page
    assert "Panel plan: wanted forfait_a, found forfait_b" in page
    assert "Put our plan back there" in page and "Keep the server’s plan" in page
    assert "Nothing is charged." in page


def test_the_server_is_set_right_by_one_button(desk: Desk, world: World) -> None:
    on_the_panel(world, "forfait_b")

    assert "The server is asked." in press(desk, "repair_server")
    world.work_until_done()

    assert world.panel.account("boreale")["plan"] == "forfait_a"
    assert "Every server has what our side says it has." in text(desk.get("drifts"))


def test_our_side_is_set_right_by_the_other(desk: Desk, world: World) -> None:
    subscription = on_the_panel(world, "forfait_b")

    assert "Our side is what the server has." in press(desk, "repair_ours")

    subscription.refresh_from_db()
    assert (subscription.plan_id, subscription.price) == ("web-b", 900)


def test_what_cannot_be_ours_says_why(desk: Desk, world: World) -> None:
    world.panel.seed({"by_hand": {"disk": 9000}}, [])
    on_the_panel(world, "by_hand")

    assert "The catalogue has no level of this product with that plan." in press(desk, "repair_ours")


def test_an_end_is_read_before_it_is_confirmed(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-a", customer=world.stranger, at=world.now)
    service = world.service(subscription)
    panel_of(service.server).terminate(service.panel_account)
    compare(world, subscription)
    drift = Drift.objects.get()

    asked = text(desk.browser.get(reverse("staff_desk:end_here", args=[drift.customer_id, drift.id])))
    subscription.refresh_from_db()
    assert "The client gets" in asked and "as their law profile says" in asked
    assert subscription.state == "active"

    press(desk, "repair_ours")
    subscription.refresh_from_db()
    assert subscription.state == "cancelled"


def test_nothing_ends_when_the_account_is_there_again(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    service = world.service(subscription)
    panel_of(service.server).terminate(service.panel_account)
    compare(world, subscription)
    assert Drift.objects.get().kind == "missing"
    on_the_panel_again = {"user": "boreale", "plan": "forfait_a", "domain": subscription.label}
    world.panel.seed({}, [on_the_panel_again], overwrite=True)

    assert "It has been set right meanwhile" in press(desk, "repair_ours")
    subscription.refresh_from_db()
    assert subscription.state == "active"


def test_nothing_ends_while_the_server_says_nothing(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-a", at=world.now)
    service = world.service(subscription)
    panel_of(service.server).terminate(service.panel_account)
    compare(world, subscription)
    type(service.server).objects.filter(id=service.server_id).update(url=nobody_there())

    assert "The server does not answer, and nothing ends" in press(desk, "repair_ours")
    subscription.refresh_from_db()
    assert subscription.state == "active"
    assert Drift.objects.get().ended_at is None


def test_a_second_press_is_told_that_it_is_over(desk: Desk, world: World) -> None:
    on_the_panel(world, "forfait_b")
    press(desk, "repair_ours")

    assert "It has been set right meanwhile" in press(desk, "repair_ours")
