"""The steps of dunning, and what holds them, as staff read them."""

from datetime import date

from django.utils.translation import gettext as _

from palier.words.dates import long_day


def coming_step(kind: str, number: int, on: date, language: str) -> str:
    """`Reminder 2 on December 21, 2026`, in the active language, which is `language`."""
    said = {"number": number, "day": long_day(on, language)}
    if kind == "suspension":
        return _("Suspension on %(day)s") % said
    if kind == "end":
        return _("End of the subscription on %(day)s") % said
    return _("Reminder %(number)s on %(day)s") % said


def hold_sentence(hold: str, promised_on: date | None, language: str) -> str:
    """Empty where nothing holds it."""
    if hold == "promised" and promised_on is not None:
        return _("Promised by %(day)s") % {"day": long_day(promised_on, language)}
    if hold == "in_flight":
        return _("A payment is on its way")
    if hold == "disputed":
        return _("A bank is deciding on a dispute")
    if hold == "changing":
        return _("Waits for a paid change to be made")
    return ""
