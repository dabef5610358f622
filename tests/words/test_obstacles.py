import pytest
from django.utils.translation import override

from palier.core.obstacle import Obstacle
from palier.words.limits import ResourceWords
from palier.words.obstacles import obstacle_sentence

RESOURCES = {
    "disk": ResourceWords("storage", "Espace disque"),
    "mailboxes": ResourceWords("count", "Comptes courriel", "compte courriel", "comptes courriel"),
}


def in_french(obstacle: Obstacle) -> str:
    with override("fr"):
        return obstacle_sentence(obstacle, "CAD", RESOURCES, "fr").replace("\u00a0", " ")


def test_a_level_too_small_says_the_exact_excess_and_what_to_do() -> None:
    too_much = Obstacle("does_not_fit", resource="disk", used=12698, limit=10240, excess=2458)
    assert in_french(too_much) == (
        "Vous utilisez 12,4 Go d’espace disque ; ce niveau contient 10 Go. Libérez 2,5 Go pour le choisir : "
        "anciennes sauvegardes, messages et fichiers dont vous n’avez plus besoin."
    )


def test_counted_things_are_said_as_such() -> None:
    too_many = Obstacle("does_not_fit", resource="mailboxes", used=6, limit=5, excess=1)
    assert in_french(too_many) == (
        "Vous utilisez 6 comptes courriel ; ce niveau contient 5. Supprimez 1 compte courriel pour le choisir."
    )


def test_an_unpaid_invoice_is_named_with_what_is_owed() -> None:
    unpaid = Obstacle("invoice_unpaid", number="2026-1193", owed=4829)
    assert in_french(unpaid) == "La facture 2026-1193 de ce service est à régler d’abord : 48,29 $."


@pytest.mark.parametrize(
    "code",
    [
        "subscription_suspended",
        "subscription_cancelled",
        "no_path",
        "not_for_sale",
        "same_configuration",
        "change_open",
        "cancellation_requested",
        "payment_in_flight",
        "invoice_unpaid",
        "overdue_elsewhere",
    ],
)
def test_every_obstacle_of_a_quote_has_its_sentence_in_french(code: str) -> None:
    with override("en"):
        english = obstacle_sentence(Obstacle(code), "CAD", RESOURCES, "en")
    assert in_french(Obstacle(code)) not in ("", english)
