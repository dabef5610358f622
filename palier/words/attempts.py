"""What was asked of a panel, and what each attempt came to: for whoever must go on by hand."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Promise] = {
    "change": _("Change the plan"),
    "create": _("Open the account"),
    "suspend": _("Suspend the account"),
    "resume": _("Let the account work again"),
}

#: By the code of provisioning/tried.py.
ATTEMPTS: Mapping[str, Promise] = {
    "done": _("Done: the panel was read back, and has it."),
    "by_hand": _("Not sent: the driver cannot do this by itself."),
    "does_not_fit": _("Not sent: the usage does not fit the target."),
    "usage_unknown": _("Not sent: the panel cannot tell the usage."),
    "server_down": _("Not sent: the server does not answer."),
    "panel_busy": _("The panel was busy, or could not be reached."),
    "panel_silent": _("The panel gave no answer: it may have done it."),
    "panel_working": _("The panel took it on, and was still at it."),
    "panel_refused": _("The panel refused."),
    "panel_did_nothing": _("The panel said yes, but nothing had changed there."),
    "panel_did_half": _("The panel did a part of it."),
    "unexpected": _("A fault of ours: the logs say more."),
}


def verb_words(verb: str) -> str:
    """What a job asks of the panel, in the active language."""
    return str(VERBS.get(verb, verb))


def attempt_words(came_to: str) -> str:
    """A sentence, in the active language."""
    return str(ATTEMPTS.get(came_to, came_to))
