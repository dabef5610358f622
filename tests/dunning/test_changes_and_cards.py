"""Dunning beside a plan change, and beside a card that is saved."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from palier.billing.models import Invoice, Payment, PaymentMethod
from palier.books import violations
from palier.dunning.models import StepTaken
from palier.dunning.queries import case_of, overdue_of
from palier.entrypoints.demo.card_control import CardControl
from palier.ledger.queries import owed_on
from palier.notices.models import Notice
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from tests.dunning.unpaid import Unpaid, at
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


def test_a_paid_change_that_is_being_made_is_not_suspended_under(world: World) -> None:
    subscription = world.subscribe("web-d")
    change = world.change(subscription, "vps-2")
    assert change.state == "needs_person"
    world.pass_time(at(12, 28))
    unpaid = Unpaid(world, subscription, Invoice.objects.filter(subject_kind="period").latest("issued_at"))
    world.pass_time(at(1, 3))
    assert (unpaid.case.hold, unpaid.state, len(unpaid.steps)) == ("changing", "active", 3)


def test_a_change_that_waits_for_the_renewal_ends_with_the_subscription(world: World) -> None:
    subscription = world.subscribe("web-b")
    change = world.change(subscription, "web-a")
    assert change.state == "scheduled"
    world.pass_time(at(1, 29))
    subscription.refresh_from_db()
    assert subscription.state == "cancelled"
    assert PlanChange.objects.get().state == "cancelled"
    # Forfait B was served until the end, but A was what the renewals had been billed for: nobody owes more.
    owed = overdue_of(world.boreale.id, date(2027, 1, 30), house=world.house)
    billed = [line.facts["plan"]["fr"] for case in owed for line in case.invoice.lines.all()]
    assert billed == ["Forfait A", "Forfait A"]


def test_the_invoice_of_a_change_that_waits_for_its_payment_is_not_dunned(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    assert change.invoice_id is not None
    later = world.now.date() + timedelta(5)
    assert case_of(change.customer_id, change.invoice_id, later, house=world.house) is None


def test_a_saved_card_is_tried_again_on_its_days(world: World, card: CardControl) -> None:
    subscription = world.subscribe("web-a")
    card.keep_method("card", "decline")
    PaymentMethod.objects.create(
        customer=world.boreale,
        gateway="demo_card",
        label="Visa •••• 4242",
        token=sealed("card"),
        is_default=True,
    )
    world.pass_time(at(12, 28))
    unpaid = Unpaid(world, subscription, Invoice.objects.latest("issued_at"))
    tried = [payment.started_at.day for payment in Payment.objects.filter(invoice=unpaid.invoice)]
    assert sorted(tried) == [14, 17, 21]
    letter = Notice.objects.filter(kind="invoice.reminded").latest("written_at")
    assert "Visa •••• 4242" in letter.text


def test_a_card_that_is_good_again_pays_on_the_day_it_is_tried(world: World, card: CardControl) -> None:
    world.subscribe("web-a")
    card.keep_method("card", "decline")
    PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="Visa", token=sealed("card"), is_default=True
    )
    world.pass_time(at(12, 16))
    invoice = Invoice.objects.latest("issued_at")
    card.keep_method("card", "approve")
    world.pass_time(at(12, 18))
    assert owed_on(invoice.customer_id, invoice.id) == 0
    assert not StepTaken.objects.exists()  # The card comes before the letter.
