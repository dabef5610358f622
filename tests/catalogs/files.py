"""The catalogues that tests apply: the demo's, another host's, and the demo's with something else written in it."""

from datetime import UTC, datetime
from pathlib import Path

from palier.catalog.file.document import Document
from palier.catalog.file.read import document

DEMO = Path(__file__).parents[2] / "demo" / "catalog.yaml"
MAILHOST = Path(__file__).with_name("mailhost.yaml")
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

Change = tuple[str, str]


def demo_text(*changes: Change) -> str:
    """The demo catalogue with each text, which must be there once, replaced by another."""
    text = DEMO.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the demo catalogue"
        text = text.replace(old, new)
    return text


def demo(*changes: Change) -> Document:
    return document(demo_text(*changes), "demo.yaml")


def block(start: str, end: str) -> str:
    """The part of the demo catalogue from one text up to, not including, another."""
    text = DEMO.read_text(encoding="utf-8")
    begin = text.index(start)
    return text[begin : text.index(end, begin)]
