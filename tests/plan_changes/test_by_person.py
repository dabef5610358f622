"""What staff do with a change that needs a person, on a real panel."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from palier.billing.models import CreditNote, Invoice, Refund
from palier.books import violations
from palier.drivers.errors import PanelError
from palier.entrypoints.demo.card_control import CardControl
from palier.events.models import Event
from palier.ledger.queries import credit_balance
from palier.people.models import User
from palier.plan_changes.by_person import (
    NotConfirmed,
    NotForMachines,
    finish_by_person,
    retry,
    take_change,
    undo_by_person,
)
from palier.plan_changes.models import PlanChange
from palier.plan_changes.returned import returned_by_undo
from palier.provisioning.models import ProvisioningJob
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from palier.work.take import Taken
from tests.card import pay_by_card
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def eloi(db: None) -> User:
    return User.objects.create_user("eloi@example.com", "correct horse battery", name="Éloi", is_staff=True)


@pytest.fixture
def lied(world: World) -> PlanChange:
    """From A to B for 7.25; the panel said yes and changed nothing."""
    world.panel.set_mode("lie")
    change = world.change(world.subscribe(), "web-b")
    world.panel.set_mode("ok")
    assert change.state == "needs_person"
    return change


@pytest.fixture
def by_hand(world: World) -> PlanChange:
    """From hosting to a server of one's own: people do that."""
    return world.change(world.subscribe("web-d"), "vps-2")


def moved_on_the_panel(world: World, plan: str = "forfait_b") -> None:
    account = {"user": "boreale", "plan": plan, "domain": "ateliers-boreale.example", "usage": {"disk": 7578}}
    world.panel.seed(world.panel_limits, [account], overwrite=True)


def finish(world: World, change: PlanChange, by: User | None = None) -> PlanChange:
    return finish_by_person(
        change.customer_id, change.id, house=world.house, by=by or world.dana, at=world.now
    )


def undo(world: World, change: PlanChange, **how: str) -> PlanChange:
    return undo_by_person(
        change.customer_id, change.id, house=world.house, by=world.dana, at=world.now, **how  # type: ignore[arg-type]
    )  # fmt: skip


def kinds(change: PlanChange) -> list[str]:
    events = Event.objects.filter(subject_id=change.id).order_by("version")
    return [event.kind.removeprefix("plan_change.") for event in events]


def test_taking_a_change_is_an_event_with_the_person_who_did(world: World, by_hand: PlanChange) -> None:
    take_change(by_hand.customer_id, by_hand.id, by=world.dana, at=world.now)
    event = Event.objects.get(kind="plan_change.taken")
    assert (event.actor_kind, event.actor_id) == ("staff", world.dana.id)
    assert event.stream_id == by_hand.subscription_id


def test_taking_it_twice_is_taking_it_once(world: World, by_hand: PlanChange) -> None:
    for _ in range(2):
        take_change(by_hand.customer_id, by_hand.id, by=world.dana, at=world.now)
    assert Event.objects.filter(kind="plan_change.taken").count() == 1


def test_a_second_person_is_told_who_has_it(world: World, by_hand: PlanChange, eloi: User) -> None:
    take_change(by_hand.customer_id, by_hand.id, by=world.dana, at=world.now)
    with pytest.raises(Taken) as told:
        take_change(by_hand.customer_id, by_hand.id, by=eloi, at=world.now)
    assert told.value.by == world.dana


def test_done_by_hand_switches_the_plan_and_closes_the_item(world: World, by_hand: PlanChange) -> None:
    change = finish(world, by_hand)
    assert change.state == "done"
    assert Subscription.objects.get(id=change.subscription_id).plan_id == "vps-2"
    item = WorkItem.objects.get(subject_id=change.id)
    assert (item.state, item.closed_by) == ("done", world.dana)
    assert Event.objects.get(kind="plan_change.done").actor_id == world.dana.id


def test_done_is_believed_when_the_panel_says_so_too(world: World, lied: PlanChange) -> None:
    moved_on_the_panel(world)
    change = finish(world, lied)
    assert change.state == "done"
    assert ProvisioningJob.objects.get(subject_id=change.id).state == "done"


