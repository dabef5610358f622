"""Our team says yes or no: before the payment or after it, never for more than was accepted."""

from datetime import timedelta

import pytest

from palier.billing.models import Invoice
from palier.books import violations
from palier.catalog.models import ChangePath
from palier.events.record import Actor
from palier.ledger.queries import credit_balance, owed_on
from palier.notices.models import Notice
from palier.plan_changes.approve import approve, refuse
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import cancel
from palier.subscriptions.models import Subscription
from palier.work.models import WorkItem
from tests.plan_changes.rules import count_up, set_discount, set_policies
from tests.plan_changes.test_addons import backed_up
from tests.world import World

pytestmark = pytest.mark.django_db
REASON = {"fr": "Nous vérifions la machine.", "en": "We check the machine."}


@pytest.fixture
def subscription(world: World) -> Subscription:
    return world.subscribe("web-a")


def wanted(
    world: World, subscription: Subscription, when: str, plan: str = "web-b", **how: object
) -> PlanChange:
    set_policies(approval=when, approval_hours=4, approval_reason=REASON)
    change = world.change(subscription, plan, **how)  # type: ignore[arg-type]
    assert change.state == "needs_approval"
    return change


def say_yes(world: World, change: PlanChange) -> PlanChange:
    approve(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()
    change.refresh_from_db()
    return change


def say_no(world: World, change: PlanChange, **how: object) -> PlanChange:
    said = {"house": world.house, "by": world.dana, "at": world.now, "sentence": "Trop tôt."} | how
    refuse(change.customer_id, change.id, **said)  # type: ignore[arg-type]
    world.drain()
    change.refresh_from_db()
    return change


def invoices_of(change: PlanChange) -> int:
    return Invoice.objects.filter(subject_kind="plan_change", subject_id=change.id).count()


def told(world: World, change: PlanChange, kind: str) -> int:
    return Notice.objects.filter(subject_id=change.id, kind=kind, user=world.alice).count()


def test_before_the_payment_nothing_is_charged_and_someone_is_asked(
    world: World, subscription: Subscription
) -> None:
    change = wanted(world, subscription, "before_payment")
    item = WorkItem.objects.get(subject_id=change.id)
    assert (item.reason, item.state, item.promised_by) == ("approval", "open", world.now + timedelta(hours=4))
    assert (invoices_of(change), change.promised_by) == (0, item.promised_by)
    assert told(world, change, "plan_change.needs_approval") == 1
    assert violations() == []


def test_approved_it_is_billed_for_that_day_and_the_client_told_to_pay(
    world: World, subscription: Subscription
) -> None:
    change = wanted(world, subscription, "before_payment")
    world.pass_time(world.now + timedelta(days=2))
    say_yes(world, change)
    assert (change.state, change.net_due, change.quote["due_now"]) == (
        "awaiting_payment",
        570,
        725,
    )  # 19 of 30
    assert owed_on(change.customer_id, change.invoice_id) == change.quoted.today.total  # type: ignore[arg-type]
    assert WorkItem.objects.get(subject_id=change.id).state == "done"
    assert told(world, change, "plan_change.approved") == 1
    world.pay(change.customer_id, change.invoice_id)  # type: ignore[arg-type]
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"
    assert violations() == []


def test_approved_and_not_paid_it_expires_as_any_other(world: World, subscription: Subscription) -> None:
    change = say_yes(world, wanted(world, subscription, "before_payment"))
    world.pass_time(world.now + timedelta(days=3))
    change.refresh_from_db()
    assert change.state == "expired"
    assert violations() == []


def test_when_it_would_cost_more_it_is_cancelled_and_the_client_told(
    world: World, subscription: Subscription
) -> None:
    change = wanted(world, subscription, "before_payment")
    world.pass_time(world.now + timedelta(days=22))  # a new period has begun: 30 days of 31 are left
    world.pay_all(world.boreale)
    world.drain()
    say_yes(world, change)
    assert (change.state, change.reason, invoices_of(change)) == ("cancelled", "approval_dearer", 0)
    assert told(world, change, "plan_change.cancelled") == 1
    assert violations() == []


def test_when_something_stands_in_the_way_by_then_it_is_cancelled(
    world: World, subscription: Subscription
) -> None:
    change = wanted(world, subscription, "before_payment")
    world.pass_time(world.now + timedelta(days=22))  # the renewal is owed
    say_yes(world, change)
    assert (change.state, change.reason) == ("cancelled", "approval_obstacle")


def test_a_longer_cycle_carries_what_there_was_when_it_was_accepted(
    world: World, subscription: Subscription
) -> None:
    change = wanted(world, subscription, "before_payment", cycle="yearly")
    world.pass_time(world.now + timedelta(days=2))
    say_yes(world, change)
    assert (change.state, change.net_due) == ("awaiting_payment", 18000 - 630)
    world.pay(change.customer_id, change.invoice_id)  # type: ignore[arg-type]
    world.drain()
    change.refresh_from_db()
    assert change.state == "done"
    assert violations() == []


def test_the_code_it_was_accepted_with_still_counts(world: World, subscription: Subscription) -> None:
    set_discount("last", "0.1", uses=1)
    change = wanted(world, subscription, "before_payment", code="last")
    set_discount("last", "0.1", uses=1, retired_at=world.now)
    assert say_yes(world, change).net_due == 504


def test_refused_before_the_payment_costs_nothing_and_says_why(
    world: World, subscription: Subscription
) -> None:
    set_discount("last", "0.1", uses=1)
    change = say_no(world, wanted(world, subscription, "before_payment", code="last"))
    assert (change.state, change.reason, invoices_of(change)) == ("cancelled", "refused", 0)
    letter = Notice.objects.get(subject_id=change.id, kind="plan_change.cancelled", user=world.alice)
    assert "Trop tôt." in letter.text
    assert world.offer(subscription, "web-b", code="last").quote.code_problem == ""
    assert violations() == []


def test_after_the_payment_it_waits_paid(world: World, subscription: Subscription) -> None:
    change = wanted(world, subscription, "after_payment")
    assert change.paid_at is not None
    assert owed_on(change.customer_id, change.invoice_id) == 0  # type: ignore[arg-type]
    assert violations() == []
    say_yes(world, change)
    assert change.state == "done"
    assert violations() == []


def test_refused_after_the_payment_the_money_goes_back(world: World, subscription: Subscription) -> None:
    change = say_no(world, wanted(world, subscription, "after_payment"))
    assert (change.state, change.reason) == ("reversed", "refused")
    assert credit_balance(change.customer_id, "CAD") == 725
    assert violations() == []


@pytest.mark.parametrize(("when", "end"), [("before_payment", "cancelled"), ("after_payment", "reversed")])
def test_the_client_may_change_their_mind_until_then(
    world: World, subscription: Subscription, when: str, end: str
) -> None:
    change = wanted(world, subscription, when)
    by = Actor("user", world.alice.id)
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=by)
    change.refresh_from_db()
    assert (change.state, WorkItem.objects.get(subject_id=change.id).state) == (end, "cancelled")
    assert violations() == []


