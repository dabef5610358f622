"""Messages about a change that our team looks at first: when it does, when it says yes, when it says no."""

from datetime import datetime

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.events.models import Event
from palier.notices.letter import Draft, Letter, blocks
from palier.notices.letters.changing import Changing, changing
from palier.notices.letters.money_back import notes_of, sent_back, where_it_went
from palier.subscriptions.bill_period import House
from palier.words.amounts import amount
from palier.words.dates import appointment
from palier.words.languages import in_language
from palier.words.reasons import change_reason

#: Why a change that our team looked at is not made.
AFTER_APPROVAL = frozenset({"refused", "approval_obstacle", "approval_dearer"})


def needs_approval(event: Event, house: House) -> Draft:
    found = changing(event, house)
    promised_by = datetime.fromisoformat(event.facts["promised_by"])
    path = house.catalog.path(found.change.origin.plan, found.change.target.plan)

    def say(language: str) -> Letter:
        when = {"moment": appointment(promised_by, language, house.provider.zone)}
        paid = found.change.invoice_id is not None
        return Letter(
            _titled(found, _("Our team looks at your move %(to)s"),
                    _("Our team looks at the change of your %(plan)s"), language),
            blocks(
                _titled(found, _("Your move %(from)s %(to)s, for %(label)s, has reached us."),
                        _("The change of your %(plan)s, for %(label)s, has reached us."), language),
                in_language(path.policies.approval_reason, language) if path else "",
                _("You have our answer by %(moment)s.") % when,
                _("If we cannot make it, what you paid is given back.")
                if paid
                else _("Nothing is charged before our answer."),
            ),
            _("Follow the change"),
        )  # fmt: skip

    return found.draft(say)


def approved(event: Event, house: House) -> Draft:
    """With what is left to pay, and until when."""
    found = changing(event, house)
    due = Money(event.facts["to_pay"], event.facts["currency"])
    expires_at = found.change.expires_at

    def say(language: str) -> Letter:
        if not due.minor or expires_at is None:
            what_now = _("You have nothing to do: another message will tell you when it is done.")
        else:
            until = appointment(expires_at, language, house.provider.zone)
            what_now = _("It begins as soon as %(money)s is paid. It waits for that until %(moment)s.") % {
                "money": amount(due, language),
                "moment": until,
            }
        return Letter(
            _titled(found, _("Your move %(to)s is approved"),
                    _("The change of your %(plan)s is approved"), language),
            blocks(
                _titled(found, _("Our team has approved your move %(from)s %(to)s, for %(label)s."),
                        _("Our team has approved the change of your %(plan)s, for %(label)s."), language),
                what_now,
            ),
            _("Pay and follow the change") if due.minor else _("Follow the change"),
        )  # fmt: skip

    return found.draft(say)


def not_made(event: Event, house: House) -> Draft:
    """Refused, or approved too late to be made as it was accepted."""
    found = changing(event, house)
    change = found.change
    notes = notes_of(change.customer_id, change.subscription_id, event.at)
    refunds = sent_back(change.customer_id, change.invoice_id, event.at)

    def say(language: str) -> Letter:
        return Letter(
            _titled(found, _("Your move %(to)s will not be made"),
                    _("The change of your %(plan)s will not be made"), language),
            blocks(
                _titled(found, _("Your move %(from)s %(to)s, for %(label)s, will not be made."),
                        _("The change of your %(plan)s, for %(label)s, will not be made."), language),
                event.facts.get("said", "") or change_reason(event.facts["reason"]),
                *(where_it_went(notes, refunds, language, reason="undone") or (_("Nothing was charged."),)),
                _("Your service stays as it was. You can ask for this change again whenever you like."),
            ),
            _("See the change"),
        )  # fmt: skip

    return found.draft(say)


def _titled(found: Changing, move: str, other: str, language: str) -> str:
    """Of a move to another level, or of another change of the same one."""
    return (move if found.moves else other) % found.names(language)
