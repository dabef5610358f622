from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from palier.events.keys import new_id
from palier.events.models import Event
from palier.events.record import record

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_versions_of_a_stream_follow_each_other_from_one() -> None:
    stream = new_id()
    for kind in ("plan_change.accepted", "plan_change.done"):
        record(kind, subject=("plan_change", new_id()), customer_id=None, at=AT, stream_id=stream)
    assert list(Event.objects.order_by("version").values_list("version", "kind")) == [
        (1, "plan_change.accepted"),
        (2, "plan_change.done"),
    ]


@pytest.mark.django_db
def test_its_reactions_are_queued_with_the_event() -> None:
    event_id = record("invoice.paid", subject=("invoice", new_id()), customer_id=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'event_id' FROM procrastinate_jobs WHERE task_name = 'palier.react'")
        assert cursor.fetchall() == [(str(event_id),)]


@pytest.mark.django_db
def test_an_event_is_never_edited() -> None:
    record("invoice.paid", subject=("invoice", new_id()), customer_id=None, at=AT)
    with pytest.raises(Exception, match=r"(?i)cannot update"), transaction.atomic():
        Event.objects.update(kind="invoice.forgotten")


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("invoice.paid", subject=("invoice", new_id()), customer_id=None, at=AT)


@pytest.mark.django_db
def test_the_order_of_a_stream_holds_one_event_a_version() -> None:
    stream = new_id()
    record("invoice.paid", subject=("invoice", new_id()), customer_id=None, at=AT, stream_id=stream)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event SELECT gen_random_uuid(), kind, subject_kind, subject_id, customer_id,"
            " stream_id, version, actor_kind, actor_id, at, recorded_at, facts FROM events_event"
        )
