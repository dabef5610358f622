"""Thirty days later: the demo's clock goes there one day after the other."""

from datetime import timedelta

import pytest
from django.db import connection

from palier.entrypoints.batch import days
from palier.events import clock
from palier.events.models import ClockOffset
from tests.entrypoints.batch.test_tasks import insert_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def rounds_seen(monkeypatch):
    """The rounds, as the offset of the clock in days; nothing else is done."""
    seen = []
    monkeypatch.setattr(days, "round_of_time", lambda at: seen.append(round(clock.offset() / days.A_DAY, 2)))
    return seen


def test_every_day_has_its_round_and_the_clock_stands_where_it_was_asked_to(rounds_seen):
    clock.let_pass(timedelta(days=3, hours=12))
    days.let_days_pass()
    assert rounds_seen == [1, 2, 3, 3.5, 3.5]
    assert clock.offset() == timedelta(days=3, hours=12)


def test_without_anything_asked_there_is_one_round_of_this_moment(rounds_seen):
    days.let_days_pass()
    assert rounds_seen == [0]


def test_business_time_moves_only_with_the_days(rounds_seen):
    before = clock.now()
    heading = clock.let_pass(timedelta(days=30))
    assert clock.now() - before < timedelta(seconds=10)
    assert heading - before >= timedelta(days=30)
    assert clock.heading_for() >= heading


def test_asking_twice_adds_up(rounds_seen):
    clock.let_pass(timedelta(days=1))
    clock.let_pass(timedelta(days=1))
    days.let_days_pass()
    assert clock.offset() == timedelta(days=2)


def test_asking_wakes_one_round_however_often(rounds_seen):
    for _ in range(3):
        clock.let_pass(timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [clock.ROUND])
        assert cursor.fetchone()[0] == 1


def test_outside_the_demo_the_clock_cannot_be_moved(settings):
    settings.DEMO = False
    with pytest.raises(ValueError, match="demo only"):
        clock.let_pass(timedelta(days=1))
    assert not ClockOffset.objects.exists()


def test_time_never_goes_back():
    with pytest.raises(ValueError, match="never goes back"):
        clock.let_pass(timedelta(days=-1))


def test_a_day_waits_for_the_work_of_the_day_before_but_not_for_upkeep_nor_for_ever(monkeypatch):
    monkeypatch.setattr(days, "PATIENCE_SECONDS", 0.0)
    assert not days.is_busy()
    job = insert_job("1 second")
    assert days.is_busy()
    days.wait_until_quiet()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queue_name = 'upkeep' WHERE id = %s", [job])
    assert not days.is_busy()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_walk_at_once(rounds_seen):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [int.from_bytes(days._LOCK)])
        days.let_days_pass()
        assert rounds_seen == []
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [int.from_bytes(days._LOCK)])
    finally:
        other.close()
    days.let_days_pass()
    assert rounds_seen == [0]
