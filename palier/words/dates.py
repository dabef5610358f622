"""Days and instants, as each language writes them.

A day is a civil date of the provider. An instant is aware and is told in the time zone that is given.
"""

from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date, format_timedelta

from palier.words.languages import is_french, locale_of

NO_BREAK = "\u00a0"


def long_day(day: date, language: str) -> str:
    """`14 décembre 2026`, `December 14, 2026`."""
    return _day(day, "d MMMM y", "MMMM d, y", language)


def day_and_month(day: date, language: str) -> str:
    """`14 décembre`, `December 14`: for a day near enough to need no year."""
    return _day(day, "d MMMM", "MMMM d", language)


def short_day(day: date, language: str) -> str:
    """`14 déc.`, `Dec 14`."""
    return _day(day, "d MMM", "MMM d", language)


def medium_day(day: date, language: str) -> str:
    """`14 déc. 2026`, `Dec 14, 2026`: for columns."""
    return _day(day, "d MMM y", "MMM d, y", language)


def clock_time(instant: datetime, language: str, zone: tzinfo) -> str:
    """`17 h`, `17 h 05`; `5 pm`, `5:05 pm`."""
    local = instant.astimezone(zone)
    if is_french(language):
        minutes = f"{NO_BREAK}{local.minute:02}" if local.minute else ""
        return f"{local.hour}{NO_BREAK}h{minutes}"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{NO_BREAK}{'am' if local.hour < 12 else 'pm'}"


def moment(instant: datetime, language: str, zone: tzinfo) -> str:
    """`24 novembre 2026, 17 h 05`; `November 24, 2026, 5:05 pm`."""
    return f"{long_day(instant.astimezone(zone).date(), language)}, {clock_time(instant, language, zone)}"


def short_moment(instant: datetime, language: str, zone: tzinfo) -> str:
    """`24 nov., 17 h 05`; `Nov 24, 5:05 pm`: for lists."""
    return f"{short_day(instant.astimezone(zone).date(), language)}, {clock_time(instant, language, zone)}"


def appointment(instant: datetime, language: str, zone: tzinfo) -> str:
    """A promised time, with its weekday: `mardi 24 nov., 17 h`; `Tuesday, Nov 24, 5 pm`."""
    day = instant.astimezone(zone).date()
    return f"{_day(day, 'EEEE d MMM', 'EEEE, MMM d', language)}, {clock_time(instant, language, zone)}"


def ago(instant: datetime, now: datetime, language: str) -> str:
    """`il y a 12 minutes`, `in 3 hours`; what is under a minute from now is `à l’instant`, `just now`."""
    apart = instant - now
    if abs(apart) < timedelta(minutes=1):
        return "à l’instant" if is_french(language) else "just now"
    return format_timedelta(apart, add_direction=True, threshold=1, locale=locale_of(language))


def _day(day: date, french: str, english: str, language: str) -> str:
    written = format_date(day, french if is_french(language) else english, locale=locale_of(language))
    # The first of the month is an ordinal in French: 1er décembre.
    if is_french(language) and day.day == 1:
        return written.replace("1 ", "1er ", 1)
    return written
