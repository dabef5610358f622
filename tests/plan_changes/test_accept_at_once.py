"""Two people who accept at the same moment: one change, one invoice, and words for the other."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from palier.billing.models import Invoice
from palier.core.postings import goodwill_given
from palier.events.keys import new_id
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.models import PlanChange
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


def while_first_holds(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` comes to, when it begins while `first` is done and not yet committed."""
    came_to: list[Any] = []

    def run() -> None:
        try:
            came_to.append(second())
        except QuoteOutdated as outdated:
            came_to.append(outdated)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        wait_until_someone_waits_for_a_lock()
    thread.join()
    return came_to[0]


def wait_until_someone_waits_for_a_lock() -> None:
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")
