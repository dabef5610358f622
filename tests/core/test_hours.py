from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.hours import MONDAY_TO_FRIDAY, WorkingHours, promised_by

MONTREAL = ZoneInfo("America/Toronto")
OFFICE = WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(9), time(17))
NIGHT_OWLS = WorkingHours("America/Toronto", frozenset(range(7)), time(0), time(0))


def local(day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=MONTREAL)


@pytest.mark.parametrize(
    ("said_at", "hours", "promised"),
    [
        # 23 November 2026 is a Monday.
        (local("2026-11-23", "14:00"), 8, local("2026-11-24", "14:00")),
        (local("2026-11-23", "09:00"), 8, local("2026-11-23", "17:00")),
        (local("2026-11-23", "06:00"), 8, local("2026-11-23", "17:00")),
        (local("2026-11-23", "17:00"), 1, local("2026-11-24", "10:00")),
        (local("2026-11-23", "20:00"), 1, local("2026-11-24", "10:00")),
        (local("2026-11-27", "19:00"), 8, local("2026-11-30", "17:00")),
        (local("2026-11-28", "12:00"), 9, local("2026-12-01", "10:00")),
        (local("2026-11-23", "16:30"), Fraction(3, 4), local("2026-11-24", "09:15")),
        (local("2026-11-23", "10:00"), 0, local("2026-11-23", "10:00")),
        (local("2026-11-23", "18:00"), 0, local("2026-11-24", "09:00")),
        (local("2026-11-23", "14:00"), 40, local("2026-11-30", "14:00")),
    ],
)
def test_only_working_hours_count(said_at: datetime, hours: int | Fraction, promised: datetime) -> None:
    assert promised_by(said_at, hours, OFFICE) == promised


def test_a_holiday_is_not_worked() -> None:
    holidays = frozenset({date(2026, 12, 25), date(2027, 1, 1)})
    office = WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(9), time(17), holidays)
    assert promised_by(local("2026-12-24", "16:00"), 2, office) == local("2026-12-28", "10:00")


def test_the_instant_may_come_in_any_zone_and_the_promise_is_in_utc() -> None:
    promised = promised_by(datetime(2026, 11, 23, 19, 0, tzinfo=UTC), 8, OFFICE)
    assert promised.isoformat() == "2026-11-24T19:00:00+00:00"


@pytest.mark.parametrize(
    ("said_at", "promised"),
    [
        # Clocks go forward on 14 March 2027 at 2:00, back on 1 November 2026 at 2:00: both Sundays.
        (local("2027-03-14", "01:00"), local("2027-03-14", "05:00")),
        (local("2026-11-01", "00:00"), local("2026-11-01", "02:00")),
    ],
)
def test_hours_are_real_ones_on_the_days_when_clocks_change(said_at: datetime, promised: datetime) -> None:
    assert promised_by(said_at, 3, NIGHT_OWLS) == promised


def test_a_whole_day_may_be_worked_up_to_midnight() -> None:
    late = WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(16), time(0))
    assert promised_by(local("2026-11-23", "20:00"), 4, late) == local("2026-11-24", "00:00")
    assert promised_by(local("2026-11-24", "00:00"), 1, late) == local("2026-11-24", "17:00")
    assert promised_by(local("2026-11-24", "00:00"), 0, late) == local("2026-11-24", "00:00")


def test_a_window_that_clocks_jump_over_is_not_worked() -> None:
    brief = WorkingHours("America/Toronto", frozenset({6}), time(2, 15), time(2, 45))
    assert brief.window(date(2027, 3, 14)) is not None  # 2:15 to 2:45 does not exist, and lasts as long later
    narrow = WorkingHours("America/Toronto", frozenset({6}), time(2, 30), time(3, 0))
    assert narrow.window(date(2027, 3, 14)) is None


def test_no_working_day_or_no_working_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="working days"):
        WorkingHours("America/Toronto", frozenset(), time(9), time(17))
    with pytest.raises(ValueError, match="working days"):
        WorkingHours("America/Toronto", frozenset({7}), time(9), time(17))
    with pytest.raises(ValueError, match="before they open"):
        WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(17), time(9))


def test_a_promise_needs_an_instant_and_no_negative_hours() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        promised_by(datetime(2026, 11, 23, 14, 0), 8, OFFICE)
    with pytest.raises(ValueError, match="0 hours or more"):
        promised_by(local("2026-11-23", "14:00"), -1, OFFICE)


instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
hours = st.integers(0, 4 * 60).map(lambda quarters: Fraction(quarters, 4))
offices = st.builds(
    lambda opens, lasts, days, holidays, zone: WorkingHours(
        zone, days, time(opens), time((opens + lasts) % 24), holidays
    ),
    opens=st.integers(0, 16),
    lasts=st.integers(1, 8),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2024, 3, 1)), max_size=5),
    zone=st.sampled_from(["America/Toronto", "Europe/Paris", "Australia/Lord_Howe", "UTC"]),
)


@given(instants, hours, offices)
def test_a_promise_is_never_in_the_past_and_always_inside_working_hours(
    at: datetime, promised: Fraction, office: WorkingHours
) -> None:
    until = promised_by(at, promised, office)
    day = until.astimezone(ZoneInfo(office.time_zone)).date()
    windows = [office.window(day), office.window(day - timedelta(1))]
    assert until >= at
    assert any(window[0] <= until <= window[1] for window in windows if window)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=10)), hours, hours, offices)
def test_later_or_longer_never_promises_earlier(
    at: datetime, later: timedelta, few: Fraction, more: Fraction, office: WorkingHours
) -> None:
    assert promised_by(at, few, office) <= promised_by(at + later, few, office)
    assert promised_by(at, few, office) <= promised_by(at, few + more, office)


@given(instants, hours, hours, offices)
def test_hours_add_up(at: datetime, first: Fraction, then: Fraction, office: WorkingHours) -> None:
    in_two_steps = promised_by(promised_by(at, first, office), then, office)
    assert in_two_steps == promised_by(at, first + then, office)
