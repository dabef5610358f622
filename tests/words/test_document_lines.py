import pytest

from palier.words.document_lines import line_text
from palier.words.reasons import CREDIT_NOTE

FACTS = {
    "label": "boreale.example",
    "origin": {"fr": "Forfait A", "en": "Plan A"},
    "plan": {"fr": "Forfait B", "en": "Plan B"},
    "option": {"fr": "Adresse IP dédiée", "en": "Dedicated IP address"},
    "quantity": 2,
    "start_on": "2026-11-23",
    "until_on": "2026-12-14",
    "done_on": "2026-11-26",
    "from_on": "2026-11-23",
    "late_days": 3,
    "ended_on": "2026-11-30",
    "said": "Trois jours de panne.",
}


def said(code: str, language: str, **facts: object) -> str:
    return line_text(code, {**FACTS, **facts}, language).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        (
            "difference",
            "Passage du Forfait A au Forfait B, boreale.example : la différence du 23 novembre 2026 "
            "au 14 décembre 2026",
            "Change from Plan A to Plan B, boreale.example: the difference from November 23, 2026 "
            "to December 14, 2026",
        ),
        (
            "undone",
            "Passage du Forfait A au Forfait B, boreale.example : annulé",
            "Change from Plan A to Plan B, boreale.example: undone",
        ),
        (
            "unpaid",
            "Passage du Forfait A au Forfait B, boreale.example : abandonné avant d’être payé",
            "Change from Plan A to Plan B, boreale.example: given up before it was paid",
        ),
        (
            "late",
            "Forfait B, boreale.example, livré le 26 novembre 2026 : la différence pour 3 jours, "
            "à partir du 23 novembre 2026",
            "Plan B, boreale.example, delivered on November 26, 2026: the difference for 3 days, "
            "from November 23, 2026",
        ),
        (
            "returned",
            "Passage du Forfait A au Forfait B, boreale.example : somme rendue",
            "Change from Plan A to Plan B, boreale.example: given back",
        ),
    ],
)
def test_a_line_about_a_change_names_both_levels_as_each_language_does(
    code: str, french: str, english: str
) -> None:
    assert (said(code, "fr"), said(code, "en")) == (french, english)


def test_a_change_of_options_names_its_level_once() -> None:
    same = FACTS["plan"]
    assert said("undone", "fr", origin=same) == "Changement du Forfait B, boreale.example : annulé"
    assert said("undone", "en", origin=same) == "Change of Plan B, boreale.example: undone"


def test_a_period_has_no_level_to_come_from() -> None:
    facts = {name: value for name, value in FACTS.items() if name != "origin"}
    assert line_text("period", facts, "en") == (
        "Plan B, boreale.example: from November 23, 2026 to December 14, 2026"
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "reason", sorted(CREDIT_NOTE.keys() - {"cancelled"})
)  # its lines say what is not used
def test_every_reason_to_give_back_is_a_line(reason: str, language: str) -> None:
    assert "boreale.example" in said(reason, language)
