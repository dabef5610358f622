"""What of the usage stands in the way of a level: by how much, and what to do about it, in the client's words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from palier.core.obstacle import Obstacle
from palier.words.limits import ResourceWords, granted, short_amount, to_free


def misfit_sentence(obstacle: Obstacle, resources: Mapping[str, ResourceWords], language: str) -> str:
    """In the active language. Raises `KeyError` for an unknown code."""
    words = resources[obstacle.resource]
    said = {
        "resource": words.name,
        "used": granted(words, obstacle.used or 0, language),
        "has": short_amount(words, obstacle.used or 0, language),
        "limit": short_amount(words, obstacle.limit or 0, language),
        "excess": to_free(words, obstacle.excess or 0, language),
        "room": short_amount(words, obstacle.room, language),
    }
    if obstacle.code == "does_not_fit":
        return f"{_too_much(obstacle)} {_what_to_free(obstacle.resource)}" % said
    return _others()[obstacle.code] % said


def _too_much(obstacle: Obstacle) -> str:
    if obstacle.room:
        return _("You use %(used)s, and %(room)s must stay free; this level holds %(limit)s.")
    return _("You use %(used)s; this level holds %(limit)s.")


def _what_to_free(resource: str) -> str:
    """By the resource's code, which is ours (drivers/panel.py) wherever a panel measures it."""
    return {
        "disk": _("Free %(excess)s to choose it: old backups, messages and files that you no longer need."),
        "mailboxes": _("Delete %(excess)s to choose it."),
        "databases": _("Delete %(excess)s to choose it."),
        "sites": _("Remove %(excess)s to choose it."),
        "accounts": _("Close or move %(excess)s to choose it."),
        "memory": _("Stop programs that take %(excess)s to choose it."),
        "bandwidth": _("It is counted anew every month: choose it then, or write to us."),
    }.get(resource, _("Free %(excess)s to choose it."))


def _others() -> dict[str, str]:
    return {
        "cannot_shrink": _(
            "%(resource)s: yours is of %(has)s and cannot be made smaller on its server; this level holds %(limit)s. "
            "Choose a level with at least %(has)s, or write to us: our team will look for another way with you."
        ),
        "usage_unknown": _(
            "%(resource)s: what you use could not be measured, so we cannot say whether the %(limit)s of this level "
            "are enough. Try again in a few minutes, or write to us."
        ),
        "usage_unknown_warned": _(
            "%(resource)s: what you use could not be measured. Make sure that the %(limit)s of this level are enough "
            "before you go on."
        ),
        "usage_unknown_asked": _(
            "%(resource)s: what you use could not be measured. Our team will look whether the %(limit)s of this level "
            "are enough before it makes the change."
        ),
    }


def misfit_line(
    resource: str, numbers: Mapping[str, object], resources: Mapping[str, ResourceWords], language: str
) -> str:
    """The same in short, for a list: of a job's or an item's facts, written by `core.fit.misfit_json`."""
    words = resources[resource]
    said = {"resource": words.name} | {
        name: (to_free if name == "excess" else short_amount)(words, amount, language)
        for name in ("used", "limit", "room", "excess")
        if isinstance(amount := numbers.get(name), int)
    }
    if numbers["used"] is None:
        return _("%(resource)s: usage unknown, limit %(limit)s") % said
    if numbers.get("why") == "cannot_shrink":
        return _("%(resource)s: %(used)s, which cannot be made smaller, limit %(limit)s") % said
    if numbers.get("room"):
        return (
            _("%(resource)s: %(used)s used and %(room)s to stay free, limit %(limit)s: %(excess)s too much")
            % said
        )
    return _("%(resource)s: %(used)s used, limit %(limit)s: %(excess)s too much") % said
