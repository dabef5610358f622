"""Renewal by the chunk: the rows of a bill made alone, nothing twice, nothing lost, nobody held up."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from palier.billing.models import Invoice, InvoiceLine
from palier.books import violations
from palier.core.periods import billing_date
from palier.core.renewal import next_span
from palier.events.models import Event
from palier.ledger.models import Balance, JournalEntry, Posting
from palier.notices.models import Notice
from palier.people.models import Customer, TaxExemption
from palier.provisioning.apply_catalogue import apply_document
from palier.subscriptions.bill_period import bill_period
from palier.subscriptions.models import CancellationRequest, Period, Subscription
from palier.subscriptions.queries import last_period, locked
from palier.subscriptions.renew import Renewed, Run, renew, renew_due
from palier.subscriptions.write_bills import _checked_at_commit
from palier.work.models import WorkItem
from tests.catalogs.files import demo
from tests.lived import Lived, LiveOnce
from tests.world import World

pytestmark = pytest.mark.django_db

#: A week before the periods of 14 November end.
DUE = datetime(2026, 12, 7, 15, tzinfo=UTC)
TABLES = (Invoice, InvoiceLine, JournalEntry, Posting, Balance, Period, Event)


def customer(like: Customer, **fields: Any) -> Customer:
    values = {
        name: getattr(like, name)
        for name in ("region", "country", "language", "currency", "joined_on", "street")
    }
    return Customer.objects.create(**values | {"name": "Quelqu’un"} | fields)


@pytest.fixture(scope="module")
def lived(live_once: LiveOnce) -> Lived[list[Subscription]]:
    return live_once(of_every_kind)


@pytest.fixture
def world(again: tuple[World, list[Subscription]]) -> World:
    return again[0]


@pytest.fixture
def many(again: tuple[World, list[Subscription]]) -> list[Subscription]:
    return again[1]


def of_every_kind(world: World) -> list[Subscription]:
    """Two alike, and one of every other kind."""
    odd = customer(world.boreale, name='L’été "chez\\nous"\t{0}', city="Québec\n", language="en")
    exempt = customer(world.boreale, name="École", has_exemptions=True)
    TaxExemption.objects.create(customer=exempt, certificate="Q-1", from_on=date(2026, 1, 1), added_at=DUE)
    ontario = customer(world.boreale, region="ON", language="en")
    kinds: list[dict[str, Any]] = [
        {},
        {"label": "second.example"},
        {"customer": odd, "label": 'odd" \\ {1} \t label'},
        {"customer": exempt},
        {"customer": ontario, "plan": "web-c", "options": (("dedicated-ip", 1),)},
        {"plan": "web-b", "cycle": "yearly", "at": datetime(2025, 12, 14, 15, tzinfo=UTC)},
    ]
    found = [world.subscribe(account=f"account{number}", **kind) for number, kind in enumerate(kinds)]
    changed, free, ending, held = (
        world.subscribe("web-b", account=f"other{number}", label=f"other{number}.example")
        for number in range(4)
    )
    changed.next_configuration = {"plan": "web-a", "cycle": "monthly", "options": {}}
    changed.next_agreed = {"plan:web-a:monthly": 850}
    free.agreed = {"plan:web-b:monthly": 0}
    held.renewal_held = True
    for one in (changed, free, held):
        one.save()
    CancellationRequest.objects.create(
        customer=ending.customer,
        subscription=ending,
        at_renewal=True,
        ends_on=date(2026, 12, 14),
        requested_at=DUE,
    )
    return [*found, changed, free, ending, held]


def test_a_chunk_writes_the_rows_of_bills_made_alone(world: World, many: list[Subscription]) -> None:
    by_chunk = rows_written(lambda: renew_due(world.house, DUE))
    alone = rows_written(lambda: bill_alone(world, many))
    assert len(by_chunk[Period]) == 8
    for table in TABLES:
        assert by_chunk[table] == alone[table]


def test_it_thinks_once_of_what_is_alike(world: World, many: list[Subscription], monkeypatch: Any) -> None:
    from palier.subscriptions import thoughts

    seen = []
    monkeypatch.setattr(
        thoughts, "thought", lambda *args, real=thoughts.thought, **kw: seen.append(1) or real(*args, **kw)
    )
    assert renew_due(world.house, DUE).count == 8
    assert len(seen) == 7


def rows_written(act: Any) -> dict[Any, list[str]]:
    """What an act writes in each table: ids as the order in which they are met; then it is undone."""
    with transaction.atomic():
        before = {table: set(table.objects.values_list("pk", flat=True)) for table in TABLES}
        act()
        known: dict[str, str] = {}
        found = {table: list(_plain(table, before[table], known)) for table in TABLES}
        transaction.set_rollback(True)
    return found


def _plain(table: Any, before: set[Any], known: dict[str, str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        new = table.objects.exclude(pk__in=before) if table is not Balance else table.objects.all()
        order = {Invoice: "number"}.get(table, "pk")
        for pk in new.order_by(order).values_list("pk", flat=True):
            cursor.execute(f"SELECT to_jsonb(row) FROM {table._meta.db_table} row WHERE id = %s", [pk])
            row = cursor.fetchone()[0]
            row = json.loads(row) if isinstance(row, str) else row
            if table is not Balance:
                row["id"] = known.setdefault(str(pk), f"{table.__name__} {len(known)}")
            row.pop("recorded_at", None)
            text = json.dumps(row, sort_keys=True)
            for key, name in known.items():
                text = text.replace(key, name)
            if "subject_id" in row and table is Invoice:
                text = text.replace(row["subject_id"], "its period")
            yield text


def bill_alone(world: World, subscriptions: list[Subscription]) -> None:
    on = billing_date(DUE, world.house.provider.zone)
    for one in sorted(subscriptions, key=lambda found: (found.customer_id, found.id)):
        if one.renewal_held or one.cancellation_requests.exists():
            continue
        subscription, last = locked(one.customer_id, one.id), last_period(one.customer_id, one.id)
        assert last is not None
        span = next_span(subscription.anchor_on, subscription.upcoming.cycle, last.until_on)
        bill_period(
            subscription, subscription.upcoming, subscription.upcoming_lines_from(span.start_on), span,
            house=world.house, at=DUE, on=on,
        )  # fmt: skip


def test_a_rerun_changes_nothing(world: World, many: list[Subscription]) -> None:
    assert renew_due(world.house, DUE).count == 8
    before = {table: table.objects.count() for table in TABLES}
    assert renew_due(world.house, DUE) == Renewed()
    assert {table: table.objects.count() for table in TABLES} == before
    assert violations() == []


def test_the_numbers_go_on_without_a_gap_and_the_clients_are_told(
    world: World, many: list[Subscription]
) -> None:
    before = Invoice.objects.count()
    renew_due(world.house, DUE, chunk=3)
    numbers = sorted(Invoice.objects.filter(issued_on=DUE.date()).values_list("number", flat=True))
    assert numbers == [f"2026-{number:04}" for number in range(before, before + 7)]
    assert not Notice.objects.filter(kind="period.billed", written_at=DUE).exists()
    world.drain()
    told = Notice.objects.filter(kind="period.billed", written_at=DUE)
    assert set(told.values_list("subject_id", flat=True)) == set(
        Invoice.objects.filter(issued_on=DUE.date(), customer=world.boreale).values_list("id", flat=True)
    )


def test_what_is_free_is_paid_at_once_and_has_no_invoice(world: World, many: list[Subscription]) -> None:
    renew_due(world.house, DUE)
    period = Period.objects.get(start_on=date(2026, 12, 14), billed_price=0)
    assert (period.invoice_id, period.paid_on) == (None, DUE.date())


@pytest.fixture
def bad(many: list[Subscription]) -> Subscription:
    """Somebody has lost a price that was agreed."""
    Subscription.objects.filter(id=many[1].id).update(agreed={})
    return many[1]


def test_a_bad_one_is_set_aside_with_its_reason_and_stops_nobody(world: World, bad: Subscription) -> None:
    renewed = renew_due(world.house, DUE)
    assert renewed.count == 7
    assert renewed.aside == {(bad.customer_id, bad.id): "NoPrice: no price for plan:web-a:monthly"}
    item = WorkItem.objects.get(subject_kind="renewal", state="open")
    assert (item.subject_id, item.reason, item.facts["label"]) == (bad.id, "not_renewed", "second.example")


def test_it_is_tried_again_the_next_day_and_not_before(world: World, bad: Subscription) -> None:
    renew_due(world.house, DUE)
    assert renew_due(world.house, DUE) == Renewed()
    assert len(renew(Run.of(world.house, DUE, again=True)).aside) == 1
    assert len(renew_due(world.house, DUE.replace(day=8)).aside) == 1
    assert WorkItem.objects.get(subject_kind="renewal").facts["tried_on"] == "2026-12-08"


def test_once_repaired_it_is_renewed_and_its_item_is_closed(world: World, bad: Subscription) -> None:
    renew_due(world.house, DUE)
    Subscription.objects.filter(id=bad.id).update(agreed={"plan:web-a:monthly": 900})
    assert renew(Run.of(world.house, DUE, again=True)).count == 1
    assert WorkItem.objects.get(subject_kind="renewal").state == "done"


def test_what_the_database_refuses_sets_one_aside_too(world: World, many: list[Subscription]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.subscription_id = '{many[0].id}' THEN RAISE EXCEPTION 'not this one'; END IF;
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON subscriptions_period
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()
        """)
    _checked_at_commit.cache_clear()
    renewed = renew_due(world.house, DUE)
    _checked_at_commit.cache_clear()
    assert renewed.count == 7
    [(key, reason)] = renewed.aside.items()
    assert key[1] == many[0].id
    assert "not this one" in reason
    assert violations() == []


def test_how_long_ahead_it_is_invoiced_is_the_providers_to_say(
    world: World, many: list[Subscription]
) -> None:
    two_weeks = demo(("  email: ", "  invoice_days_ahead: 14\n  email: "))
    before = datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert Run.of(world.house, before).due.count() == 0
    apply_document(two_weeks, before)
    *due, held = many  # One that is to end is looked at, and not billed.
    assert held.renewal_held
    assert set(Run.of(world.house, before).due) == set(due)
