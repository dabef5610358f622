"""The documentation as the tests read it: pages, their links, their fenced blocks, their names in backticks."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
TUTORIAL = ROOT / "docs/tutorial/change-a-plan.md"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return [body for found, body in _FENCED.findall(text(path)) if found == language]


def commands(path: Path) -> list[str]:
    """What a reader is told to type: the lines of its `sh` blocks, and those after `$` of its `console` blocks."""
    typed = [line for body in blocks(path, "sh") for line in body.splitlines()]
    shown = [line[2:] for body in blocks(path, "console") for line in body.splitlines() if line[:2] == "$ "]
    return [line for line in (*typed, *shown) if line and not line.startswith("#")]


def prose(path: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCED.sub("", text(path))


def links(path: Path) -> Iterator[tuple[Path, str]]:
    """(file, anchor) of every link and picture that leads into the repository."""
    for address in _LINK.findall(prose(path)):
        if not re.match(r"[a-z]+:", address):
            place, _, anchor = unquote(address).partition("#")
            yield ((path.parent / place).resolve() if place else path), anchor


def anchors(path: Path) -> set[str]:
    """Of its headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def in_backticks(path: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(path))