@pytest.mark.parametrize("when", ["before_payment", "after_payment"])
def test_a_lower_level_at_renewal_is_planned_once_it_is_approved(world: World, when: str) -> None:
    subscription = world.subscribe("web-b")
    change = wanted(world, subscription, when, "web-a")
    assert say_yes(world, change).state == "scheduled"
    assert violations() == []


def test_then_a_person_may_still_have_to_do_it(world: World) -> None:
    subscription = world.subscribe("web-d")
    set_policies("vps", approval="before_payment", approval_reason=REASON)
    change = world.change(subscription, "vps-2")
    say_yes(world, change)
    world.pay(change.customer_id, change.invoice_id)  # type: ignore[arg-type]
    world.drain()
    change.refresh_from_db()
    assert change.state == "needs_person"
    assert set(WorkItem.objects.filter(subject_id=change.id).values_list("reason", "state")) == {
        ("approval", "done"),
        ("path_needs_person", "open"),
    }
    assert violations() == []


def test_a_yes_said_twice_is_said_once(world: World, subscription: Subscription) -> None:
    change = say_yes(world, wanted(world, subscription, "before_payment"))
    say_yes(world, change)
    say_no(world, change)
    assert (change.state, invoices_of(change)) == ("awaiting_payment", 1)


def test_approved_under_another_catalogue_it_makes_of_add_ons_what_was_accepted(world: World) -> None:
    web, _ = backed_up(world)
    set_policies("vps", approval="before_payment", approval_hours=4, approval_reason=REASON)
    change = world.change(web, "vps-2")
    assert change.state == "needs_approval"
    assert [one["fate"] for one in change.quote["addons"]] == ["convert"]
    ChangePath.objects.update(addons={})
    count_up()
    say_yes(world, change)
    assert [(one["fate"], one["returned"]) for one in change.approved_quote["addons"]] == [("convert", 500)]
