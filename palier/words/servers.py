"""How a server is, what is wrong with it and what to do about that, for staff."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

Words = Mapping[str, str | Promise]

#: How a server is, in a word or two: `unseen` before anybody looked, `by_hand` where there is nothing to look at,
#: `good`, `plans` when it lacks one that is sold there, or the code of a problem.
HEALTH: Words = {
    "good": pgettext_lazy("server", "Works"),
    "plans": _("Lacks plans"),
    "by_hand": _("Worked on by hand"),
    "unseen": _("Not looked at yet"),
    "silent": _("Does not answer"),
    "untrusted": _("Certificate not trusted"),
    "refused": _("Refuses us"),
    "busy": _("Too busy to answer"),
    "strange": _("Answers strangely"),
    "not_configured": _("Lacks a setting"),
}

#: What to do about it.
ADVICE: Words = {
    "plans": _(
        "Plans that are sold there are missing: clients cannot choose them. Make them on the panel under the names"
        " below, or correct the catalogue file."
    ),
    "unseen": _("A worker looks at it within three minutes; the button does it now."),
    "silent": _(
        "Is the machine up, and are its address and port right? What clients ask of it waits meanwhile, and is tried"
        " again."
    ),
    "untrusted": _(
        "Nobody we trust vouches for the certificate that it shows. Nothing was sent. Compare the fingerprint with the"
        " machine’s own, then pin it."
    ),
    "refused": _(
        "It is there and says no. Has a token expired, or been revoked or mistyped? Write the secrets again if so."
    ),
    "busy": _("It asks us to come back later. If that lasts, look at its load."),
    "strange": _(
        "What answers there may not be the panel: a proxy, perhaps, or a page to sign in. Is the address right?"
    ),
    "not_configured": _("Complete its settings, or the environment of web and worker."),
}

#: Why what was written cannot be kept.
NOT_ACCEPTED: Words = {
    "code_shape": _("Write small letters, digits and hyphens, such as web-2: at most 40."),
    "code_taken": _("There is a server called %(named)s already: choose another code."),
    "code_lives": _(
        "%(named)s was retired and accounts are still there: choose another code, or declare it in the catalogue file"
        " again."
    ),
    "driver_unknown": _("No driver is called %(named)s."),
    "url_shape": _(
        "Write an address like https://panel.example:2087, without user, password or token in it."
    ),
    "is_secret": _("%(named)s is a secret for this driver: give it as one, so that nobody reads it."),
    "lacks": _("The driver also needs: %(named)s."),
    "no_reference": _(
        "A variable of the environment cannot be named here: write the value, or use the command or the catalogue file."
    ),
    "secrets_again": _(
        "At another address, the secrets must be given again: they were meant for the machine at the old one."
    ),
    "another_certificate": _(
        "The machine has shown another certificate meanwhile: check it and compare again."
    ),
    "in_the_file": _("The catalogue file declares this server: change it there, and apply the file."),
}

#: What keeps a server from being retired.
NOT_RETIRED: Words = {
    "file_declares": _("The catalogue file declares this server: remove it there, and apply the file."),
    "plans_sold": _(
        "The catalogue sells plans on it: %(plans)s. Place their product on another server in the file, or remove it,"
        " and apply the file first."
    ),
    "services_live": ngettext_lazy(
        "%(number)s service lives on it: it must end, or move to another server, first.",
        "%(number)s services live on it: they must end, or move to another server, first.",
        "number",
    ),
    "changes_arrive": ngettext_lazy(
        "%(number)s change of plan under way moves a service there: it must be done or undone first.",
        "%(number)s changes of plan under way move services there: they must be done or undone first.",
        "number",
    ),
    "jobs_wait": ngettext_lazy(
        "%(number)s job waits for it: it must be done, or given up, first.",
        "%(number)s jobs wait for it: they must be done, or given up, first.",
        "number",
    ),
}


def health_word(code: str) -> str:
    """In the active language. Raises `KeyError` for an unknown code."""
    return str(HEALTH[code])


def health_advice(code: str) -> str:
    """In the active language; empty where there is nothing to do."""
    return str(ADVICE.get(code, ""))


def not_accepted(code: str, named: str) -> str:
    """In the active language. Raises `KeyError` for an unknown code."""
    return str(NOT_ACCEPTED[code]) % {"named": named}


def not_retired(code: str, number: int, plans: Iterable[str]) -> str:
    """In the active language; `plans` are the names of those that are sold there. Raises `KeyError` for an unknown
    code."""
    return str(NOT_RETIRED[code] % {"number": number, "plans": ", ".join(plans)})


def accounts_left(number: int) -> str:
    """Before it is retired: what of services that have ended may still be there. In the active language."""
    return ngettext(
        "%(number)s account of a service that has ended may still be on it: nobody looks after it any more.",
        "%(number)s accounts of services that have ended may still be on it: nobody looks after them any more.",
        number,
    ) % {"number": number}
