"""What a level grants, and how two levels differ: `10 Go d’espace disque`, `+20 comptes courriel`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from palier.words import quantities
from palier.words.languages import is_french
from palier.words.plans import of_thing


@dataclass(frozen=True)
class ResourceWords:
    """A resource in one language: its name, and for counted things one and several of it (`compte courriel`)."""

    unit: Literal["storage", "count"]
    name: str
    one: str = ""
    other: str = ""


def resource_words(
    unit: str, names: Mapping[str, str], counted: Mapping[str, Mapping[str, str]], language: str
) -> ResourceWords:
    """The words of a catalogue's resource; where a language is missing, those of another."""
    name = names.get(language) or next(iter(names.values()), "")
    forms = counted.get(language) or {}
    return ResourceWords(
        "storage" if unit == "storage" else "count", name, forms.get("one", ""), forms.get("other", "")
    )


def granted(words: ResourceWords, amount: int | None, language: str) -> str:
    """A limit as a phrase; None is without limit."""
    if amount is None:
        return _("no limit on %(things)s") % {"things": _things(words)}
    if words.unit == "storage":
        return f"{quantities.storage(amount, language)} {of_thing(words.name, language)}"
    return f"{quantities.number(amount, language)}\u00a0{_counted(words, amount, language)}"


def difference(words: ResourceWords, before: int | None, after: int | None, language: str) -> str:
    """How a limit changes, empty when it does not."""
    if before == after:
        return ""
    if before is None or after is None:
        return granted(words, after, language)
    return ("+" if after > before else "−") + granted(words, abs(after - before), language)


def grants(
    resources: Mapping[str, ResourceWords], limits: Mapping[str, int], language: str
) -> tuple[str, ...]:
    """All that a level grants, in the order of the resources; what it leaves without limit is not listed."""
    return tuple(
        granted(words, limits[code], language) for code, words in resources.items() if code in limits
    )


def differences(
    resources: Mapping[str, ResourceWords], before: Mapping[str, int], after: Mapping[str, int], language: str
) -> tuple[str, ...]:
    """How one level differs from another, in the order of the resources."""
    found = (
        difference(words, before.get(code), after.get(code), language) for code, words in resources.items()
    )
    return tuple(phrase for phrase in found if phrase)


def short_amount(words: ResourceWords, amount: int, language: str) -> str:
    """The amount without its noun: `10 Go`, `5`."""
    if words.unit == "storage":
        return quantities.storage(amount, language)
    return quantities.number(amount, language)


def to_free(words: ResourceWords, excess: int, language: str) -> str:
    """What must go for a level to fit, rounded up: `2,5 Go`, `2 comptes courriel`."""
    if words.unit == "storage":
        return quantities.storage_at_least(excess, language)
    return granted(words, excess, language)


def _counted(words: ResourceWords, amount: int, language: str) -> str:
    is_one = amount < 2 if is_french(language) else amount == 1
    return (words.one if is_one else words.other) or words.name.lower()


def _things(words: ResourceWords) -> str:
    return words.other or words.name[:1].lower() + words.name[1:]
