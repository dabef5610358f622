"""Which regional habits a language is written with: `fr` is written as in Québec, `en` as in Canada."""

from babel import Locale

_REGIONS = {"fr": "CA", "en": "CA"}


def locale_of(language: str) -> Locale:
    """The locale of a language code (`fr`, `en`, `en-us`): its own region when it names one."""
    name, _, region = language.replace("_", "-").partition("-")
    return Locale(name.lower(), region.upper() or _REGIONS.get(name.lower()))


def is_french(language: str) -> bool:
    return language.lower().startswith("fr")
