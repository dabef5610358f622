"""What happened to a change, one line an event, for staff: all of the work in between, and the money.

The caller adds to an event's own facts `from_plan`, `to_plan`, `by` and `to` (people's names) and `number` (of the
document), in the language asked for.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.core.money import Money
from palier.words.amounts import amount
from palier.words.dates import appointment
from palier.words.history import ITEM_SUBJECTS, history_line
from palier.words.reasons import WORK, work_reason

Facts = Mapping[str, Any]
Line = Callable[[Facts, str, tzinfo], str]


def desk_line(kind: str, facts: Facts, language: str, zone: tzinfo) -> str:
    """The line of an event, empty for one that staff read elsewhere on the page."""
    line = LINES.get(kind)
    if line is None:
        return history_line(kind, facts, language, zone)
    with override(language):
        return line(facts, language, zone)


def _applying(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("The panel is asked to make the change")


def _needs_person(facts: Facts, language: str, zone: tzinfo) -> str:
    """Told again each time it comes back, with the promise of that time."""
    if not facts.get("promised_by"):
        return _("In the work queue")
    promised_by = datetime.fromisoformat(facts["promised_by"])
    return _("In the work queue, promised by %(moment)s") % {
        "moment": appointment(promised_by, language, zone)
    }


def _taken(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Taken")


def _let_go(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Given back to the queue")


def _given(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Handed to %(person)s") % {"person": facts["to"]}


def _retried(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("The panel is to try again")


def _done_by_hand(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Done by hand")


def _reversed(facts: Facts, language: str, zone: tzinfo) -> str:
    said = facts.get("said", "")
    return _("Undone: %(reason)s") % {"reason": said} if said else _("Undone")


def _job_gave_up(facts: Facts, language: str, zone: tzinfo) -> str:
    return work_reason(facts["reason"], facts) if facts["reason"] in WORK else facts["reason"]


def _job_done(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("subject_kind") == "undone_change":
        return _("The panel, read back, has the level there was before")
    return _("The panel, read back, says that it is so")


def _invoice_paid(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Invoice %(number)s is paid") % {"number": facts["number"]}


def _refund_started(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Refund of %(amount)s started") % {"amount": _money(facts, language)}


def _refund_succeeded(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("%(amount)s went back to where it came from") % {"amount": _money(facts, language)}


def _refund_failed(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("The refund of %(amount)s was refused: the money is in the credit balance") % {
        "amount": _money(facts, language)
    }


def _money(facts: Facts, language: str) -> str:
    return amount(Money(facts["amount"], facts["currency"]), language)


def _nothing(facts: Facts, language: str, zone: tzinfo) -> str:
    return ""


_ACTS: Mapping[str, Line] = {
    "taken": _taken,
    "let_go": _let_go,
    "given": _given,
    "noted": _nothing,
    "done_by_hand": _done_by_hand,
}

LINES: Mapping[str, Line] = {
    "plan_change.applying": _applying,
    "plan_change.needs_person": _needs_person,
    "plan_change.retried": _retried,
    "plan_change.reversed": _reversed,
    "job.needs_person": _job_gave_up,
    "job.done": _job_done,
    "invoice.paid": _invoice_paid,
    "refund.started": _refund_started,
    "refund.succeeded": _refund_succeeded,
    "refund.failed": _refund_failed,
    **{f"{subject}.{act}": line for subject in ITEM_SUBJECTS for act, line in _ACTS.items()},
}
