"""French as it is set in Canada: apostrophes that curve, and spaces that never end a line."""

import re
from pathlib import Path

import pytest

import palier
from config import translations

SAID_IN_FRENCH = Path(palier.__file__).parent / "words/locale/fr/LC_MESSAGES/django.po"

WRONG = {
    "a plain space before : ; ! ? or »": re.compile(r" [:;!?»](?=[\s\",.<)]|$)"),
    "a plain space after «": re.compile("« "),
    "a plain space between a number and its unit": re.compile(r"\d (Go|Mo|To|Ko|\$)(?!\w)"),
    "a straight apostrophe": re.compile(r"[a-zé]'[a-zéèêh]", re.IGNORECASE),
}


def strings() -> list[str]:
    entries = [entry.string for entry in translations.read(SAID_IN_FRENCH) if entry.id]
    return [one for string in entries for one in ([string] if isinstance(string, str) else string)]


@pytest.mark.parametrize("mistake", WRONG)
def test_no_french_sentence_has(mistake: str) -> None:
    assert [said for said in strings() if WRONG[mistake].search(said)] == []
