"""Which regional habits a language is written with: `fr` is written as in Québec, `en` as in Canada."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

_REGIONS = {"fr": "CA", "en": "CA"}


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """The locale of a language code (`fr`, `en`, `en-us`): its own region when it names one."""
    name, _, region = language.replace("_", "-").partition("-")
    return Locale(name.lower(), region.upper() or _REGIONS.get(name.lower()))


def is_french(language: str) -> bool:
    return language.lower().startswith("fr")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """One of a catalogue's texts by language; where that language is missing, another one's."""
    return texts.get(language) or texts.get(language[:2]) or next(iter(texts.values()), "")
