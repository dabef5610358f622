"""Countries by name, each standing alone."""

import pytest

from palier.words.places import countries, country_name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_country_begins_with_a_capital(language: str) -> None:
    assert [name for _code, name in countries(language) if not name[0].isupper()] == []


def test_an_island_on_an_invoice_has_its_capital() -> None:
    assert country_name("IM", "fr") == "Île de Man"
