"""Every reason that the product can write has its words, for those who read it."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from palier.core.fit import Misfit, misfit_json
from palier.provisioning.ask_person import BY_HAND
from palier.words import reasons
from palier.words.limits import ResourceWords
from palier.words.reasons import (
    change_reason,
    credit_note_reason,
    payment_failure,
    work_details,
    work_reason,
)

PALIER = Path(__file__).parents[2] / "palier"
RESOURCES = {
    "disk": ResourceWords("storage", "Espace disque"),
    "mailboxes": ResourceWords("count", "Comptes courriel", "compte courriel", "comptes courriel"),
}


def literals(room: str, wanted: Callable[[ast.Call], ast.expr | None]) -> set[str]:
    """The texts that calls in a room are given where `wanted` looks."""
    found: set[object] = set()
    for path in (PALIER / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            argument = wanted(node) if isinstance(node, ast.Call) else None
            if isinstance(argument, ast.Constant | ast.IfExp):
                found |= {part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)}
    return {text for text in found if isinstance(text, str) and text}


def argument(
    *functions: str, name: str = "", position: int | None = None
) -> Callable[[ast.Call], ast.expr | None]:
    """Looks at one argument of calls of these functions, by name or else by position."""

    def wanted(call: ast.Call) -> ast.expr | None:
        if getattr(call.func, "id", getattr(call.func, "attr", "")) not in functions:
            return None
        named = [one.value for one in call.keywords if one.arg == name]
        placed = call.args[position : position + 1] if position is not None else []
        return next(iter([*named, *placed]), None)

    return wanted


def given_up() -> set[str]:
    """Why a job ends with a person: what panels do wrong, told to clients and staff alike."""
    return literals("provisioning", argument("NeedsPerson", "Again", position=0))


def test_why_a_change_is_with_a_person_has_words_for_the_client() -> None:
    by_path = literals("plan_changes", argument("hand_to_person", position=1))
    assert {"panel_did_nothing", "path_needs_person"} <= given_up() | by_path <= reasons.CHANGE.keys()


def test_why_a_change_ended_has_words_for_the_client() -> None:
    ended = literals("plan_changes", argument("_take_back", position=3))
    ended |= literals("plan_changes", argument("undo", "update", name="reason"))
    assert {"by_client", "no_longer_fits", "cannot_be_done", "replaced"} <= ended <= reasons.CHANGE.keys()


def test_why_something_is_in_the_queue_has_words_for_staff() -> None:
    opened = given_up() | literals("plan_changes", argument("hand_to_person", position=1))
    for room in ("plan_changes", "billing", "provisioning", "subscriptions", "books"):
        opened |= literals(room, argument("open_item", name="reason"))
    opened |= {"suspend_by_hand", "resume_by_hand"}  # put together in provisioning/suspend.py
    opened |= set(BY_HAND.values())
    assert {"end_by_hand", "panel_refused"} <= opened == reasons.WORK.keys()


def test_why_money_was_given_back_has_words() -> None:
    given = literals("subscriptions", argument("drop_open_renewals", "take_out", name="reason"))
    given |= {"undone", "unpaid"}  # plan_changes/undo.py
    given |= {"late", "returned"}  # plan_changes/give_back.py
    given |= {"cancelled", "ended_early"}  # subscriptions/settlement.py and credit_rest.py
    given |= {"given_back"}  # billing/credit_by_person.py
    assert given == reasons.CREDIT_NOTE.keys()


def test_why_a_payment_brought_nothing_has_words() -> None:
    failures = literals("billing", argument("close_attempt", name="failure"))
    failures |= literals("plan_changes", argument("close_attempt", name="failure"))
    assert {"gateway_busy", "change_ended"} <= failures <= reasons.PAYMENT.keys()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_is_a_sentence_in_either_language(language: str) -> None:
    with override(language):
        said = [
            *(change_reason(code) for code in reasons.CHANGE),
            *(credit_note_reason(code) for code in reasons.CREDIT_NOTE),
            *(payment_failure(code) for code in reasons.PAYMENT),
            *(work_reason(code, {"detail": "no such package."}) for code in reasons.WORK),
        ]
    for sentence in said:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "%" not in sentence


def test_both_languages_are_different_sentences() -> None:
    for code in reasons.CHANGE:
        with override("fr"):
            french = change_reason(code)
        with override("en"):
            assert change_reason(code) != french


def test_staff_read_what_the_panel_said() -> None:
    with override("en"):
        assert work_reason("panel_refused", {"detail": "no package called forfait_b"}) == (
            "The panel refused: no package called forfait_b"
        )


def test_an_unknown_failure_of_a_gateway_is_still_a_sentence() -> None:
    with override("fr"):
        assert payment_failure("do_not_honor_05") == "Le paiement n’a pas été accepté."


@pytest.mark.parametrize(
    ("language", "facts", "lines"),
    [
        ("en", {}, ()),
        (
            "en",
            {"differences": [{"what": "disk", "wanted": 25_600, "found": 10_240}]},
            ("Espace disque: wanted 25 GB, found 10 GB",),
        ),
        (
            "fr",
            {
                "differences": [
                    {"what": "plan", "wanted": "forfait_b", "found": "forfait_a"},
                    {"what": "mailboxes", "wanted": None, "found": 5},
                ]
            },
            (
                "Forfait du panneau : attendu forfait_b, trouvé forfait_a",
                "Comptes courriel : attendu sans limite, trouvé 5",
            ),
        ),
        (
            "fr",
            {"misfits": [{"resource": "disk", "used": 12_698, "limit": 10_240, "excess": 2_458}]},
            ("Espace disque : utilisation de 12,4 Go, limite de 10 Go, soit 2,5 Go de trop",),
        ),
        (
            "fr",
            {"misfits": [misfit_json(Misfit("disk", 9_728, 10_240, 512, room=1024))]},
            (
                "Espace disque : utilisation de 9,5 Go et 1 Go à garder libres, limite de 10 Go, soit 512 Mo de trop",
            ),
        ),
        (
            "fr",
            {"misfits": [misfit_json(Misfit("disk", 40_960, 25_600, 15_360, "cannot_shrink"))]},
            ("Espace disque : 40 Go, qui ne peuvent pas être réduits, limite de 25 Go",),
        ),
        (
            "en",
            {"misfits": [{"resource": "mailboxes", "used": None, "limit": 5, "excess": None}]},
            ("Comptes courriel: usage unknown, limit 5",),
        ),
    ],
)
def test_the_lines_under_a_reason(language: str, facts: dict[str, Any], lines: tuple[str, ...]) -> None:
    with override(language):
        said = work_details(facts, RESOURCES, language)
    assert tuple(line.replace("\u00a0", " ") for line in said) == lines
