"""What the server was asked to do lately, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from palier.catalog.snapshot import Catalog
from palier.entrypoints.demo.pages.scenarios import Asked

SHOWN = 6

FUNCTIONS: Mapping[str, str | Promise] = {
    "changepackage": _("%(account)s: change to %(detail)s"),
    "createacct": _("%(account)s: open the account with %(detail)s"),
    "suspendacct": _("%(account)s: suspend"),
    "unsuspendacct": _("%(account)s: resume"),
    "removeacct": _("%(account)s: remove"),
    "passwd": _("%(account)s: change the password"),
}

#: By mode; what was done although the mode is not `ok` has its own words.
OUTCOMES: Mapping[tuple[str, bool], str | Promise] = {
    ("lie", False): _("said yes, did nothing"),
    ("half", True): _("said yes, did half of it"),
    ("refuse", False): _("refused"),
    ("busy", False): _("busy: asked to come back"),
    ("timeout_after_doing", True): _("done, then hung up without a word"),
    ("slow", True): _("done, slowly"),
}
DONE, NOT_DONE = _("done"), _("refused")


def acts_asked(acts: Sequence[Mapping[str, Any]], catalog: Catalog) -> tuple[Asked, ...]:
    """The last ones, the latest first."""
    language = get_language() or "en"
    names = {plan.package: plan.names[language] for plan in catalog.plans.values()}
    return tuple(
        Asked(
            asked_at=datetime.fromisoformat(act["at"]),
            sentence=_sentence(act, names),
            outcome=str(OUTCOMES.get((act["mode"], act["was_done"]), DONE if act["was_done"] else NOT_DONE)),
            was_done=act["was_done"],
        )
        for act in reversed(acts[-SHOWN:])
    )


def _sentence(act: Mapping[str, Any], names: Mapping[str, str]) -> str:
    words = FUNCTIONS.get(act["function"], "%(account)s: " + act["function"])
    return str(words) % {"account": act["user"], "detail": names.get(act["detail"], act["detail"])}
