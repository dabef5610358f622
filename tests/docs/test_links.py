"""Every link of the documentation leads somewhere, and every page can be reached."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links, named, text

PICTURES = sorted((ROOT / "docs/images").iterdir())


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for target, anchor in links(document):
        assert target.exists(), f"no {target}"
        assert not anchor or anchor in anchors(target), f"no heading #{anchor} in {named(target)}"


def test_every_page_is_reached_from_the_index_and_the_index_from_the_front() -> None:
    seen, waiting = set(), [ROOT / "docs/README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            waiting += [target for target, _ in links(page)]
    assert [named(page) for page in PAGES if page not in seen and page != ROOT / "README.md"] == []
    assert ROOT / "docs/README.md" in {target for target, _ in links(ROOT / "README.md")}


def test_every_page_has_one_title() -> None:
    assert [named(page) for page in PAGES if len(re.findall(r"^# ", text(page), re.MULTILINE)) != 1] == []


def test_what_the_code_calls_documentation_exists() -> None:
    sources = [*(ROOT / "palier").rglob("*.py"), *(ROOT / "config").rglob("*.py"), ROOT / "demo/catalog.yaml"]
    told = {path for source in sources for path in re.findall(r"\bdocs/[a-z-]+/[\w-]+", text(source))}
    assert [path for path in sorted(told) if not (ROOT / f"{path}.md").exists()] == []


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_a_picture_is_light_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < 200_000
    assert any(picture == target for page in PAGES for target, _ in links(page))


@pytest.mark.parametrize("picture", [one for one in PICTURES if one.suffix == ".svg"], ids=named)
def test_a_drawing_is_titled_described_and_without_style_attributes(picture: Path) -> None:
    drawing = ElementTree.parse(picture).getroot()
    told = {child.tag.rpartition("}")[2]: child.text for child in drawing}
    assert told.get("title") and told.get("desc")
    assert [element.tag for element in drawing.iter() if "style" in element.attrib] == []
    assert "prefers-color-scheme: dark" in text(picture)