def test_done_is_not_believed_while_the_panel_says_otherwise(world: World, lied: PlanChange) -> None:
    with pytest.raises(NotConfirmed) as told:
        finish(world, lied)
    assert ("plan", "forfait_b", "forfait_a") in [
        (one.what, one.wanted, one.found) for one in told.value.found
    ]
    lied.refresh_from_db()
    assert (lied.state, Subscription.objects.get(id=lied.subscription_id).plan_id) == (
        "needs_person",
        "web-a",
    )
    assert WorkItem.objects.get(subject_id=lied.id).state == "taken"


def test_done_is_not_believed_while_the_panel_is_away(world: World, lied: PlanChange) -> None:
    world.panel.set_mode("down")
    with pytest.raises(PanelError):
        finish(world, lied)
    lied.refresh_from_db()
    assert lied.state == "needs_person"


def test_nobody_finishes_what_someone_else_has(world: World, by_hand: PlanChange, eloi: User) -> None:
    take_change(by_hand.customer_id, by_hand.id, by=eloi, at=world.now)
    with pytest.raises(Taken):
        finish(world, by_hand)
    with pytest.raises(Taken):
        undo(world, by_hand)
    by_hand.refresh_from_db()
    assert by_hand.state == "needs_person"


def test_what_is_being_tried_again_is_not_finished_by_a_page_left_open(
    world: World, lied: PlanChange
) -> None:
    retry(lied.customer_id, lied.id, house=world.house, by=world.dana, at=world.now)
    assert finish(world, lied).state == "applying"


def test_finishing_twice_is_finishing_once(world: World, by_hand: PlanChange) -> None:
    for _ in range(2):
        assert finish(world, by_hand).state == "done"
    assert kinds(by_hand).count("done") == 1


def test_the_panel_may_try_again_and_the_change_is_done(world: World, lied: PlanChange) -> None:
    retry(lied.customer_id, lied.id, house=world.house, by=world.dana, at=world.now)
    assert WorkItem.objects.get(subject_id=lied.id).state == "cancelled"
    world.drain()
    lied.refresh_from_db()
    assert lied.state == "done"
    assert world.panel.account("boreale")["plan"] == "forfait_b"
    assert kinds(lied) == ["accepted", "applying", "needs_person", "taken", "retried", "done"]


def test_a_second_failure_comes_back_to_the_queue_with_a_new_promise(world: World, lied: PlanChange) -> None:
    world.panel.set_mode("refuse")
    retry(lied.customer_id, lied.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    lied.refresh_from_db()
    assert (lied.state, lied.reason) == ("needs_person", "panel_refused")
    assert WorkItem.objects.filter(subject_id=lied.id, state="open").count() == 1


def test_what_people_do_is_not_tried_by_a_machine(world: World, by_hand: PlanChange) -> None:
    with pytest.raises(NotForMachines):
        retry(by_hand.customer_id, by_hand.id, house=world.house, by=world.dana, at=world.now)
    assert world.panel.count("boreale") == 0


def test_an_option_set_up_by_people_is_not_tried_by_a_machine(world: World) -> None:
    change = world.change(world.subscribe(), "web-a", options=(("dedicated-ip", 1),))
    with pytest.raises(NotForMachines):
        retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)


def test_undone_gives_back_exactly_what_was_paid(world: World, lied: PlanChange) -> None:
    told = returned_by_undo(lied, world.house, world.now)
    change = undo(world, lied, sentence="Le serveur est plein.")
    assert (change.state, change.reason) == ("reversed", "cannot_be_done")
    assert credit_balance(change.customer_id, "CAD") == told.total == 725
    assert CreditNote.objects.get(invoice_id=change.invoice_id).total == 725
    event = Event.objects.get(kind="plan_change.reversed")
    assert (event.facts["said"], event.facts["returned"], event.actor_id) == (
        "Le serveur est plein.",
        725,
        world.dana.id,
    )


