"""What lifts a suspension, and what does not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from palier.billing.settle import settle
from palier.books import violations
from palier.entrypoints.batch.rounds import round_of_time
from palier.events.record import Actor
from palier.notices.models import Notice
from palier.provisioning.suspend import resume, suspend
from palier.subscriptions.bill_again import take_out
from palier.subscriptions.models import Period
from tests.dunning.unpaid import Unpaid, ask_to_end, at, left_until_suspended
from tests.lived import Lived, LiveOnce
from tests.plan_changes.test_accept import give_credit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[Unpaid]:
    return live_once(left_until_suspended)


@pytest.fixture
def world(again: tuple[World, Unpaid]) -> World:
    return again[0]


@pytest.fixture
def suspended(again: tuple[World, Unpaid]) -> Unpaid:
    return again[1]


def test_a_part_of_it_does_not_lift_the_suspension_and_the_rest_does(suspended: Unpaid) -> None:
    payment = suspended.starts_paying()
    settle(suspended.world.report(payment, amount=1000), gateway="demo_card", at=suspended.world.now)
    suspended.world.drain()
    assert suspended.state == "suspended"
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_credit_balance_that_covers_it_lifts_it(suspended: Unpaid) -> None:
    give_credit(suspended.world, 5000)
    round_of_time(suspended.world.now)
    suspended.world.drain()
    assert suspended.state == "active"
    assert suspended.world.panel.account("boreale")["suspended"] == 0


def test_a_credit_note_that_settles_it_lifts_it(suspended: Unpaid) -> None:
    periods = list(Period.objects.filter(invoice=suspended.invoice))
    now = suspended.world.now
    take_out(suspended.subscription, periods, reason="ended", on=now.date(), at=now)
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_lift_whose_reaction_was_lost_is_found_by_the_round(suspended: Unpaid) -> None:
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'")
    assert "nobody_is_suspended_who_owes_nothing" in {one.check for one in violations()}
    round_of_time(suspended.world.now + timedelta(minutes=2))
    suspended.world.drain()
    assert suspended.state == "active"


def test_a_payment_does_not_lift_what_people_suspended_for_another_reason(suspended: Unpaid) -> None:
    customer_id, dana = suspended.invoice.customer_id, Actor("staff", suspended.world.dana.id)
    now = suspended.world.now
    suspend(customer_id, suspended.subscription.id, note="pourriel", by=dana, at=now)
    suspended.world.pay(customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "suspended"
    assert suspended.world.panel.account("boreale")["suspended"] == 1
    assert resume(customer_id, suspended.subscription.id, by=dana, at=now)
    suspended.world.drain()
    assert suspended.state == "active"


def test_people_do_not_lift_what_is_unpaid_by_lifting_their_own_reason(suspended: Unpaid) -> None:
    customer_id, dana = suspended.invoice.customer_id, Actor("staff", suspended.world.dana.id)
    suspend(customer_id, suspended.subscription.id, by=dana, at=suspended.world.now)
    resume(customer_id, suspended.subscription.id, by=dana, at=suspended.world.now)
    assert suspended.state == "suspended"


def test_another_invoice_that_is_less_overdue_does_not_keep_it_suspended(suspended: Unpaid) -> None:
    """The renewal of 14 January is reminded of, and has its own day."""
    suspended.until(at(1, 18))
    suspended.world.pay(suspended.invoice.customer_id, suspended.invoice.id)
    suspended.world.drain()
    assert suspended.state == "active"
    suspended.until(at(1, 28))
    assert suspended.state == "active"
    suspended.until(at(1, 29))
    assert suspended.state == "suspended"


def test_what_the_client_asked_to_end_later_ends_with_dunning_and_is_told_once(suspended: Unpaid) -> None:
    ask_to_end(suspended, at_renewal=True)
    assert suspended.state == "cancelled"  # Nothing was paid for: it ended at once.
    suspended.until(at(2, 10))
    assert Notice.objects.filter(kind="subscription.cancelled", user=suspended.world.alice).count() == 1
    assert suspended.steps[-1] == "suspension 1"
