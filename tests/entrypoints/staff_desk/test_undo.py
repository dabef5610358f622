"""Undoing a change: the page says to the cent what the client gets back and where, and that is what happens."""

import re
from datetime import UTC, datetime

import pytest

from palier.entrypoints.demo.card_control import CardControl
from palier.ledger.queries import credit_balance
from palier.notices.models import Notice
from palier.plan_changes.models import PlanChange
from palier.work.models import WorkItem
from tests.entrypoints.staff_desk.conftest import Desk, item_about, text
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db


def ask(desk: Desk, item: WorkItem):  # type: ignore[no-untyped-def]
    """The page before the act, of an item that one has."""
    desk.post("take", item)
    return desk.get("undo", item.customer_id, item.id)


def answers(page) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """The hidden amounts of the form, as a browser sends them back."""
    return dict(re.findall(r'name="(total|to_card)" value="(\d+)"', page.content.decode()))


def test_the_page_says_how_much_and_where(desk: Desk, refused: PlanChange) -> None:
    page = text(ask(desk, item_about(refused.id)))
    for said in (
        "$7.25",
        f"All that is left of invoice {refused.invoice.number}, taxes included: $7.25.",  # type: ignore[union-attr]
        "To the credit balance",
        "$7.25, used by itself on the next invoices.",
        "$7.25 to Visa •••• 4242.",
        "The service stays on Plan A",
        "Undo and give $7.25 back",
    ):
        assert said in page


def test_to_the_credit_balance(desk: Desk, world: World, refused: PlanChange) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    page = text(desk.post("undo", item, **said, return_to="credit_balance", reason="Le serveur est plein."))
    assert "$7.25 is in the client’s credit balance." in page
    assert credit_balance(refused.customer_id, "CAD") == 725
    world.drain()
    notice = Notice.objects.get(kind="plan_change.reversed", user=world.alice)
    assert "Le serveur est plein." in notice.text


def test_back_to_the_card(desk: Desk, refused: PlanChange, card: CardControl) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    page = text(desk.post("undo", item, **said, return_to="card", reason="Le serveur est plein."))
    assert "Undone. $7.25 is on its way back." in page and "credit balance." not in page
    assert card.count("refunds_made") == 1
    assert credit_balance(refused.customer_id, "CAD") == 0
    after = text(desk.get("item", item.customer_id, item.id))
    assert "$7.25 went back to where it came from" in after and "Undone: Le serveur est plein." in after


def test_a_card_that_takes_nothing_back_is_said_and_put_in_the_queue(
    desk: Desk, refused: PlanChange, card: CardControl
) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    card.set_mode("refuse")
    page = text(desk.post("undo", item, **said, return_to="card", reason="Le serveur est plein."))
    assert "Undone, but the gateway refused the refund: see the queue." in page
    assert "A refund of $7.25 was refused" in page
    assert credit_balance(refused.customer_id, "CAD") == 725


def test_a_refund_that_was_refused_is_an_item_that_can_be_closed(
    desk: Desk, refused: PlanChange, card: CardControl
) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    card.set_mode("refuse")
    desk.post("undo", item, **said, return_to="card", reason="Le serveur est plein.")
    refund_item = WorkItem.objects.get(subject_kind="refund")
    desk.post("take", refund_item)
    assert "Closed" in text(desk.post("close", refund_item))


def test_what_the_credit_balance_paid_returns_there(desk: Desk, world: World) -> None:
    give_credit(world, 5000)
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-b")
    page = ask(desk, item_about(change.id))
    assert "To the credit balance: $7.25" in text(page).replace(" :", ":") and "Visa" not in text(page)
    desk.post("undo", item_about(change.id), **answers(page), return_to="card", reason="Plein.")
    assert credit_balance(change.customer_id, "CAD") == 5000


def test_nothing_is_undone_without_a_reason_for_the_client(desk: Desk, refused: PlanChange) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    answer = desk.post("undo", item, **said, return_to="card", reason="  ")
    assert answer.status_code == 422 and "Write why it cannot be done" in text(answer)
    refused.refresh_from_db()
    assert refused.state == "needs_person"


def test_amounts_that_changed_since_they_were_read_are_read_again(desk: Desk, refused: PlanChange) -> None:
    item = item_about(refused.id)
    ask(desk, item)
    answer = desk.post("undo", item, total="900", to_card="900", return_to="card", reason="Plein.")
    assert answer.status_code == 422 and "Nothing was done" in text(answer)
    refused.refresh_from_db()
    assert refused.state == "needs_person"


def test_undone_twice_is_undone_once(desk: Desk, refused: PlanChange, card: CardControl) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    for _ in range(2):
        desk.post("undo", item, **said, return_to="card", reason="Plein.")
    assert card.count("refunds_made") == 1


def test_only_who_has_it_undoes_it(desk: Desk, eloi: Desk, refused: PlanChange) -> None:
    item = item_about(refused.id)
    said = answers(ask(desk, item))
    page = text(eloi.post("undo", item, **said, return_to="card", reason="Plein."))
    assert "Only who has it can undo it" in page
    refused.refresh_from_db()
    assert refused.state == "needs_person"


def test_a_panel_that_was_asked_is_put_back_by_itself(desk: Desk, world: World, lied: PlanChange) -> None:
    item = item_about(lied.id)
    page = ask(desk, item)
    assert "The panel was asked: boreale is put back on forfait_a by itself." in text(page)
    desk.post("undo", item, **answers(page), reason="Plein.")
    world.drain()
    assert world.panel.account("boreale")["plan"] == "forfait_a"
    after = text(desk.get("item", item.customer_id, item.id))
    assert "The panel, read back, has the level there was before" in after


def test_what_a_person_changed_on_the_panel_is_put_back_by_one(desk: Desk, world: World) -> None:
    subscription = world.subscribe()
    change = world.change(subscription, "web-b", options=(("dedicated-ip", 1),))
    item = item_about(change.id)
    assert "put it back" not in text(ask(desk, item))
    account = {
        "user": "boreale",
        "plan": "forfait_b",
        "domain": "ateliers-boreale.example",
        "usage": {"disk": 7578},
    }
    world.panel.seed(world.panel_limits, [account], overwrite=True)
    desk.post("read_panel", item)
    page = text(desk.get("undo", item.customer_id, item.id))
    assert "The panel last said that boreale is on forfait_b: put it back on forfait_a" in page


def test_a_renewal_that_was_billed_for_the_new_plan_is_told_of(
    desk: Desk, world: World, lied: PlanChange
) -> None:
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    world.pay_all(world.boreale)
    world.drain()
    item = item_about(lied.id)
    page = ask(desk, item)
    assert "$20.70 on invoice 2026-0003, is billed again for $10.35: $10.35 back." in text(page)
    assert "Undo and give $17.60 back" in text(page)
    after = text(desk.post("undo", item, **answers(page), reason="Plein."))
    assert "$17.60 is in the client’s credit balance." in after
    assert credit_balance(lied.customer_id, "CAD") == 1760


def test_a_change_that_cost_nothing_gives_nothing_back(desk: Desk, world: World) -> None:
    subscription = world.subscribe("web-b")
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-a", at_renewal=False)
    item = item_about(change.id)
    page = ask(desk, item)
    assert "Nothing was paid for this change, so nothing goes back." in text(page)
    after = text(desk.post("undo", item, **answers(page), reason="Impossible."))
    assert "Undone. Nothing had been paid" in after
