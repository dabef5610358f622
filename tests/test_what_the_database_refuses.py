"""The database itself refuses what the code must never do, whoever asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from palier.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment
from palier.core.states import PLAN_CHANGE
from palier.core.tax_due import Exemption
from palier.events.keys import new_id
from palier.events.models import Event
from palier.events.record import SYSTEM
from palier.ledger.models import Balance, JournalEntry, Posting
from palier.people.exempt import add_exemption
from palier.people.models import TaxExemption
from palier.plan_changes.models import PlanChange
from palier.plan_changes.undo import undo
from palier.provisioning.models import Service
from palier.subscriptions.models import Period, Subscription
from tests.lived import Lived, LiveOnce
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@contextmanager
def refused(says: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[PlanChange]:
    return live_once(lambda world: world.change(world.subscribe("web-a"), "web-b"))


@pytest.fixture
def world(again: tuple[World, PlanChange]) -> World:
    return again[0]


@pytest.fixture
def change(again: tuple[World, PlanChange]) -> PlanChange:
    return again[1]


@pytest.mark.parametrize("after", sorted(PLAN_CHANGE.states - {"done"}))
def test_a_change_that_is_done_stays_done(change: PlanChange, after: str) -> None:
    with refused("plan_change cannot go from done"):
        PlanChange.objects.filter(id=change.id).update(state=after)


def test_every_step_the_table_lacks_is_refused_and_every_other_allowed(world: World) -> None:
    subscription = world.subscribe("web-a")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    for before in sorted(PLAN_CHANGE.states):
        for after in sorted(PLAN_CHANGE.states - {before}):
            point = transaction.savepoint()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE plan_changes_planchange DISABLE TRIGGER USER")
                PlanChange.objects.filter(id=change.id).update(state=before)
                cursor.execute("ALTER TABLE plan_changes_planchange ENABLE TRIGGER USER")
            try:
                with transaction.atomic():
                    PlanChange.objects.filter(id=change.id).update(state=after)
                was_allowed = True
            except DatabaseError:
                was_allowed = False
            assert was_allowed == PLAN_CHANGE.allows(before, after), (before, after)
            transaction.savepoint_rollback(point)


def test_a_second_open_change_is_refused(world: World) -> None:
    subscription = world.subscribe("web-a")
    first = world.accept(subscription, world.offer(subscription, "web-b"))
    second = PlanChange.objects.get(id=first.id)
    second.pk, second.idempotency_key, second._state.adding = new_id(), "another", True
    with refused("plan_changes_planchange_one_open"):
        second.save(force_insert=True)


def test_an_idempotency_key_is_used_once_by_a_customer(world: World, change: PlanChange) -> None:
    again = PlanChange.objects.get(id=change.id)
    again.pk, again.state, again._state.adding = new_id(), "scheduled", True
    with refused("plan_changes_planchange_key"):
        again.save(force_insert=True)


def test_an_entry_that_does_not_balance_cannot_commit(change: PlanChange) -> None:
    entry = JournalEntry.objects.create(
        customer_id=change.customer_id, kind="odd", source_kind="x", source_id=new_id(), currency="CAD",
        on=NOW.date(), at=NOW,
    )  # fmt: skip
    with refused("does not balance"):
        Posting.objects.create(
            customer_id=change.customer_id, entry=entry, account="revenue", amount=-1, currency="CAD"
        )


EDITS: list[tuple[type[Any], dict[str, Any], str]] = [
    (Invoice, {"total": 1}, "never edited"),
    (Invoice, {"number": "2026-9999"}, "never edited"),
    (Invoice, {"buyer": {}}, "never edited"),
    (InvoiceLine, {"amount": 1}, "Cannot update"),
    (Event, {"facts": {}}, "Cannot update"),
    (JournalEntry, {"kind": "other"}, "Cannot update"),
    (Posting, {"amount": 1}, "Cannot update"),
]


@pytest.mark.parametrize(("model", "edit", "says"), EDITS)
def test_documents_events_and_postings_are_never_edited(
    change: PlanChange, model: type[Any], edit: dict[str, Any], says: str
) -> None:
    with refused(f"(?i){says}"):
        model.objects.update(**edit)


#: Another value of each kind of column.
OTHERS: dict[str, Any] = {
    "CharField": "XXX",
    "JSONField": ["other"],
    "DateField": date(2001, 1, 1),
    "DateTimeField": datetime(2001, 1, 1, tzinfo=UTC),
    "BigIntegerField": 1,
    "UUIDField": UUID(int=7),
}


@pytest.fixture
def undone(world: World) -> None:
    """An invoice, and the credit note that gives all of it back."""
    change = world.change(world.subscribe("web-d"), "vps-2")
    undo(world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("model", [Invoice, CreditNote])
def test_every_column_of_a_document_is_frozen(model: type[Any]) -> None:
    columns = [field for field in model._meta.concrete_fields if field.name not in ("id", "customer")]
    assert len(columns) >= 14
    for field in columns:
        other = UUID(int=7) if field.is_relation else OTHERS[field.get_internal_type()]
        with refused("never edited"):
            model.objects.update(**{field.attname: other})


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("model", [InvoiceLine, CreditNoteLine])
def test_no_column_of_a_line_can_be_edited(model: type[Any]) -> None:
    for field in model._meta.concrete_fields:
        with refused("Cannot update"):
            model.objects.update(**{field.attname: F(field.attname)})


@pytest.mark.parametrize(
    "model",
    [Invoice, InvoiceLine, Event, JournalEntry, Posting, Payment, PlanChange, Period, Subscription, Service],
)
def test_nothing_of_the_books_is_deleted(change: PlanChange, model: type[Any]) -> None:
    with refused("(?i)cannot (update or )?delete"):
        model.objects.all()._raw_delete("default")


def test_an_invoice_cannot_be_committed_without_a_number(change: PlanChange) -> None:
    invoice = Invoice.objects.get(id=change.invoice_id)
    invoice.pk, invoice.number, invoice._state.adding = new_id(), None, True
    with refused("has no number"):
        invoice.save(force_insert=True)


def test_an_invoice_is_not_credited_beyond_its_total(change: PlanChange) -> None:
    invoice = Invoice.objects.get(id=change.invoice_id)
    with refused("beyond its total"):
        CreditNote.objects.create(
            customer_id=invoice.customer_id, invoice=invoice, number="NC-1", currency="CAD", issued_on=NOW.date(),
            issued_at=NOW, net=invoice.net, total=invoice.total + 1, subject_kind="x", subject_id=new_id(),
            language="fr", reason="late",
        )  # fmt: skip


def test_a_credit_balance_is_not_overspent(world: World) -> None:
    with refused("overspent"):
        Balance.objects.create(customer=world.boreale, account="credit_balance", currency="USD", amount=1)


OWNED: list[Callable[[World, PlanChange], Any]] = [
    lambda world, change: Period.objects.filter(subscription=change.subscription_id),
    lambda world, change: Service.objects.filter(subscription=change.subscription_id),
    lambda world, change: PlanChange.objects.filter(id=change.id),
    lambda world, change: Payment.objects.filter(invoice=change.invoice_id),
]


@pytest.mark.parametrize("rows", OWNED)
def test_a_row_of_one_customer_cannot_point_to_anothers(
    world: World, change: PlanChange, rows: Callable[[World, PlanChange], Any]
) -> None:
    with refused("foreign key|violates"):
        rows(world, change).update(customer=world.stranger)


def test_two_periods_of_a_subscription_cannot_share_a_day(change: PlanChange) -> None:
    period = Period.objects.get(subscription=change.subscription_id)
    period.pk, period._state.adding = new_id(), True
    period.start_on = period.start_on.replace(day=20)
    with refused("overlaps"):
        period.save(force_insert=True)


def test_a_period_is_billed_once(change: PlanChange) -> None:
    period = Period.objects.get(subscription=change.subscription_id)
    period.pk, period._state.adding = new_id(), True
    with refused("subscriptions_period_once"):
        period.save(force_insert=True)


def test_an_exemption_is_ended_and_never_rewritten_or_taken_away(world: World) -> None:
    exemption = Exemption("TVQ", NOW.date(), None, "QC-4471")
    row = add_exemption(world.boreale.id, exemption, reason="", by=SYSTEM, at=NOW)
    for column, value in {"certificate": "QC-1", "code": "TPS", "from_on": date(2020, 1, 1)}.items():
        with refused("never edited"):
            TaxExemption.objects.filter(id=row.id).update(**{column: value})
    with refused("Cannot delete"):
        TaxExemption.objects.filter(id=row.id).delete()
    TaxExemption.objects.filter(id=row.id).update(until_on=NOW.date())
