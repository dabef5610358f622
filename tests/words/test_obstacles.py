import pytest
from django.utils.translation import override

from palier.core.obstacle import Obstacle
from palier.words.limits import ResourceWords
from palier.words.obstacles import obstacle_sentence

RESOURCES = {
    "disk": ResourceWords("storage", "Espace disque"),
    "mailboxes": ResourceWords("count", "Comptes courriel", "compte courriel", "comptes courriel"),
    "accounts": ResourceWords("count", "Comptes de vos clients", "compte client", "comptes clients"),
    "memory": ResourceWords("storage", "Mémoire"),
    "bandwidth": ResourceWords("storage", "Bande passante"),
    "snapshots": ResourceWords("count", "Instantanés", "instantané", "instantanés"),
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


def too_much(resource: str, used: int, limit: int, room: int = 0) -> Obstacle:
    return Obstacle("does_not_fit", resource, used=used, limit=limit, excess=used + room - limit, room=room)


def test_the_room_that_must_stay_free_is_told() -> None:
    assert in_french(too_much("disk", 9_728, 10_240, 1_024)).startswith(
        "Vous utilisez 9,5 Go d’espace disque, et 1 Go doivent rester libres ; ce niveau contient 10 Go. Libérez 512 Mo"
    )


@pytest.mark.parametrize(
    ("resource", "what_to_do"),
    [
        ("accounts", "Fermez ou déplacez 2 comptes clients pour le choisir."),
        ("memory", "Arrêtez des programmes qui occupent 2 Mo pour le choisir."),
        (
            "bandwidth",
            "Le compte repart de zéro chaque mois : choisissez-le à ce moment-là, ou écrivez-nous.",
        ),
        ("snapshots", "Libérez 2 instantanés pour le choisir."),
    ],
)
def test_what_to_do_is_said_for_each_resource(resource: str, what_to_do: str) -> None:
    assert in_french(too_much(resource, 7, 5)).endswith(what_to_do)


def test_what_cannot_shrink_says_what_there_is_and_whom_to_ask() -> None:
    assert in_french(Obstacle("cannot_shrink", "disk", used=40_960, limit=25_600, excess=15_360)) == (
        "Espace disque : vous avez 40 Go, qui ne peuvent pas être réduits sur ce serveur ; ce niveau contient 25 Go. "
        "Choisissez un niveau d’au moins 40 Go, ou écrivez-nous : notre équipe cherchera une autre solution avec vous."
    )


@pytest.mark.parametrize(
    ("code", "what_follows"),
    [
        ("usage_unknown", "Réessayez dans quelques minutes, ou écrivez-nous."),
        (
            "usage_unknown_warned",
            "Avant de continuer, assurez-vous que ce niveau, qui contient 10 Go, suffit.",
        ),
        ("usage_unknown_asked", "Notre équipe vérifiera que ce niveau, qui contient 10 Go, suffit"),
    ],
)
def test_what_is_unknown_says_what_follows(code: str, what_follows: str) -> None:
    said = in_french(Obstacle(code, "disk", limit=10_240))
    assert said.startswith("Espace disque : votre utilisation n’a pas pu être mesurée")
    assert what_follows in said


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
