"""`palier renew`, typed: the round, its preview, and more of it ahead of time."""

from datetime import UTC, datetime, timedelta

import pytest

from palier.billing.models import Invoice
from palier.entrypoints.batch import days
from palier.entrypoints.cli.main import main
from palier.events.models import Event, RoundsMark
from palier.subscriptions.models import Period, Subscription
from palier.work.models import WorkItem
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2026, 12, 7, 15, tzinfo=UTC)


@pytest.fixture
def host(world: World) -> World:
    """Two who renew on 14 December; today is a week before."""
    world.subscribe("web-a")
    world.subscribe("web-b", label="other.example", account="other")
    world.now = DUE
    return world


def test_it_does_the_round_of_today_and_says_what_came_of_it(host: World, capsys) -> None:
    assert main(["renew"]) == 0
    assert Period.objects.count() == 4
    assert RoundsMark.objects.get().on == DUE.date()
    said = capsys.readouterr().out
    assert "2 periods billed" in said
    assert "31,05" in said  # 9.00 and 18.00, with their taxes: 10.35 and 20.70
    assert main(["renew"]) == 0
    assert "0 periods billed" in capsys.readouterr().out


def test_a_dry_run_says_the_same_and_writes_nothing(host: World, capsys) -> None:
    before = Event.objects.count()
    assert main(["renew", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "2 periods billed" in said
    assert "31,05" in said
    assert (Period.objects.count(), Event.objects.count()) == (2, before)
    assert not RoundsMark.objects.exists()


def test_a_preview_of_a_later_day_counts_every_period_until_then(host: World, capsys) -> None:
    assert main(["renew", "--dry-run", "--as-of", "2027-02-10"]) == 0
    assert "6 periods billed" in capsys.readouterr().out  # from 14 December, January and February
    assert Period.objects.count() == 2


def test_what_is_ahead_is_billed_only_when_that_was_said_aloud(host: World, capsys) -> None:
    assert main(["renew", "--as-of", "2027-02-10"]) == 1
    assert "Not done" in capsys.readouterr().err
    assert Period.objects.count() == 2
    assert main(["renew", "--as-of", "2027-02-10", "--yes"]) == 0
    assert Period.objects.count() == 8
    ahead = Invoice.objects.filter(issued_at__gte=DUE)
    assert set(ahead.values_list("issued_on", flat=True)) == {DUE.date()}
    assert sorted({str(day) for day in ahead.values_list("due_on", flat=True)}) == [
        "2026-12-14", "2027-01-14", "2027-02-14",
    ]  # fmt: skip


def test_a_day_that_is_past_is_refused(host: World, capsys) -> None:
    assert main(["renew", "--as-of", str(DUE.date() - timedelta(1))]) == 1
    assert "never goes back" in capsys.readouterr().err


def test_one_set_aside_is_named_and_tried_again_each_time(host: World, capsys) -> None:
    bad = Subscription.objects.get(label="other.example")
    Subscription.objects.filter(id=bad.id).update(agreed={})
    for _ in range(2):
        assert main(["renew"]) == 1
        said = capsys.readouterr().out
        assert "other.example" in said
        assert "no price for plan:web-b:monthly" in said
    assert WorkItem.objects.get(state="open").subject_id == bad.id


def test_while_another_round_is_under_way_it_helps_to_renew_and_leaves_it_the_rest(
    host: World, capsys
) -> None:
    from django.db import connection

    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [int.from_bytes(days._LOCK)])
        assert main(["renew"]) == 0
    finally:
        other.close()
    said = capsys.readouterr().out
    assert "Another round is under way" in said
    assert "2 periods billed" in said
    assert not RoundsMark.objects.exists()
