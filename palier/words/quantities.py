"""Numbers of things and of megabytes, as each language writes them. Storage counts 1,024 MB to the GB, as panels do."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from palier.words.languages import is_french, locale_of

NO_BREAK = "\u00a0"
_FRENCH = ("Mo", "Go", "To")
_ENGLISH = ("MB", "GB", "TB")


@lru_cache(maxsize=4096)
def number(value: int, language: str) -> str:
    """`12 400`, `12,400`."""
    return format_decimal(value, locale=locale_of(language))


def storage(megabytes: int, language: str) -> str:
    """`512 Mo`, `12,4 Go`, `1,5 To`; one decimal at most."""
    step = _step(megabytes)
    return f"{_in_step(megabytes, step, language)}{NO_BREAK}{_units(language)[step]}"


def storage_at_least(megabytes: int, language: str) -> str:
    """The same rounded up: freeing what it says is enough."""
    step = _step(megabytes)
    written = _in_step(megabytes, step, language, rounding=ROUND_CEILING)
    return f"{written}{NO_BREAK}{_units(language)[step]}"


def storage_used(used: int, limit: int, language: str) -> str:
    """What is used, beside a limit that names the unit: `7,4` (of 10 Go), but `300 Mo` (of 10 Go)."""
    if used == 0 or _step(used) == _step(limit):
        return _in_step(used, _step(limit), language)
    return storage(used, language)


def _step(megabytes: int) -> int:
    return 0 if abs(megabytes) < 1024 else 1 if abs(megabytes) < 1024**2 else 2


@lru_cache(maxsize=4096)
def _in_step(megabytes: int, step: int, language: str, rounding: str = ROUND_HALF_UP) -> str:
    value = (Decimal(megabytes) / 1024**step).quantize(Decimal("0.1"), rounding=rounding)
    return format_decimal(value, format="#,##0.#", locale=locale_of(language))


def _units(language: str) -> tuple[str, str, str]:
    return _FRENCH if is_french(language) else _ENGLISH
