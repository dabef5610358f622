"""What a task of the worker queues is part of its transaction."""

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, transaction
from procrastinate.contrib.django import app, connector_params

from palier.entrypoints.cli.worker import WorkerConnector
from palier.events.clock import real_now
from palier.events.keys import new_id
from palier.events.models import Event
from palier.events.record import REACT, record

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_worker(task) -> None:
    """Run the task as a worker runs it: in a thread, with the worker's connector in place."""

    async def run() -> None:
        with app.replace_connector(WorkerConnector(kwargs=connector_params())):
            async with app.open_async():
                await sync_to_async(task, thread_sensitive=False)()

    async_to_sync(run)()


def close_after(task):
    def closing() -> None:
        try:
            task()
        finally:
            connection.close()

    return closing


def note_something() -> None:
    record("thing.happened", subject=("thing", new_id()), customer_id=None, at=real_now())


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [REACT])
        return int(cursor.fetchone()[0])


def test_a_rollback_takes_along_what_was_queued():
    def fail() -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            note_something()
            raise ZeroDivisionError

    in_a_worker(close_after(fail))
    assert (Event.objects.count(), queued()) == (0, 0)


def test_nobody_sees_a_reaction_before_its_event():
    seen = []

    def look_from_elsewhere() -> None:
        with transaction.atomic():
            note_something()
            other = connection.copy()
            try:
                with other.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM procrastinate_jobs")
                    seen.append(cursor.fetchone()[0])
            finally:
                other.close()

    in_a_worker(close_after(look_from_elsewhere))
    assert seen == [0]
    assert (Event.objects.count(), queued()) == (1, 1)
