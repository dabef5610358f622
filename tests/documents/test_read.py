"""A document read from its rows: what was frozen, and what became of it, to the cent."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist

from palier.billing.models import CreditNote, Invoice, Payment, Refund
from palier.billing.refund import send_refund, start_refunds
from palier.books import violations
from palier.core.money import Money
from palier.documents.paper import Kind, Paper
from palier.documents.read import invoice_or_note, paper_of
from palier.documents.sheet import sheet
from palier.documents.size import paper_size
from palier.entrypoints.demo.card_control import CardControl
from palier.events.record import SYSTEM, Actor
from palier.people.models import Provider
from palier.people.queries import provider
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from tests.card import pay_by_card
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_are_right(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def change(world: World) -> PlanChange:
    """7.25 to pay."""
    subscription = world.subscribe()
    return world.accept(subscription, world.offer(subscription, "web-b"))


def read(world: World, kind: Kind, row_id: UUID | None) -> Paper:
    assert row_id is not None
    return paper_of(world.boreale.id, (kind, row_id), provider())


def test_an_invoice_is_what_was_frozen(world: World, change: PlanChange) -> None:
    one = read(world, "invoice", change.invoice_id)
    assert (one.name, one.language, one.total, one.owed) == (
        "2026-0002", "fr", Money(725, "CAD"), Money(725, "CAD"),
    )  # fmt: skip
    assert [(tax.name, tax.amount.minor, bool(tax.number)) for tax in one.taxes] == [
        ("TPS", 32, True),
        ("TVQ", 63, True),
    ]
    assert one.buyer.name == "Ateliers Boréale inc." and one.size == "us-letter"
    assert sheet(one).file_name == "Facture-2026-0002.pdf"


def test_parts_and_what_came_beyond_are_lines_with_their_receipts(world: World, change: PlanChange) -> None:
    first, second = world.take_in(change.invoice_id, 300), world.take_in(change.invoice_id, 500)
    one = read(world, "invoice", change.invoice_id)
    assert [(paid.kind, paid.amount.minor, paid.about) for paid in one.settlements] == [
        ("payment_received", 300, ("payment", first.id)),
        ("payment_received", 500, ("payment", second.id)),
        ("kept_for_customer", -75, None),
    ]
    assert one.owed == Money(0, "CAD")


def test_each_receipt_says_what_was_left_then_whatever_came_later(world: World, change: PlanChange) -> None:
    first = world.take_in(change.invoice_id, 300)
    before = read(world, "payment", first.id)
    second = world.take_in(change.invoice_id, 500)
    assert read(world, "payment", first.id) == before
    assert (before.name, before.owed, before.kept) == ("2026-0002-1", Money(425, "CAD"), Money(0, "CAD"))
    later = read(world, "payment", second.id)
    assert (later.name, later.total, later.kept, later.owed) == (
        "2026-0002-2", Money(500, "CAD"), Money(75, "CAD"), Money(0, "CAD"),
    )  # fmt: skip


def test_an_attempt_that_brought_nothing_has_no_receipt(world: World, change: PlanChange) -> None:
    assert change.invoice_id is not None
    payment = Payment.objects.create(
        customer_id=change.customer_id, invoice_id=change.invoice_id, gateway="demo_card", amount=725,
        currency="CAD", started_at=world.now,
    )  # fmt: skip
    with pytest.raises(ObjectDoesNotExist):
        read(world, "payment", payment.id)


def test_a_refund_has_a_receipt_that_says_how_it_stands(
    world: World, card: CardControl, change: PlanChange
) -> None:
    world.panel.set_mode("refuse")
    pay_by_card(world, card, Invoice.objects.get(id=change.invoice_id))
    world.drain()
    undo(change.customer_id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
    assert change.invoice_id is not None
    (refund,) = start_refunds(
        change.customer_id, change.invoice_id, 725, reason="undone", by=Actor("staff"), at=world.now
    )
    on_its_way = read(world, "refund", refund.id)
    assert (on_its_way.name, on_its_way.state, on_its_way.method) == (
        "2026-0002-1",
        "started",
        "Visa •••• 4242",
    )
    send_refund(refund, at=world.now)
    assert read(world, "refund", refund.id).state == "succeeded"
    one = read(world, "invoice", change.invoice_id)
    assert [(back.amount.minor, back.state) for back in one.refunds] == [(725, "succeeded")]
    (note,) = one.credit_notes
    assert (note.number, note.reason, note.total.minor) == ("NC-2026-0001", "undone", 725)
    whole = read(world, "credit_note", CreditNote.objects.get().id)
    assert (whole.total.minor, whole.about) == (725, ("2026-0002", ("invoice", change.invoice_id)))


def test_an_invoice_and_a_credit_note_are_told_apart(world: World, change: PlanChange) -> None:
    assert change.invoice_id is not None
    assert invoice_or_note(world.boreale.id, change.invoice_id)[0] == "invoice"
    with pytest.raises(CreditNote.DoesNotExist):
        invoice_or_note(world.boreale.id, change.id)


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "payment", "refund"])
def test_anothers_is_not_found(world: World, kind: Kind) -> None:
    world.subscribe()
    rows = {"invoice": Invoice, "credit_note": CreditNote, "payment": Payment, "refund": Refund}
    row = rows[kind].objects.first()
    with pytest.raises(ObjectDoesNotExist):
        paper_of(world.stranger.id, (kind, row.id if row else world.boreale.id), provider())


@pytest.mark.parametrize(
    ("country", "time_zone", "size"),
    [
        ("CA-QC", "Europe/Paris", "us-letter"),
        ("FR", "America/Toronto", "a4"),
        ("", "America/Montreal", "us-letter"),
        ("", "Asia/Tokyo", "a4"),
        ("", "UTC", "a4"),
    ],
)
def test_the_paper_is_that_of_the_country_or_else_of_the_time_zone(
    country: str, time_zone: str, size: str
) -> None:
    assert paper_size(Provider(country=country, time_zone=time_zone)) == size


def test_a_payment_that_waited_for_its_turn_takes_no_other_receipts_number(
    world: World, change: PlanChange
) -> None:
    """Its instant is that of its request, before the other's; it was booked after."""
    first = world.take_in(change.invoice_id, 300)
    before = read(world, "payment", first.id).name
    late = world.take_in(change.invoice_id, 200)
    Payment.objects.filter(id=late.id).update(settled_at=world.now - timedelta(seconds=5))
    assert (read(world, "payment", first.id).name, read(world, "payment", late.id).name) == (
        before, before.removesuffix("-1") + "-2",
    )  # fmt: skip
