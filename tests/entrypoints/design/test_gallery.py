"""Every page of the gallery: both languages, no inline style or script, light enough, labels where they belong."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.translation import override

from palier.entrypoints.design.bundle import WHOLE, bundled
from palier.entrypoints.design.gallery import render_sample, samples

NAMES = sorted(samples())
MOST_BYTES = 100_000


def page(name: str, language: str = "fr") -> str:
    request: HttpRequest = RequestFactory().get(f"/-/gallery/{name}/")
    with override(language):
        return render_sample(request, name).content.decode()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_said_in_its_language_with_one_title_and_nothing_left_to_fill(
    name: str, language: str
) -> None:
    html = page(name, language)
    assert f'<html lang="{language}-CA"' in html
    assert html.count("<h1") == 1
    assert re.search(r"<title>\s*[^\s·]", html)
    assert "{{" not in html
    assert "{%" not in html
    assert "None" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_no_style_or_script_of_its_own(name: str) -> None:
    html = page(name)
    assert not re.search(r"\sstyle\s*=", html)
    assert "<style" not in html
    assert not re.search(r"\son\w+\s*=", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("name", NAMES)
def test_every_identifier_of_a_page_is_its_own_and_every_reference_leads_somewhere(name: str) -> None:
    html = page(name)
    identifiers = re.findall(r'\sid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))
    for attribute in ("for", "aria-describedby", "aria-labelledby", "popovertarget"):
        for value in re.findall(rf'\s{attribute}="([^"]+)"', html):
            assert set(value.split()) <= set(identifiers), (attribute, value)


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_of_a_page_is_in_the_file_of_icons(name: str) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', static("palier/icons.svg").read_text()))
    assert set(re.findall(r'icons\.svg#([^"]+)"', page(name))) <= drawn


@pytest.mark.parametrize("name", NAMES)
def test_a_page_with_all_that_it_asks_for_weighs_less_than_100_kilobytes(name: str) -> None:
    html = page(name)
    asked = {path for path in re.findall(r'/static/([^"#]+)', html) if not path.endswith(".css")}
    weight = len(html.encode()) + len(bundled(static(WHOLE)).encode())
    weight += sum(static(path).stat().st_size for path in asked)
    assert weight < MOST_BYTES


def test_one_button_at_most_is_the_first_to_press() -> None:
    for name in NAMES:
        assert page(name).count('class="button go') <= 1, name


def static(path: str) -> Path:
    found = finders.find(path)
    assert isinstance(found, str)
    return Path(found)
