"""A code lowers what is charged, within its limits, and what was paid less for carries less."""

from datetime import date, timedelta

import pytest

from palier.billing.models import InvoiceLine
from palier.books import violations
from palier.events.record import SYSTEM
from palier.ledger.queries import credit_balance
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.by_person import retry
from palier.plan_changes.undo import cancel
from palier.subscriptions.codes import CodeRefused, across_customers_uses
from palier.subscriptions.models import Period, Subscription
from tests.plan_changes.rules import set_discount, set_policies
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(world: World) -> Subscription:
    return world.subscribe("web-a")


def periods(subscription: Subscription) -> list[tuple[date, int, int, int]]:
    found = Period.objects.filter(subscription=subscription).order_by("start_on")
    return [(one.start_on, one.price, one.held_price, one.paid_price) for one in found]


def test_a_recurring_code_lowers_the_difference_and_every_renewal(
    world: World, subscription: Subscription
) -> None:
    set_discount("school", "0.1")
    change = world.change(subscription, "web-b", code=" school ")
    assert (change.state, change.net_due, change.price) == ("done", 504, 1620)  # (16.20 - 9.00) x 21/30
    assert (subscription.price, subscription.discounts[0]["code"]) == (1620, "school")
    world.pass_time(world.now + timedelta(days=21))
    world.pay_all(world.boreale)
    world.drain()
    assert periods(subscription)[-1] == (date(2026, 12, 14), 1620, 1620, 1620)
    assert violations() == []


def test_a_code_for_the_first_periods_is_held_whole_and_paid_at_half(
    world: World, subscription: Subscription
) -> None:
    set_discount("half", periods=2)
    change = world.change(subscription, "web-b", code="HALF")
    assert (change.net_due, change.price) == (315, 1800)
    # The difference of 9.00 was paid at half: 9.00 + 4.50.
    assert periods(subscription)[0][2:] == (1800, 1350)
    for _ in range(2):
        world.pass_time(world.now + timedelta(days=31))
        world.pay_all(world.boreale)
        world.drain()
    assert periods(subscription)[1:3] == [
        (date(2026, 12, 14), 1800, 1800, 900),
        (date(2027, 1, 14), 1800, 1800, 1800),
    ]
    assert violations() == []


def test_what_was_paid_at_half_is_carried_at_half(world: World) -> None:
    set_discount("half", periods=1)
    subscription = world.subscribe("web-a", code="half")
    assert periods(subscription) == [(date(2026, 11, 14), 900, 900, 450)]
    quote = world.offer(subscription, "web-b", "yearly").quote
    assert [(line.code, line.amount) for line in quote.lines] == [("new_period", 18000), ("carried", -315)]


def test_a_restart_at_a_discount_holds_the_level_and_carries_what_was_paid(
    world: World, subscription: Subscription
) -> None:
    set_discount("half", periods=1)
    change = world.change(subscription, "web-b", "yearly", code="half")
    assert (change.state, change.net_due) == ("done", 9000 - 630)
    year = Period.objects.get(subscription=subscription, start_on=date(2026, 11, 23))
    assert (year.price, year.held_price, year.billed_price, year.paid_price) == (18000, 18000, 9000, 9000)
    assert year.carried_in == 630
    assert violations() == []


def test_the_first_period_can_be_free_and_its_level_is_held_at_once(world: World) -> None:
    set_discount("gift", "1", periods=1)
    subscription = world.subscribe("web-a", code="gift")
    assert periods(subscription) == [(date(2026, 11, 14), 900, 900, 0)]
    assert world.change(subscription, "web-b").net_due == 0  # the rest of the month at nothing, at any level
    assert periods(subscription) == [(date(2026, 11, 14), 900, 1800, 0)]


def test_the_invoice_says_what_was_off(world: World, subscription: Subscription) -> None:
    set_discount("half", periods=1)
    change = world.change(subscription, "web-b", code="half")
    lines = InvoiceLine.objects.filter(invoice=change.invoice).order_by("id")
    assert [(line.code, line.amount) for line in lines] == [("difference", 630), ("discount", -315)]
    assert "half" in lines[1].text


