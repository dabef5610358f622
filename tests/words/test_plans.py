import pytest

from palier.words.plans import from_plan, of_plan, of_thing, the_plan, to_plan


@pytest.mark.parametrize(
    ("name", "leaving", "coming"),
    [
        ("Forfait A", "du Forfait A", "au Forfait A"),
        ("Serveur privé 1", "du Serveur privé 1", "au Serveur privé 1"),
        ("Formule Pro", "de la Formule Pro", "à la Formule Pro"),
        ("Offre 2", "de l’Offre 2", "à l’Offre 2"),
        ("Alpha", "d’Alpha", "à Alpha"),
        ("Team", "de Team", "à Team"),
    ],
)
def test_french_contracts_the_article_of_a_plan(name: str, leaving: str, coming: str) -> None:
    assert (from_plan(name, "fr"), to_plan(name, "fr")) == (leaving, coming)


def test_english_has_nothing_to_contract() -> None:
    assert (from_plan("Plan A", "en"), to_plan("Plan B", "en")) == ("from Plan A", "to Plan B")


def test_a_plan_within_a_sentence_has_its_article() -> None:
    assert (of_plan("Forfait A", "fr"), the_plan("Forfait A", "fr")) == ("du Forfait A", "le Forfait A")
    assert (of_plan("Offre 2", "fr"), the_plan("Offre 2", "fr")) == ("de l’Offre 2", "l’Offre 2")
    assert (of_plan("Alpha", "fr"), the_plan("Alpha", "fr")) == ("d’Alpha", "Alpha")
    assert (of_plan("Plan A", "en"), the_plan("Plan A", "en")) == ("Plan A", "Plan A")


def test_a_quantity_is_of_something() -> None:
    assert of_thing("Espace disque", "fr") == "d’espace disque"
    assert of_thing("Mémoire vive", "fr") == "de mémoire vive"
    assert of_thing("Disk space", "en") == "disk space"
    assert of_thing("RAM", "fr") == "de RAM"
