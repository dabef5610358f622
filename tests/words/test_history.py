from typing import Any
from zoneinfo import ZoneInfo

import pytest

from palier.words.history import HISTORY, UNLISTED, history_line
from tests.recorded import TEMPLATES, recorded_kinds, recorded_templates

QUEBEC = ZoneInfo("America/Toronto")
MOVE = {"from_plan": "Forfait A", "to_plan": "Forfait B"}


def said(kind: str, language: str = "fr", **facts: Any) -> str:
    return history_line(kind, facts, language, QUEBEC).replace("\u00a0", " ")


def test_every_kind_of_event_is_a_line_or_left_out_on_purpose() -> None:
    assert recorded_kinds() == HISTORY.keys() | UNLISTED


def test_no_kind_is_both_listed_and_left_out() -> None:
    assert not HISTORY.keys() & UNLISTED


def test_every_kind_that_is_put_together_is_known_here() -> None:
    assert recorded_templates() == TEMPLATES.keys()


@pytest.mark.parametrize("kind", sorted(UNLISTED))
def test_what_is_left_out_says_nothing(kind: str) -> None:
    assert said(kind) == ""


@pytest.mark.parametrize(
    ("kind", "facts", "french", "english"),
    [
        ("subscription.started", {}, "Début du service", "Service started"),
        (
            "subscription.started",
            {"to_plan": "Forfait A"},
            "Début du service : Forfait A",
            "Service started: Forfait A",
        ),
        (
            "period.paid",
            {"start_on": "2026-12-14"},
            "Renouvelé à partir du 14 décembre 2026",
            "Renewed from December 14, 2026",
        ),
        (
            "period.paid",
            {"start_on": "2026-11-01", "first": True},
            "Première période payée, à partir du 1er novembre 2026",
            "First period paid, from November 1, 2026",
        ),
        (
            "subscription.plan_adopted",
            {"before": "web-a", "after": "web-b"},
            "Niveau corrigé par notre équipe, au même prix",
            "Level set right by our team, at the same price",
        ),
        ("plan_change.accepted", {}, "Changement demandé", "Change requested"),
        (
            "plan_change.accepted",
            MOVE,
            "Changement demandé : du Forfait A au Forfait B",
            "Change requested: from Forfait A to Forfait B",
        ),
        (
            "plan_change.scheduled",
            MOVE,
            "Changement prévu au renouvellement : du Forfait A au Forfait B",
            "Change planned at renewal: from Forfait A to Forfait B",
        ),
        (
            "plan_change.needs_person",
            {"promised_by": "2026-11-24T15:00:00+00:00", "first_time": True},
            "Confié à notre équipe, promis au plus tard mardi 24 nov., 10 h",
            "In the hands of our team, promised by Tuesday, Nov 24, 10 am",
        ),
        (
            "plan_change.needs_person",
            {"promised_by": "2026-11-24T15:00:00+00:00", "first_time": False},
            "",
            "",
        ),
        ("plan_change.taken", {"by": "Dana"}, "Pris en charge par Dana", "Taken by Dana"),
        ("plan_change.taken", {}, "Pris en charge par notre équipe", "Taken by our team"),
        (
            "plan_change.done",
            MOVE,
            "Changement du Forfait A au Forfait B : pleinement opérationnel",
            "Change from Forfait A to Forfait B: fully operational",
        ),
        (
            "plan_change.done",
            {"from_plan": "Forfait A", "to_plan": "Forfait A"},
            "Changement du Forfait A : pleinement opérationnel",
            "Change of Forfait A: fully operational",
        ),
        (
            "plan_change.expired",
            {"reason": "unpaid"},
            "Changement non payé à temps",
            "Change not paid in time",
        ),
        ("plan_change.cancelled", {"reason": "by_client"}, "Changement annulé", "Change cancelled"),
        (
            "plan_change.cancelled",
            {"reason": "no_longer_fits"},
            "Changement prévu abandonné : l’utilisation n’y tient plus",
            "Planned change dropped: usage no longer fits",
        ),
        ("plan_change.reversed", {}, "Changement défait", "Change undone"),
        (
            "plan_change.reversed",
            {"returned": 725, "to_card": 500, "currency": "CAD"},
            "Changement défait : 5,00 $ retournés là d’où ils venaient, 2,25 $ à votre solde créditeur",
            "Change undone: $5.00 back to what you paid with, $2.25 to your credit balance",
        ),
        (
            "subscription.suspended",
            {"reason": "unpaid"},
            "Service suspendu : une facture est impayée",
            "Service suspended: an invoice is unpaid",
        ),
        ("invoice.reminded", {"is_last": True}, "Dernier rappel envoyé", "Last reminder sent"),
        (
            "service.password_changed",
            {"by": "Bob"},
            "Mot de passe modifié par Bob",
            "Password changed by Bob",
        ),
        ("service.password_changed", {}, "Mot de passe modifié", "Password changed"),
        (
            "subscription.cancellation_requested",
            {"ends_on": "2026-12-14"},
            "Annulation demandée pour le 14 décembre 2026",
            "Cancellation requested for December 14, 2026",
        ),
        (
            "subscription.cancellation_withdrawn",
            {},
            "Demande d’annulation retirée",
            "Cancellation request withdrawn",
        ),
        ("subscription.cancelled", {}, "Annulé", "Cancelled"),
        ("subscription.suspended", {}, "Service suspendu", "Service suspended"),
        ("subscription.resumed", {}, "Service de nouveau actif", "Service active again"),
    ],
)
def test_each_line_in_both_languages(kind: str, facts: dict[str, Any], french: str, english: str) -> None:
    assert (said(kind, "fr", **facts), said(kind, "en", **facts)) == (french, english)
