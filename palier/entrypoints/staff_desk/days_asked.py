"""The days that an address asks for: by name, or from one date until another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from palier.books.reports.days import NAMED, named_days
from palier.core.periods import Span

#: Where nothing is asked for: the month that is being lived.
USUAL = "this_month"


@dataclass(frozen=True)
class Asked:
    """`query` asks for the same again; `error` says why what was asked for is not what is shown."""

    span: Span
    days: str
    query: Mapping[str, str]
    error: str = ""


def days_asked(query: Mapping[str, str], today: date) -> Asked:
    """What cannot be read is not guessed at: the usual days are shown, and the error says so."""
    name = query.get("days", "")
    if name in NAMED:
        return _named(name, today)
    written = (query.get("from", ""), query.get("until", ""))
    if not any(written):
        return _named(USUAL, today)
    try:
        start_on, until_on = (date.fromisoformat(text) for text in written)
    except ValueError:
        return _refused(today, _("Write both days, such as 2026-11-01."))
    if until_on <= start_on:
        return _refused(today, _("The first day left out must come after the first day."))
    return Asked(Span(start_on, until_on), "", {"from": written[0], "until": written[1]})


def _named(name: str, today: date, error: str = "") -> Asked:
    return Asked(named_days(name, today), name, {"days": name}, error)


def _refused(today: date, error: str) -> Asked:
    return _named(USUAL, today, error)
