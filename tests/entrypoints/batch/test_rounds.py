"""The round of time: every day has its own, in order, whoever was away."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from palier.billing.models import Invoice
from palier.entrypoints.batch import rounds
from palier.events.models import RoundsMark
from tests.world import NOW, World

QUEBEC = ZoneInfo("America/Toronto")


def test_the_first_round_ever_is_of_this_moment_only():
    assert list(rounds.moments_since(None, NOW, QUEBEC)) == [NOW]


def test_a_second_round_on_the_same_day_is_of_this_moment_only():
    assert list(rounds.moments_since(date(2026, 11, 23), NOW, QUEBEC)) == [NOW]


def test_a_day_that_was_missed_is_seen_at_its_first_instant_where_the_provider_is():
    moments = list(rounds.moments_since(date(2026, 11, 20), NOW, QUEBEC))
    assert moments == [
        datetime(2026, 11, 21, 5, tzinfo=UTC),  # midnight in Québec, five hours behind in winter
        datetime(2026, 11, 22, 5, tzinfo=UTC),
        NOW,
    ]


def test_a_clock_that_was_set_back_does_not_walk_backwards():
    assert list(rounds.moments_since(date(2027, 1, 5), NOW, QUEBEC)) == [NOW]


@pytest.mark.django_db
def test_a_worker_that_was_off_for_40_days_does_every_day_in_order(world: World, monkeypatch):
    seen = []
    monkeypatch.setattr(
        rounds, "round_of_day", lambda at, *_, **__: seen.append(at.astimezone(QUEBEC).date())
    )
    rounds.round_of_time(NOW)
    rounds.round_of_time(NOW + timedelta(days=40))
    assert seen == [date(2026, 11, 23) + timedelta(days) for days in range(41)]
    assert RoundsMark.objects.get().on == date(2027, 1, 2)


@pytest.mark.django_db
def test_a_renewal_that_fell_due_meanwhile_is_billed_for_its_own_day(world: World):
    world.subscribe("web-a")
    rounds.round_of_time(NOW)
    rounds.round_of_time(NOW + timedelta(days=40))
    renewal = Invoice.objects.latest("issued_at")
    assert (renewal.issued_on, renewal.due_on) == (date(2026, 12, 7), date(2026, 12, 14))


@pytest.mark.django_db
def test_a_round_that_was_interrupted_goes_on_from_the_day_it_reached(world: World, monkeypatch):
    rounds.round_of_time(NOW)
    seen = []

    def die_on_the_third_day(at, *_, **__):
        seen.append(at.astimezone(QUEBEC).day)
        if len(seen) == 3:
            raise RuntimeError("kill -9")

    monkeypatch.setattr(rounds, "round_of_day", die_on_the_third_day)
    with pytest.raises(RuntimeError):
        rounds.round_of_time(NOW + timedelta(days=4))
    rounds.round_of_time(NOW + timedelta(days=4))
    assert seen == [24, 25, 26, 26, 27]
