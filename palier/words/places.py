"""Countries, and the provinces and territories of Canada, by name."""

import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _

from palier.words.languages import locale_of

#: What Unicode lists beside countries: groups of them, and codes for tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=8)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name), in the order of their names."""
    names = locale_of(language).territories
    found = [(code, _first_upper(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return tuple(sorted((pair for pair in found if pair[0] not in _NO_COUNTRIES), key=_in_order))


def _in_order(pair: tuple[str, str]) -> str:
    """`Île` stands among the I."""
    return unicodedata.normalize("NFKD", pair[1]).encode("ascii", "ignore").decode().lower()


def country_name(code: str, language: str) -> str:
    return _first_upper(str(locale_of(language).territories.get(code, code)))


def _first_upper(name: str) -> str:
    """Unicode writes names as within a sentence, `île de Man`: here they stand alone."""
    return name[:1].upper() + name[1:]


def provinces() -> tuple[tuple[str, str], ...]:
    """(the part of ISO 3166-2 after `CA-`, name), in the order of their names in the active language."""
    named = (
        ("AB", _("Alberta")),
        ("BC", _("British Columbia")),
        ("PE", _("Prince Edward Island")),
        ("MB", _("Manitoba")),
        ("NB", _("New Brunswick")),
        ("NS", _("Nova Scotia")),
        ("NU", _("Nunavut")),
        ("ON", _("Ontario")),
        ("QC", _("Quebec")),
        ("SK", _("Saskatchewan")),
        ("NL", _("Newfoundland and Labrador")),
        ("NT", _("Northwest Territories")),
        ("YT", _("Yukon")),
    )
    return tuple(sorted(named, key=_in_order))