@pytest.fixture
def paid_by_card(world: World, card: CardControl) -> PlanChange:
    """From A to B for 7.25: 2.00 from the credit balance, 5.25 by card. The panel refused."""
    give_credit(world, 200)
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    pay_by_card(world, card, Invoice.objects.get(id=change.invoice_id))
    world.drain()
    change.refresh_from_db()
    assert (change.state, credit_balance(change.customer_id, "CAD")) == ("needs_person", 0)
    return change


def test_back_to_the_card_goes_what_came_from_it_and_the_rest_to_the_balance(
    world: World, paid_by_card: PlanChange, card: CardControl
) -> None:
    told = returned_by_undo(paid_by_card, world.house, world.now)
    assert (told.total, told.to_card) == (725, 525)
    undo(world, paid_by_card, return_to="card")
    (sent,) = card.state()["refunds"].values()
    assert sent["amount"] == 525
    assert credit_balance(paid_by_card.customer_id, "CAD") == 200
    assert Refund.objects.get().state == "succeeded"


def test_undone_twice_gives_back_once(world: World, paid_by_card: PlanChange, card: CardControl) -> None:
    for _ in range(2):
        undo(world, paid_by_card, return_to="card")
    assert card.count("refunds_made") == 1
    assert credit_balance(paid_by_card.customer_id, "CAD") == 200


def test_a_card_that_takes_nothing_back_leaves_the_money_in_the_balance(
    world: World, paid_by_card: PlanChange, card: CardControl
) -> None:
    card.set_mode("refuse")
    change = undo(world, paid_by_card, return_to="card")
    assert change.state == "reversed"
    assert credit_balance(change.customer_id, "CAD") == 725
    assert WorkItem.objects.filter(subject_kind="refund", state="open").count() == 1


def test_a_change_that_cost_nothing_gives_nothing_back(world: World) -> None:
    subscription = world.subscribe("web-b")
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-a", at_renewal=False)
    assert (change.state, returned_by_undo(change, world.house, world.now).total) == ("needs_person", 0)
    undo(world, change, return_to="card")
    assert not CreditNote.objects.exists()


def test_a_renewal_paid_for_the_new_plan_gives_its_difference_back_too(
    world: World, lied: PlanChange
) -> None:
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))  # the renewal of 14 December is billed for B
    world.pay_all(world.boreale)
    world.drain()
    told = returned_by_undo(lied, world.house, world.now)
    (renewal,) = told.periods
    # 20.70 paid for Forfait B, 10.35 to pay for Forfait A.
    assert (renewal.paid, renewal.bill, renewal.returned, told.total) == (2070, 1035, 1035, 1760)
    undo(world, lied)
    assert credit_balance(lied.customer_id, "CAD") == 1760


def test_a_renewal_paid_this_very_moment_gives_all_of_it_back(world: World, lied: PlanChange) -> None:
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    world.pay_all(world.boreale)  # and nothing has reacted yet
    told = returned_by_undo(lied, world.house, world.now)
    undo(world, lied)
    assert credit_balance(lied.customer_id, "CAD") == told.total == 725 + 2070


def test_a_renewal_that_is_not_paid_is_billed_again_and_gives_nothing_back(
    world: World, lied: PlanChange
) -> None:
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    told = returned_by_undo(lied, world.house, world.now)
    assert [(one.paid, one.bill, one.returned) for one in told.periods] == [(0, 1035, 0)]
    undo(world, lied)
    assert credit_balance(lied.customer_id, "CAD") == told.total == 725
    assert Invoice.objects.filter(subject_kind="period").latest("issued_at").total == 1035


def test_a_planned_move_that_was_set_aside_is_what_the_renewal_is_billed_for_again(world: World) -> None:
    subscription = world.subscribe("web-b")
    world.change(subscription, "web-a")  # planned for 14 December
    world.panel.set_mode("refuse")
    change = world.change(subscription, "web-c")
    world.pass_time(datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    world.pay_all(world.boreale)
    world.drain()
    told = returned_by_undo(change, world.house, world.now)
    (renewal,) = told.periods
    assert (renewal.paid, renewal.bill) == (3449, 1035)
    undo(world, change)
    assert credit_balance(change.customer_id, "CAD") == told.total
