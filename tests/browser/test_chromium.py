"""The browser itself."""

import pytest

from tests.browser import conftest


def test_chromium_starts_and_shows_a_page(page):
    page.set_content("<title>Palier</title><h1>Gestion du produit</h1>")
    assert page.get_by_role("heading").inner_text() == "Gestion du produit"


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_fails_in_ci_and_is_skipped_elsewhere(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(conftest, "NAMES", ("no-such-browser",))
    with pytest.raises(outcome, match="apt install chromium"):
        conftest.chromium()
