"""What a change will do, in the sentences that the check page and the command line both say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.policies import Approval
from palier.words.amounts import amount
from palier.words.cycles import days as days_in_words
from palier.words.dates import appointment, long_day
from palier.words.plans import the_plan, to_plan

Sign = Literal["person", "calendar", "clock", "info", "alert", "check", "shield"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The scheduled change that this one would set aside."""

    plan_name: str
    on: date


@dataclass(frozen=True, slots=True)
class Course:
    """All that decides what is said. `takes_effect_on` is None for at once; `note` is the change path's sentence on
    what may interrupt, `irreversible` one on what cannot be undone; `extra_on` the end of a period made longer."""

    from_name: str
    to_name: str
    direction: Literal["up", "down", "level"]
    due_now: Money
    returned: Money | None = None
    takes_effect_on: date | None = None
    approval: Approval = "none"
    approval_reason: str = ""
    approved_by: datetime | None = None
    needs_person: bool = False
    person_reason: str = ""
    promised_by: datetime | None = None
    note: str = ""
    irreversible: str = ""
    discounts: tuple[str, ...] = ()
    extra_days: int = 0
    extra_until_on: date | None = None
    replaced: Replaced | None = None
    addons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """`lead` is what must not be missed, before the rest of the sentence; `sign` the name of an icon."""

    sign: Sign
    text: str
    lead: str = ""


def what_happens(course: Course, language: str, zone: tzinfo) -> tuple[Happening, ...]:
    """In the order in which it matters. The active translation must be that of `language`."""
    return (
        *_approval(course, language, zone),
        _work(course, language, zone),
        *_notes(course, language),
        *(Happening("check", sentence) for sentence in course.discounts),
        *(Happening("info", sentence) for sentence in course.addons),
        *_money(course, language),
    )


def _approval(course: Course, language: str, zone: tzinfo) -> Iterator[Happening]:
    if course.approval == "none":
        return
    if course.approval == "after_payment":
        text = _("Once it is paid, we look at it; if we cannot make it, you are refunded.")
    elif course.approved_by is not None:
        when = appointment(course.approved_by, language, zone)
        text = _("Nothing is charged now: you have our answer by %(when)s, and pay then.") % {"when": when}
    else:
        text = _("Nothing is charged before our answer.")
    lead = _("Our team approves this change first.")
    yield Happening("person", " ".join(filter(None, (course.approval_reason, text))), lead)


def _work(course: Course, language: str, zone: tzinfo) -> Happening:
    if course.needs_person:
        ready = ""
        if course.promised_by is not None:
            when = appointment(course.promised_by, language, zone)
            ready = _("It will be ready by %(when)s.") % {"when": when}
        told = _("We will tell you when it is fully operational.")
        text = " ".join(filter(None, (course.person_reason, ready, told)))
        return Happening("person", text, _("This change needs our team") + ".")
    if course.takes_effect_on is not None:
        said = {
            "day": long_day(course.takes_effect_on, language),
            "old": the_plan(course.from_name, language),
        }
        return Happening(
            "calendar",
            _("You keep %(old)s until %(day)s; the change is made that day, once the renewal is paid.")
            % said,
        )
    checked = _(
        "It is then checked on the server: you can follow it here, and a message will tell you when it is done."
    )
    return Happening("clock", f"{course.note or _('The change is applied at once.')} {checked}")


def _notes(course: Course, language: str) -> Iterator[Happening]:
    if course.note and course.needs_person and course.from_name != course.to_name:
        yield Happening("info", course.note)
    if course.irreversible:
        yield Happening("alert", course.irreversible)
    if course.replaced is not None:
        said = {
            "plan": to_plan(course.replaced.plan_name, language),
            "day": long_day(course.replaced.on, language),
        }
        yield Happening("alert", _("It replaces the move %(plan)s that is planned for %(day)s.") % said)


def _money(course: Course, language: str) -> Iterator[Happening]:
    if course.direction == "down" and not course.returned:
        text = _("No refund on a move to a lower plan.")
        if course.takes_effect_on is None:
            text += " " + _(
                "What you have already paid for stays yours until renewal: coming back to it costs nothing."
            )
        yield Happening("info", text)
    if course.returned:
        money = amount(course.returned, language)
        yield Happening(
            "check", _("%(money)s go to your credit balance when the change is done.") % {"money": money}
        )
    if course.extra_days and course.extra_until_on is not None:
        yield Happening("check", _longer(course.extra_days, course.extra_until_on, language))
    if course.due_now.minor:
        yield Happening(
            "shield",
            _("If it cannot be delivered, what you paid goes back to your card or to your credit balance."),
        )


def _longer(days: int, until_on: date, language: str) -> str:
    said = {"days": days_in_words(days), "day": long_day(until_on, language)}
    return _("What is left of the current period makes the new one longer by %(days)s, until %(day)s.") % said
