import re
from pathlib import Path

from palier.entrypoints import design
from palier.entrypoints.design.bundle import bundled

STATIC = Path(design.__file__).parent / "static" / "palier"
CSS = STATIC / "css"


def test_the_one_stylesheet_holds_every_file_of_the_folder() -> None:
    imported = set(re.findall(r'@import "([^"]+)"', (CSS / "palier.css").read_text()))
    assert imported == {path.name for path in CSS.glob("*.css")} - {"palier.css"}


def test_what_is_collected_has_no_import_left_and_begins_with_the_order_of_the_layers() -> None:
    whole = bundled(CSS / "palier.css")
    assert "@import" not in whole
    assert whole.startswith("@layer reset, base, layout, parts, pages, utilities, print;")


def test_nothing_but_remarks_and_indentation_is_lost() -> None:
    whole = bundled(CSS / "palier.css")
    for path in CSS.glob("*.css"):
        for selector in re.findall(r"^  (\.[a-z-]+) \{", path.read_text(), re.MULTILINE):
            assert f"{selector} {{" in whole, (path.name, selector)


def test_a_colour_is_written_in_the_tokens_and_nowhere_else() -> None:
    for path in CSS.glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            assert not re.search(r"oklch\([\d.]|#[0-9a-f]{3,8}\b|rgb", path.read_text()), path.name


def test_every_file_belongs_to_a_layer() -> None:
    for path in CSS.glob("*.css"):
        outside = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert outside.strip().startswith("@layer"), path.name
