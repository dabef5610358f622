"""A plan's name where one leaves it or comes to it: French contracts its articles (*du Forfait A au Forfait B*)."""

from palier.words.languages import is_french

_MASCULINE = {"forfait", "plan", "serveur", "certificat", "niveau", "compte", "domaine", "palier", "siège"}
_FEMININE = {"formule", "boîte", "licence", "version", "messagerie"}
_ELIDED = {"hébergement", "offre", "abonnement", "option", "espace"}
_VOWELS = "aàâeéèêëiîïoôuùûyhœæ"


def from_plan(name: str, language: str) -> str:
    """`du Forfait A`, `de l’Offre 2`, `d’Alpha`; `from Plan A`."""
    if not is_french(language):
        return f"from {name}"
    return _contracted(name, "du", "de la", "de l’", "d’" if _begins_with_vowel(name) else "de")


def to_plan(name: str, language: str) -> str:
    """`au Forfait B`, `à l’Offre 2`, `à Alpha`; `to Plan B`."""
    if not is_french(language):
        return f"to {name}"
    return _contracted(name, "au", "à la", "à l’", "à")


def of_plan(name: str, language: str) -> str:
    """What a thing is of, in a phrase: `du Forfait A`; in English just `Plan A`."""
    return from_plan(name, language) if is_french(language) else name


def the_plan(name: str, language: str) -> str:
    """`le Forfait A`, `l’Offre 2`, `Alpha`; in English just `Plan A`."""
    return _contracted(name, "le", "la", "l’", "") if is_french(language) else name


def of_thing(name: str, language: str) -> str:
    """What a quantity is of, in a phrase: `d’espace disque`, `de mémoire vive`; in English just `disk space`."""
    lowered = name[:1].lower() + name[1:] if name[1:2].islower() else name
    if not is_french(language):
        return lowered
    return f"d’{lowered}" if _begins_with_vowel(name) else f"de {lowered}"


def _contracted(name: str, masculine: str, feminine: str, elided: str, bare: str) -> str:
    noun = name.split(" ")[0].lower()
    if noun in _MASCULINE:
        article = masculine
    elif noun in _FEMININE:
        article = feminine
    else:
        article = elided if noun in _ELIDED else bare
    return f"{article}{name}" if article.endswith("’") else f"{article} {name}".lstrip()


def _begins_with_vowel(name: str) -> bool:
    return name[:1].lower() in _VOWELS
