from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from palier.words import dates

MONTREAL = ZoneInfo("America/Montreal")
RENEWAL = date(2026, 12, 14)
PROMISED = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


def test_a_day_is_said_in_full_in_both_languages() -> None:
    assert dates.long_day(RENEWAL, "fr") == "14 décembre 2026"
    assert dates.long_day(RENEWAL, "en") == "December 14, 2026"


def test_the_first_of_the_month_is_an_ordinal_in_french() -> None:
    assert dates.long_day(date(2026, 12, 1), "fr") == "1er décembre 2026"
    assert dates.short_day(date(2026, 12, 1), "fr") == "1er déc."
    assert dates.long_day(date(2026, 12, 11), "fr") == "11 décembre 2026"


def test_a_short_day_has_no_year() -> None:
    assert (dates.short_day(RENEWAL, "fr"), dates.short_day(RENEWAL, "en")) == ("14 déc.", "Dec 14")


def test_a_promised_time_names_its_weekday_in_the_zone_of_the_provider() -> None:
    assert dates.appointment(PROMISED, "fr", MONTREAL) == "mardi 24 nov., 17\u00a0h"
    assert dates.appointment(PROMISED, "en", MONTREAL) == "Tuesday, Nov 24, 5\u00a0pm"


def test_an_instant_late_in_the_evening_is_told_on_the_day_of_the_provider() -> None:
    after_midnight_in_utc = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
    assert dates.moment(after_midnight_in_utc, "fr", MONTREAL) == "23 novembre 2026, 22\u00a0h\u00a005"


@pytest.mark.parametrize(
    ("apart", "french", "english"),
    [
        (timedelta(minutes=-12), "il y a 12 minutes", "12 minutes ago"),
        (timedelta(seconds=-20), "à l’instant", "just now"),
        (timedelta(hours=3), "dans 3 heures", "in 3 hours"),
    ],
)
def test_how_long_ago_is_said_from_the_given_now(apart: timedelta, french: str, english: str) -> None:
    assert dates.ago(PROMISED + apart, PROMISED, "fr") == french
    assert dates.ago(PROMISED + apart, PROMISED, "en") == english
