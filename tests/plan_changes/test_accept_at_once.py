"""Two people who accept at the same moment: one change, one invoice, and words for the other."""

import pytest
from django.db import transaction

from palier.billing.models import Invoice
from palier.core.postings import goodwill_given
from palier.events.keys import new_id
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.models import PlanChange
from palier.subscriptions.codes import across_customers_uses
from tests.at_once import while_first_holds
from tests.plan_changes.rules import set_discount
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_finds_the_change_of_the_first(world: World) -> None:
    subscription = world.subscribe()
    one, other = world.offer(subscription, "web-b"), world.offer(subscription, "web-c")
    late = while_first_holds(
        lambda: world.accept(subscription, one), lambda: world.accept(subscription, other)
    )
    assert isinstance(late, QuoteOutdated)
    assert [obstacle.code for obstacle in late.new.obstacles] == ["change_open"]
    assert PlanChange.objects.count() == 1


def test_the_same_button_pressed_twice_is_one_change(world: World) -> None:
    subscription = world.subscribe()
    offered = world.offer(subscription, "web-b")
    late = while_first_holds(
        lambda: world.accept(subscription, offered, key="pressed"),
        lambda: world.accept(subscription, offered, key="pressed"),
    )
    assert late == PlanChange.objects.get()
    assert Invoice.objects.filter(subject_kind="plan_change").count() == 1


def test_a_credit_balance_is_spent_once_by_two_services(world: World) -> None:
    first = world.subscribe()
    second = world.subscribe(label="other.example", account="other")
    with transaction.atomic():
        entry = Entry("goodwill", ("goodwill", new_id()), goodwill_given(500))
        post([entry], customer_id=world.boreale.id, currency="CAD", on=NOW.date(), at=NOW)
    one, other = world.offer(first, "web-b"), world.offer(second, "web-b")
    late = while_first_holds(lambda: world.accept(first, one), lambda: world.accept(second, other))
    assert isinstance(late, QuoteOutdated)
    assert (late.old.credit_used, late.new.credit_used) == (500, 0)
    assert credit_balance(world.boreale.id, "CAD") == 0


def test_the_last_use_of_a_code_is_given_to_one_of_two_customers(world: World) -> None:
    set_discount("last", "0.1", uses=1)
    ours = world.subscribe()
    theirs = world.subscribe(customer=world.stranger, label="charlie.example", account="charlie")
    one, other = (world.offer(service, "web-b", code="last") for service in (ours, theirs))
    late = while_first_holds(lambda: world.accept(ours, one), lambda: world.accept(theirs, other))
    assert isinstance(late, QuoteOutdated)
    assert late.new.code_problem == "code_used_up"
    assert across_customers_uses("last") == 1
