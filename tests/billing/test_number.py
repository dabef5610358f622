"""Numbers of documents: never the same twice, and taken in one turn."""

from contextlib import suppress

import pytest
from django.db import transaction

from palier.billing.models import Invoice, Series
from palier.billing.number import TURN
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.subscriptions.start import start
from tests.at_once import while_first_holds
from tests.billing.elsewhere import answer_elsewhere
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_invoice_after_the_9999th_of_a_year_has_a_number_of_its_own(world: World) -> None:
    Series.objects.create(kind="invoice", year=2026, next=9_999)
    for account in ("one", "two", "three"):
        world.subscribe("web-a", account=account)
    numbers = Invoice.objects.order_by("issued_at", "id").values_list("number", flat=True)
    assert sorted(numbers) == ["2026-10000", "2026-10001", "2026-9999"]


def test_whoever_has_numbered_one_document_has_the_turn_for_all_kinds(world: World) -> None:
    """Else one transaction could hold the invoices and want the credit notes, and another the reverse."""
    asked = "SELECT pg_try_advisory_xact_lock(%s)"
    assert answer_elsewhere(asked, [TURN]) is True
    world.subscribe("web-a")
    assert answer_elsewhere(asked, [TURN]) is False


class Died(Exception):
    """What a transaction ends of."""


def begin(world: World, label: str) -> None:
    """A subscription with its first invoice: one transaction."""
    configuration = Configuration("web-a", BillingCycle("monthly"), ())
    start(world.boreale, configuration, label=label, house=world.house, at=world.now)


def numbers() -> list[str | None]:
    return sorted(Invoice.objects.values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_by_a_transaction_that_dies_is_given_to_the_next(world: World) -> None:
    begin(world, "one")
    for _ in range(3):
        with suppress(Died), transaction.atomic():
            begin(world, "never")
            raise Died
    begin(world, "two")
    assert numbers() == ["2026-0001", "2026-0002"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_have_numbers_that_follow_each_other(world: World) -> None:
    while_first_holds(lambda: begin(world, "one"), lambda: begin(world, "two"))
    assert numbers() == ["2026-0001", "2026-0002"]


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_one_that_dies_has_its_number(world: World) -> None:
    """`then` undoes the first once the second waits for its number."""
    while_first_holds(
        lambda: begin(world, "never"), lambda: begin(world, "two"), lambda: transaction.set_rollback(True)
    )
    assert numbers() == ["2026-0001"]
