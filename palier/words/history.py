"""What happened to a service, one line an event, for its timeline.

The caller adds to an event's own facts the names that events do not hold, in the language asked for: `from_plan` and
`to_plan` (names of plans), `by` (a person's name), and `first` for the period that the subscription began with.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from palier.core.money import Money
from palier.words.amounts import amount
from palier.words.cycles import days
from palier.words.dates import appointment, long_day
from palier.words.languages import is_french
from palier.words.plans import from_plan, to_plan

Facts = Mapping[str, Any]
Line = Callable[[Facts, str, tzinfo], str]


def history_line(kind: str, facts: Facts, language: str, zone: tzinfo) -> str:
    """The line of an event, empty for one that is left out. An instant is told in `zone`."""
    line = HISTORY.get(kind)
    if line is None:
        return ""
    with override(language):
        return line(facts, language, zone)


def _started(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("to_plan"):
        return _("Service started: %(plan)s") % {"plan": facts["to_plan"]}
    return _("Service started")


def _period_paid(facts: Facts, language: str, zone: tzinfo) -> str:
    start_on = long_day(date.fromisoformat(facts["start_on"]), language)
    if facts.get("first"):
        return _("First period paid, from %(start_on)s") % {"start_on": start_on}
    return _("Renewed from %(start_on)s") % {"start_on": start_on}


def _accepted(facts: Facts, language: str, zone: tzinfo) -> str:
    way = _way(facts, language)
    return _("Change requested: %(way)s") % {"way": way} if way else _("Change requested")


def _scheduled(facts: Facts, language: str, zone: tzinfo) -> str:
    way = _way(facts, language)
    return _("Change planned at renewal: %(way)s") % {"way": way} if way else _("Change planned at renewal")


def _needs_person(facts: Facts, language: str, zone: tzinfo) -> str:
    """A change that comes back to the queue is not told again."""
    if not facts.get("first_time", True):
        return ""
    if not facts.get("promised_by"):
        return _("In the hands of our team")
    promised_by = appointment(datetime.fromisoformat(facts["promised_by"]), language, zone)
    return _("In the hands of our team, promised by %(moment)s") % {"moment": promised_by}


def _needs_approval(facts: Facts, language: str, zone: tzinfo) -> str:
    if not facts.get("promised_by"):
        return _("Waiting for our approval")
    promised_by = appointment(datetime.fromisoformat(facts["promised_by"]), language, zone)
    return _("Waiting for our approval, promised by %(moment)s") % {"moment": promised_by}


def _approved(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Change approved by our team")


def _taken(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Taken by %(person)s") % {"person": facts["by"]} if facts.get("by") else _("Taken by our team")


def _done(facts: Facts, language: str, zone: tzinfo) -> str:
    way = _way(facts, language)
    if way and facts["from_plan"] == facts["to_plan"]:
        way = from_plan(way, language) if is_french(language) else f"of {way}"
    line = _("Change %(way)s: fully operational") % {"way": way} if way else _("Change: fully operational")
    return f"{line}. {_late(facts, language)}" if facts.get("given_back") else line


def _plan_adopted(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Level set right by our team, at the same price")


def _late(facts: Facts, language: str) -> str:
    money = amount(Money(facts["given_back"], facts["currency"]), language)
    return _("%(money)s given back: delivered %(days)s late") % {
        "money": money,
        "days": days(facts["late_days"]),
    }


def _expired(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Change not paid in time")


def _cancelled(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("reason") == "no_longer_fits":
        return _("Planned change dropped: usage no longer fits")
    if facts.get("reason") == "refused":
        return _("Change not approved")
    return _("Change cancelled")


def _reversed(facts: Facts, language: str, zone: tzinfo) -> str:
    """And where the money went, where there was any."""
    returned, to_card = facts.get("returned") or 0, facts.get("to_card") or 0
    said = {
        "to_card": _money(to_card, facts, language) if to_card else "",
        "kept": _money(returned - to_card, facts, language) if returned > to_card else "",
    }
    if said["to_card"] and said["kept"]:
        line = _("Change undone: %(to_card)s back to what you paid with, %(kept)s to your credit balance")
        return line % said
    if said["to_card"]:
        return _("Change undone: %(to_card)s back to what you paid with") % said
    if said["kept"]:
        return _("Change undone: %(kept)s to your credit balance") % said
    return _("Change undone")


def _money(minor: int, facts: Facts, language: str) -> str:
    return amount(Money(minor, facts["currency"]), language)


def _suspended(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("reason") == "unpaid":
        return _("Service suspended: an invoice is unpaid")
    return _("Service suspended")


def _resumed(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Service active again")


def _reminded(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Last reminder sent") if facts.get("is_last") else _("Reminder sent")


def _password_changed(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("by"):
        return _("Password changed by %(person)s") % {"person": facts["by"]}
    return _("Password changed")


def _renewal_announced(facts: Facts, language: str, zone: tzinfo) -> str:
    renews_on = long_day(date.fromisoformat(facts["renews_on"]), language)
    return _("Renewal of %(renews_on)s announced") % {"renews_on": renews_on}


def _price_change_announced(facts: Facts, language: str, zone: tzinfo) -> str:
    from_on = long_day(date.fromisoformat(facts["from_on"]), language)
    return _("New price from %(from_on)s announced: %(after)s") % {
        "from_on": from_on,
        **_prices(facts, language),
    }


def _price_changed(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Price changed: %(after)s, it was %(before)s") % _prices(facts, language)


def _prices(facts: Facts, language: str) -> dict[str, str]:
    return {side: amount(Money(facts[side], facts["currency"]), language) for side in ("before", "after")}


def _end_requested(facts: Facts, language: str, zone: tzinfo) -> str:
    ends_on = long_day(date.fromisoformat(facts["ends_on"]), language)
    return _("Cancellation requested for %(ends_on)s") % {"ends_on": ends_on}


def _end_withdrawn(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Cancellation request withdrawn")


def _ended(facts: Facts, language: str, zone: tzinfo) -> str:
    if facts.get("returned"):
        money = amount(Money(facts["returned"], facts["currency"]), language)
        return _("Cancelled, and %(money)s given back") % {"money": money}
    if facts.get("cause") == "unpaid":
        return _("Service ended: what was due was not paid")
    return pgettext("service", "Cancelled")


def _set_up(facts: Facts, language: str, zone: tzinfo) -> str:
    return _("Set up, and fully operational")


def _way(facts: Facts, language: str) -> str:
    """`du Forfait A au Forfait B`; of a change of cycle or options only, the name of its plan."""
    before, after = facts.get("from_plan", ""), facts.get("to_plan", "")
    if not before or not after:
        return ""
    return after if before == after else f"{from_plan(before, language)} {to_plan(after, language)}"


HISTORY: Mapping[str, Line] = {
    "subscription.started": _started,
    "subscription.renewal_announced": _renewal_announced,
    "subscription.price_change_announced": _price_change_announced,
    "subscription.price_changed": _price_changed,
    "subscription.cancellation_requested": _end_requested,
    "subscription.cancellation_withdrawn": _end_withdrawn,
    "subscription.cancelled": _ended,
    "subscription.plan_adopted": _plan_adopted,
    "subscription.suspended": _suspended,
    "subscription.resumed": _resumed,
    "invoice.reminded": _reminded,
    "period.paid": _period_paid,
    "plan_change.accepted": _accepted,
    "plan_change.scheduled": _scheduled,
    "plan_change.needs_approval": _needs_approval,
    "plan_change.approved": _approved,
    "plan_change.needs_person": _needs_person,
    "plan_change.taken": _taken,
    "plan_change.done": _done,
    "plan_change.expired": _expired,
    "plan_change.cancelled": _cancelled,
    "plan_change.reversed": _reversed,
    "addon.set_up": _set_up,
    "service.password_changed": _password_changed,
}

#: What staff do with an item of their queue is recorded of its subject: `plan_change.noted`.
ITEM_SUBJECTS = (
    "plan_change",
    "cancellation_request",
    "subscription",
    "service",
    "addon",
    "refund",
    "undone_change",
    "books",
    "renewal",
)
ITEM_ACTS = ("taken", "let_go", "given", "noted", "done_by_hand")

#: Events that are no line of a service's timeline: the work in between, what the team does among itself, and what
#: invoices and payments tell.
UNLISTED = frozenset(
    {
        "plan_change.applying",
        "plan_change.retried",
        "plan_change.let_go",
        "plan_change.given",
        "plan_change.noted",
        "service.drifted",
        "service.repair_asked",
        "job.done",
        "job.needs_person",
        "job.retried",
        "period.billed",
        "invoice.paid",
        "invoice.delay_granted",
        "payment.received",
        "payment.failed",
        "payment.abandoned",
        "credit_note.issued",
        "credit.given",
        "credit.deposited",
        "customer.billing_details_changed",
        "payment.awaiting_transfer",
        "payment.disputed",
        "payment.dispute_won",
        "payment.dispute_lost",
        "payment_method.saved",
        "payment_method.removed",
        "tax_exemption.added",
        "tax_exemption.ended",
        "refund.started",
        "refund.succeeded",
        "refund.failed",
        "server.added",
        "server.changed",
        "server.certificate_pinned",
        "server.retired",
        "task.run_again",
        *(f"{subject}.{act}" for subject in ITEM_SUBJECTS for act in ITEM_ACTS),
    }
    - HISTORY.keys()
)
