"""The upkeep of the queue, and what every task of every room must promise."""

import asyncio
import time

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from palier.entrypoints.batch.tasks import (
    compare_services,
    forget_old_jobs,
    sample_now,
    sample_usage,
    take_up_stalled_jobs,
)
from palier.events import clock
from palier.provisioning import hands
from tests.provisioning.servers import accounts
from tests.running import eventually


def insert_job(worker_heartbeat, status="doing"):
    """A job held by a worker whose last heartbeat was that long ago; its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [worker_heartbeat],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, lock)"
            " VALUES ('default', 'any', '{}', %s, %s, 'service ' || %s) RETURNING id",
            [status, worker, worker],
        )
        return cursor.fetchone()[0]


def status_of(job):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return row and row[0]


def run_now(task):
    """Run the task in this process, on the database of the test."""
    from asgiref.sync import async_to_sync

    async def run():
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await task(timestamp=0)

    async_to_sync(run)()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("heartbeat", "status"), [("20 seconds", "todo"), ("5 seconds", "doing")])
def test_the_job_of_a_worker_without_a_heartbeat_for_15_seconds_is_taken_up_again(heartbeat, status):
    job = insert_job(heartbeat)
    run_now(take_up_stalled_jobs)
    assert status_of(job) == status


@pytest.mark.django_db(transaction=True)
def test_a_job_that_failed_31_days_ago_is_forgotten_and_one_of_yesterday_is_not():
    old, recent = insert_job("1 hour"), insert_job("1 hour")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - '31 days'::interval WHERE job_id = %s", [old]
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - '1 day'::interval WHERE job_id = %s", [recent]
        )
    run_now(forget_old_jobs)
    assert (status_of(old), status_of(recent)) == (None, "failed")


def own_tasks():
    return {
        name: task for name, task in app.tasks.items() if task.queue != "upkeep" and "builtin" not in name
    }


def test_every_task_of_a_room_tries_again():
    """The database or the machine may go at any moment; a task without a retry would be lost then."""
    assert [name for name, task in own_tasks().items() if task.retry_strategy is None] == []


@pytest.mark.django_db
def test_what_services_use_is_sampled_every_minute_beside_the_rest(world, monkeypatch):
    periodic = app.periodic_registry.periodic_tasks
    assert [(one.cron, one.task.queue) for one in periodic.values() if one.task is sample_usage] == [
        ("* * * * *", "upkeep")
    ]
    subscription = world.subscribe()
    monkeypatch.setattr(clock, "now", lambda: world.now)
    sample_now()
    assert world.service(subscription).inspected_at == world.now


@pytest.mark.django_db(transaction=True)
def test_a_comparison_that_takes_long_leaves_its_place_and_goes_on(world):
    many = accounts(world, 3)
    world.panel.set_mode("slow", seconds=1, reads=True)
    began = time.monotonic()
    run_now(compare_services)
    assert time.monotonic() - began < 2.5
    assert hands.are_busy()
    eventually(lambda: not hands.are_busy())
    assert all(world.service(one).compared_at for one in many)
    asyncio.run(hands.in_hand(lambda: connection.close()))
