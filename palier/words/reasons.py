"""Why something stands as it does: the reason codes of changes, jobs, work items, credit notes and payments.

Clients read what it means for them, staff what they need to act. Codes are written by the rooms above.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from palier.words.differences import difference_line
from palier.words.limits import ResourceWords
from palier.words.misfits import misfit_line

Words = Mapping[str, str | Promise]

#: Why a change is with a person, or ended otherwise than done, for the client.
CHANGE: Words = {
    "path_needs_person": _("This change is made by our team."),
    "by_hand": _("Our team makes this change by hand."),
    "panel_busy": _("The server has been busy for too long."),
    "panel_refused": _("The server did not accept the change."),
    "panel_silent": _("The server did not answer in time; our team checks what was done."),
    "panel_working": _("The server takes longer than expected."),
    "server_down": _("The server has not answered for a while."),
    "panel_did_nothing": _("The server answered, but the change does not show there."),
    "panel_did_half": _("The server made only a part of the change."),
    "does_not_fit": _("Your usage has grown beyond what this level holds."),
    "usage_unknown": _("What you use could not be measured: our team looks whether it fits."),
    "unexpected": _("Something unforeseen happened on our side."),
    "by_client": _("At your request."),
    "unpaid": _("It was not paid in time."),
    "no_longer_fits": _("Your usage no longer fits the level that was planned."),
    "cannot_be_done": _("Our team could not make this change."),
    "replaced": _("Another change has replaced it."),
    "service_ended": _("What it was for has ended."),
    "approval": _("Our team looks at this change before it is made."),
    "refused": _("Our team cannot make this change."),
    "approval_obstacle": _("When our team had approved it, something else stood in its way."),
    "approval_dearer": _(
        "When our team had approved it, it would have cost more than what you had accepted."
    ),
}

#: Why an item is in the queue, for staff. `detail` is what the panel said, in whatever language it speaks.
WORK: Words = {
    "path_needs_person": _("The catalogue has a person make this change."),
    "by_hand": _("The driver of this server cannot change plans by itself."),
    "panel_busy": _("The panel stayed busy or down through every attempt."),
    "panel_refused": _("The panel refused: %(detail)s"),
    "panel_silent": _(
        "The panel gave no answer through every attempt: look at what it did before anything else."
    ),
    "panel_working": _("The panel still says that it is working on it."),
    "server_down": _("The server stayed down for too long: %(detail)s"),
    "panel_did_nothing": _("The panel said yes, but read back, nothing has changed there."),
    "panel_did_half": _("The panel made only a part of the change."),
    "does_not_fit": _("The usage has grown past the target since the change was accepted."),
    "usage_unknown": _("The panel cannot measure the usage: see whether it fits."),
    "unexpected": _("Every attempt failed by a fault of ours: see the logs."),
    "approval": _("The catalogue has us approve this change: say yes or no."),
    "end_by_hand": _("The service has ended: suspend it by hand."),
    "suspend_by_hand": _("The service is suspended: its server must be told by hand."),
    "resume_by_hand": _("The service is active again: its server must be told by hand."),
    "set_up_by_hand": _("Set up %(addon)s: it is paid."),
    "repair_by_hand": _(
        "The server does not have what the client pays for, and the panel cannot set it right."
    ),
    "create_by_hand": _(
        "The account is gone from its server, and the panel cannot make it again: do it by hand."
    ),
    "put_back_by_hand": _(
        "The change was undone after the panel had been asked, and the panel cannot put it back: do it by hand."
    ),
    "books_wrong": _(
        "The books of this customer break what must always hold. Find out why before anything else is posted; the "
        "lines below are as they were found."
    ),
    "not_renewed": _("It could not be renewed: %(detail)s"),
    "payment_disputed": _(
        "The payer’s bank took a payment back (%(detail)s): answer it at the gateway, and talk to the client."
    ),
    "payment_unknown": _(
        "A gateway never said what became of a payment: look there for %(detail)s before anything else."
    ),
    "refunded_elsewhere": _(
        "A payment was refunded at the gateway and not here (%(detail)s): our books still hold it."
    ),
    "refund_refused": _("A refund was refused, its money is in the credit balance again: %(detail)s"),
}

#: Why money was given back, on credit notes.
CREDIT_NOTE: Words = {
    "undone": _("The change was undone."),
    "unpaid": _("The change was given up before it was paid."),
    "late": _("The new level was delivered later than it was quoted for."),
    "returned": _("Given back on a move to a lower level."),
    "billed_again": _("This period was billed again after a change."),
    "ended": _("The service ended before this period."),
    "cancelled": _("The service was ended before the end of what was paid."),
    "ended_early": _(
        "The service ended before the end of this period: its last days are taken off the invoice."
    ),
    "given_back": _("Given back by our team."),
}

#: Why a payment brought nothing. Gateways may say more; what is not here is simply not accepted.
PAYMENT: Words = {
    "declined": _("Your bank declined the card."),
    "card_declined": _("Your bank declined the card."),
    "card_unknown": _("The payment service no longer knows this card: enter it again."),
    "gateway_busy": _("The payment service could not be reached."),
    "gateway_refused": _("The payment service could not take this payment."),
    "change_ended": _("The change that it was for has ended."),
    "confirmation_needed": _("Your bank asks you to confirm this payment yourself."),
    "gateway_silent": _("The payment service never said what became of it; our team looks into it."),
    "nothing_owed": _("Nothing is left to pay on this invoice."),
    "page_left": _("The payment page was left before the end."),
}


def change_reason(code: str) -> str:
    """For the client, in the active language. Raises `KeyError` for an unknown code."""
    return str(CHANGE[code])


def free_or_undo() -> str:
    """What a client can do about a change that our team has because it does not fit."""
    return gettext(
        "Free what is too much and our team will make the change; or ask us to undo it: what you paid comes back."
    )


def work_reason(code: str, facts: Mapping[str, Any]) -> str:
    """For staff, in the active language. Raises `KeyError` for an unknown code."""
    return str(WORK[code]) % {"detail": facts.get("detail", ""), "addon": facts.get("addon", "")}


def work_details(
    facts: Mapping[str, Any], resources: Mapping[str, ResourceWords], language: str
) -> tuple[str, ...]:
    """The lines under a reason: what differs on the panel, what does not fit, or what is wrong in the books."""
    differing = (
        difference_line(one["what"], one["wanted"], one["found"], resources, language)
        for one in facts.get("differences", ())
    )
    too_much = (misfit_line(one["resource"], one, resources, language) for one in facts.get("misfits", ()))
    broken = (_broken_line(one) for one in facts.get("broken", ()))
    said = (gettext("The panel says: %(sentence)s") % {"sentence": one} for one in facts.get("problems", ()))
    return (*said, *differing, *too_much, *broken)


def credit_note_reason(code: str) -> str:
    """In the active language. Raises `KeyError` for an unknown code."""
    return str(CREDIT_NOTE[code])


def payment_failure(code: str) -> str:
    """For the client, in the active language, whatever the gateway calls it."""
    return str(PAYMENT[code]) if code in PAYMENT else gettext("The payment was not accepted.")


def _broken_line(violation: Mapping[str, Any]) -> str:
    """An invariant by its name, which is the same in the logs and on the command line, and the row that breaks it."""
    return "{check}: {subject}, {detail}".format_map(violation)
