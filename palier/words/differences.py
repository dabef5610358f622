"""What a panel has beside what it should have, for staff: `Disk space: wanted 25 GB, found 10 GB`."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from palier.words.limits import ResourceWords, short_amount


def difference_line(
    what: str,
    wanted: str | int | None,
    found: str | int | None,
    resources: Mapping[str, ResourceWords],
    language: str,
) -> str:
    """`what` is `plan` or `privileges`, whose names are the panel's own, `suspended`, or a resource. None is without
    limit.

    A resource that the catalogue does not have is shown by its code.
    """
    words = resources.get(what)
    return _("%(what)s: wanted %(wanted)s, found %(found)s") % {
        "what": name_of(what, words),
        "wanted": value_of(wanted, words, language),
        "found": value_of(found, words, language),
    }


def name_of(what: str, words: ResourceWords | None) -> str:
    """What differs, on its own: for a table."""
    ours = {"plan": _("Panel plan"), "privileges": _("Panel privileges"), "suspended": _("Suspended")}
    return words.name if words else ours.get(what, what)


def value_of(value: str | int | None, words: ResourceWords | None, language: str) -> str:
    """What it is, or should be."""
    if value is None:
        return _("no limit")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if words is None or isinstance(value, str):
        return str(value)
    return short_amount(words, value, language)