def test_delivered_late_it_is_the_discounted_difference_that_goes_back(
    world: World, subscription: Subscription
) -> None:
    set_discount("half", periods=1)
    offered = world.offer(subscription, "web-b", code="half")
    world.panel.set_mode("refuse")
    change = world.accept(subscription, offered)
    world.pay(change.customer_id, change.invoice_id)  # type: ignore[arg-type]
    world.drain()
    world.panel.set_mode("ok")
    world.pass_time(world.now + timedelta(days=3))
    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.work_until_done()
    change.refresh_from_db()
    assert change.state == "done"
    # 9.00 x 21/30 and x 18/30, both at half: 3.15 and 2.70, with 14.975 % of tax on the 0.45.
    assert credit_balance(change.customer_id, "CAD") == 45 + 2 + 4
    assert violations() == []


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"valid_from": date(2026, 12, 1)}, "code_not_yet"),
        ({"valid_until_on": date(2026, 11, 23)}, "code_over"),
        ({"uses": 0}, "code_used_up"),
        ({"given_for": "new"}, "code_for_new_services"),
        ({"applies_to": ["web-c"]}, "code_not_for_this"),
        ({"applies_to": ["vps"]}, "code_not_for_this"),
        ({"cycles": ["yearly"]}, "code_not_for_this"),
        ({"rate": "", "amounts": {"yearly": {"CAD": 500}}}, "code_not_for_this"),
        ({"rate": "0.000001"}, "code_no_better"),
    ],
)
def test_a_code_that_gives_nothing_says_why_and_changes_no_amount(
    world: World, subscription: Subscription, terms: dict[str, object], problem: str
) -> None:
    set_discount(**({"code": "promo"} | terms))  # type: ignore[arg-type]
    quote = world.offer(subscription, "web-b", code="PROMO").quote
    assert (quote.code_problem, quote.today.net, quote.discounts) == (problem, 630, ())
    change = world.change(subscription, "web-b", code="PROMO")
    assert (change.net_due, across_customers_uses("promo")) == (630, 0)


def test_an_unknown_code_says_so(world: World, subscription: Subscription) -> None:
    assert world.offer(subscription, "web-b", code="NOPE").quote.code_problem == "code_unknown"


def test_an_amount_is_off_the_price_of_its_cycle(world: World, subscription: Subscription) -> None:
    set_discount("five", "", amounts={"monthly": {"CAD": 500}})
    assert world.offer(subscription, "web-b", code="five").quote.price == 1300


def test_the_last_use_is_counted_at_acceptance_and_read_again(
    world: World, subscription: Subscription
) -> None:
    set_discount("last", "0.1", uses=1)
    other = world.subscribe("web-a", label="other.example", account="other")
    first, second = (world.offer(one, "web-b", code="last") for one in (subscription, other))
    world.accept(subscription, first)
    with pytest.raises(QuoteOutdated) as outdated:
        world.accept(other, second)
    assert (outdated.value.new.code_problem, outdated.value.new.price) == ("code_used_up", 1800)
    assert across_customers_uses("last") == 1


def test_a_change_that_came_to_nothing_gives_its_use_back(world: World, subscription: Subscription) -> None:
    set_discount("last", "0.1", uses=1, once_per_customer=True)
    change = world.accept(subscription, world.offer(subscription, "web-b", code="last"))
    assert world.offer(subscription, "web-b", code="last").quote.code_problem == "code_used_before"
    cancel(change.customer_id, change.id, house=world.house, at=world.now, by=SYSTEM)
    assert world.offer(subscription, "web-b", code="last").quote.code_problem == ""


def test_once_per_customer_is_once(world: World, subscription: Subscription) -> None:
    set_discount("once", "0.1", once_per_customer=True)
    world.change(subscription, "web-b", code="once")
    with pytest.raises(CodeRefused) as refused:
        world.subscribe("web-a", label="other.example", account="other", code="once")
    assert refused.value.problem == "code_used_before"


@pytest.mark.parametrize(("policy", "price"), [("keep", 2700), ("drop", 3000)])
def test_the_policy_decides_whether_it_follows(world: World, policy: str, price: int) -> None:
    set_discount("school", "0.1")
    set_policies(discount=policy)
    subscription = world.subscribe("web-b", code="school")
    change = world.change(subscription, "web-c")
    assert (change.state, subscription.price) == ("done", price)
    assert bool(subscription.discounts) == (policy == "keep")
    assert violations() == []


def test_one_of_other_levels_waits_until_the_client_comes_back(world: World) -> None:
    set_discount("for-a", "0.1", applies_to=["web-a"])
    subscription = world.subscribe("web-a", code="for-a")
    assert subscription.price == 810
    world.change(subscription, "web-b")
    assert subscription.price == 1800
    world.change(subscription, "web-a", at_renewal=False)
    assert subscription.price == 810
