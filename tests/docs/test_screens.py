"""What README and the tutorial tell a reader to press is on the screens, in French and in English."""

import re
from functools import cache
from pathlib import Path

import pytest

from config.translations import read
from tests.docs.pages import ROOT, TUTORIAL, named, prose

WALKS = (ROOT / "README.md", TUTORIAL)
FRENCH = ROOT / "palier/words/locale/fr/LC_MESSAGES/django.po"
#: **French** (*English*)
PAIR = re.compile(r"\*\*([^*]+)\*\*\s+\(\*([^*]+)\*\)")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\\?\{\w+\\?\}|…")


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(_line(french), _line(english)) for french, english in PAIR.findall(prose(path))]


def _line(words: str) -> str:
    return " ".join(words.split())


@cache
def sentences() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """(French, English) of every sentence of the screens, with anything where they have a placeholder."""
    entries = [one for one in read(FRENCH) if isinstance(one.id, str) and one.id]
    return tuple((_pattern(str(one.string)), _pattern(one.id)) for one in entries)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(_line(sentence))
    return re.compile(".+".join(re.escape(part) for part in parts))


def is_said(french: str, english: str) -> bool:
    return any(fr.fullmatch(french) and en.fullmatch(english) for fr, en in sentences())


@pytest.mark.parametrize("document", WALKS, ids=named)
def test_what_is_to_be_pressed_is_said_so_in_both_languages(document: Path) -> None:
    told = pairs(document)
    assert len(told) >= 10
    assert [pair for pair in told if not is_said(*pair)] == []


def test_words_that_no_screen_has_are_found_out() -> None:
    assert is_said("Mise à niveau", "Upgrade / downgrade")
    assert not is_said("Mise à niveau", "Request cancellation")
    assert not is_said("Mise au rebut", "Upgrade / downgrade")
