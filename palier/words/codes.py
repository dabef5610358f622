"""Why a code gives no discount, for whoever typed it. Codes of problems are written by subscriptions/codes.py."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: Mapping[str, str | Promise] = {
    "code_unknown": _("This code is not one of ours. Check how it is written."),
    "code_not_yet": _("This code cannot be used yet."),
    "code_over": _("This code is no longer valid."),
    "code_used_up": _("This code was used as many times as it could be."),
    "code_used_before": _("You have already used this code: it is good once."),
    "code_for_new_services": _("This code is for new services, not for a change."),
    "code_for_changes": _("This code is for a change of a service, not for a new one."),
    "code_not_for_this": _("This code is not for this level with these terms."),
    "code_no_better": _("This code would not lower your price: the discount you have is as good or better."),
}


def code_problem(problem: str) -> str:
    """In the active language; empty for none. Raises `KeyError` for an unknown one."""
    return str(PROBLEMS[problem]) if problem else ""
