"""The walk: look, choose, check, pay on the gateway's page, follow it until the panel confirms."""

import pytest

from palier.billing.models import Invoice, Payment
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from tests.entrypoints.client_area.conftest import Browser, Till, at
from tests.pages import links, text
from tests.world import World

pytestmark = pytest.mark.django_db


def test_three_clicks_and_a_card(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    product = alice.get("product", subscription.id)
    assert at("choose", subscription.id) in links(product)
    choose = text(alice.get("choose", subscription.id))
    assert "Plan B" in choose and "$7.25" in choose and "then $20.70 on Dec 14" in choose
    check = alice.check(subscription.id, "web-b")
    assert "Pay $7.25 and move to Plan B" in text(check)
    assert "($18.00 − $9.00) × 21 days of 30" in text(check)

    back = till.decide(alice.press(check, subscription.id, method="demo_card"), "approve")
    change, payment = PlanChange.objects.get(), Payment.objects.get(state="needs_action")
    assert back == at("payment_return", payment.id)
    waiting = alice.client.get(back)
    assert "Waiting for the payment" in text(waiting)
    assert till.deliver() == [200]

    arrived = alice.client.get(back)
    assert (arrived.status_code, arrived.headers["Location"]) == (302, at("follow", change.id))
    world.drain()
    done = text(alice.get("follow", change.id))
    assert "Fully operational" in done and "Plan B is yours: the server confirms it." in done
    assert "Plan B" in text(alice.get("product", subscription.id))


def test_the_invoice_says_what_the_check_said(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    till.decide(alice.press(alice.check(subscription.id, "web-b"), subscription.id), "approve")
    till.deliver()
    invoice = Invoice.objects.get(subject_kind="plan_change")
    page = text(alice.get("invoice", invoice.id))
    assert "2026-0002" in page
    for amount in ("6,30 $", "0,32 $", "0,63 $", "7,25 $"):
        assert amount in page.replace("\u00a0", " ")
    assert "123456789 RT0001" in page and "1234567890 TQ0001" in page
    assert "Visa •••• 4242" in page


def test_a_saved_card_is_charged_without_leaving(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    till.decide(alice.press(alice.check(subscription.id, "web-b"), subscription.id), "approve")
    till.deliver()
    world.drain()
    check = alice.check(subscription.id, "web-c")
    assert "Visa •••• 4242" in text(check)
    saved = str(Payment.objects.get(method__isnull=False).method_id)
    answer = alice.press(check, subscription.id, method=saved)
    change = PlanChange.objects.get(to_configuration__plan="web-c")
    assert (answer.status_code, answer.headers["Location"]) == (303, at("follow", change.id))
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"


def test_a_declined_card_charges_nothing_and_can_be_tried_again(
    world: World, alice: Browser, till: Till
) -> None:
    subscription = world.subscribe()
    back = till.decide(alice.press(alice.check(subscription.id, "web-b"), subscription.id), "decline")
    till.deliver()
    page = alice.client.get(back)
    assert "Payment declined" in text(page) and "nothing was charged" in text(page)
    change = PlanChange.objects.get()
    assert change.invoice_id is not None
    assert at("pay", change.invoice_id) in links(page)
    till.decide(alice.post("pay", change.invoice_id), "approve")
    till.deliver(2)
    assert owed_on(world.boreale.id, change.invoice_id) == 0


def test_leaving_the_payment_page_leaves_a_way_back_to_it(world: World, alice: Browser, till: Till) -> None:
    subscription = world.subscribe()
    answer = alice.press(alice.check(subscription.id, "web-b"), subscription.id)
    back = till.decide(answer, "cancel")
    page = alice.client.get(back)
    assert "Back to the payment page" in text(page)
    change = PlanChange.objects.get()
    again = alice.post("pay", change.invoice_id)
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_way_down_costs_nothing_and_waits_for_renewal(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-b")
    check = alice.check(subscription.id, "web-a")
    assert "Move to Plan A on December 14" in text(check)
    assert "No refund on a move to a lower plan." in text(check)
    alice.press(check, subscription.id)
    change = PlanChange.objects.get()
    assert change.state == "scheduled"
    assert "Planned for the renewal of December 14, 2026" in text(alice.get("follow", change.id))
    assert "Planned at renewal" in text(alice.get("services"))


def test_a_way_down_may_begin_at_once(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-b")
    check = alice.check(subscription.id, "web-a", **{"when.web-a": "now"})
    assert "Move to Plan A now for $0.00" in text(check)
    alice.press(check, subscription.id)
    world.drain()
    assert PlanChange.objects.get().state == "done"


def test_a_longer_cycle_begins_a_new_period_today(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    check = text(alice.check(subscription.id, "web-a", cycle="yearly"))
    assert "A full new period" in check and "Deducted: what is left of the current period" in check


def test_what_needs_a_person_says_so_before_anything_is_paid(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-d")
    choose, check = text(alice.get("choose", subscription.id)), text(alice.check(subscription.id, "vps-2"))
    assert "By our team" in choose
    assert "This change needs our team" in check
    assert "Our team moves your sites, your databases and your mail to your server." in check
    assert "It will be ready by Tuesday, Nov 24, 10 am" in check


def test_a_change_can_be_cancelled_until_work_has_begun(world: World, alice: Browser) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    page = alice.get("follow", change.id)
    assert at("cancel", change.id) in links(page)
    alice.post("cancel", change.id)
    change.refresh_from_db()
    assert change.state == "reversed"
    assert "At your request." in text(alice.get("follow", change.id))


def test_a_change_whose_work_has_begun_is_not_cancelled(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    world.panel.set_mode("ok")
    assert at("cancel", change.id) not in links(alice.get("follow", change.id))
    answer = alice.client.post(at("cancel", change.id), follow=True)
    change.refresh_from_db()
    assert change.state == "needs_person"
    assert "It is too late to cancel" in text(answer)
