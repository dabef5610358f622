"""What the documentation names in backticks exists: files, functions, settings, events, commands."""

import re
from functools import cache
from pathlib import Path

import pytest

from palier.entrypoints.cli.arguments import parser
from tests.docs.pages import PAGES, ROOT, in_backticks, named, text
from tests.ground.test_documents import names_read

PLACES = ("palier", "config", "tests", "conformance", "demo", "docs", "benchmarks", "requirements")
KINDS = {".py", ".html", ".txt", ".css", ".js", ".yaml", ".toml", ".po", ".md"}
EVENT = re.compile(
    r"(?:plan_change|job|period|subscription|service|invoice|credit_note|payment|refund|task)\.\w+"
)
#: Words of other programs, of readers' own files, and the examples of a how-to.
ELSEWHERE = {
    "grep",
    "brew",
    "apt",
    "docker",
    "var/log/web.log",
    "var/log/worker.log",
    "refund.created",
    "refund.updated",
}
EXAMPLES = {"tests/drivers/test_example.py", "_on", "_at", "until_on"}
#: A decision that another has taken the place of is kept as it was: what it names may be gone.
REPLACED = re.compile(r"^\d{4}-\d\d-\d\d · (?:replaced|overturned) by \[", re.MULTILINE)


@cache
def words() -> frozenset[str]:
    """Every word of the code, its templates and its data: not of the pages, which must not vouch for themselves."""
    files = [ROOT / name for name in ("Makefile", "bootstrap", "pyproject.toml", ".importlinter", ".ci/run")]
    for place in PLACES:
        if place != "docs":
            files += [path for path in (ROOT / place).rglob("*") if path.suffix in KINDS - {".md"}]
    return frozenset(word for path in files for word in re.findall(r"\w+", text(path)))


@cache
def file_names() -> frozenset[str]:
    return frozenset(path.name for place in PLACES for path in (ROOT / place).rglob("*.*"))


def is_there(name: str) -> bool:
    if name in ELSEWHERE | EXAMPLES:
        return True
    if re.fullmatch(r"\.?[\w-]+/[\w./*<>-]*", name) and name.partition("/")[0] in (*PLACES, ".ci", ".venv"):
        return name.startswith(".venv") or bool(list(ROOT.glob(name.rstrip("/"))))
    if re.fullmatch(r"[\w-]+\.(?:py|css|md|html|yaml|toml)", name):
        return name in file_names() or (ROOT / name).exists()
    if name.startswith("PALIER_"):
        return name.partition("=")[0] in names_read()
    if EVENT.fullmatch(name):
        return f"`{name}`" in text(ROOT / "docs/reference/events.md")
    if re.fullmatch(r"(?:palier|config|tests)(?:\.\w+)+", name):
        return is_module(name)
    if name.startswith("palier "):
        return name.split()[1].rstrip(".") in verbs()
    if name.startswith("make "):
        return re.search(rf"\b{re.escape(name.split()[1])}\b", text(ROOT / "Makefile")) is not None
    if found := re.fullmatch(r"([A-Za-z_]\w+)(?:\(.*\))?", name):
        return found[1] in words() or found[1].removesuffix("_id") in words()
    return True


def is_module(name: str) -> bool:
    """A module, or what is in one."""
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or path.is_dir() or path.parent.with_suffix(".py").exists()


@cache
def verbs() -> frozenset[str]:
    return frozenset(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr,arg-type]


def is_replaced(page: str) -> bool:
    return REPLACED.search(page) is not None


@pytest.mark.parametrize("document", [page for page in PAGES if not is_replaced(text(page))], ids=named)
def test_what_a_page_names_exists(document: Path) -> None:
    assert sorted({name for name in in_backticks(document) if not is_there(name)}) == []


@pytest.mark.parametrize(
    "name",
    [
        "palier/core/mony.py",
        "accepted.py",
        "PALIER_NO_SUCH",
        "plan_change.exploded",
        "palier.events.no_such.name",
        "palier fly",
        "make fly",
    ],
)
def test_a_name_that_nothing_has_is_found_out(name: str) -> None:
    assert not is_there(name)


def test_a_word_that_the_code_lacks_is_found_out() -> None:
    assert not is_there("_".join(("no", "such", "function")))


def test_only_a_decision_whose_status_says_that_it_was_replaced_may_name_what_is_gone() -> None:
    assert [named(page)[:19] for page in PAGES if is_replaced(text(page))] == [
        "docs/decisions/0008",
        "docs/decisions/0009",
        "docs/decisions/0010",
    ]
    assert not is_replaced("# 0010\n\n2026-11-23 · accepted; takes the place of [0009](0009.md)\n")
    assert not is_replaced("# A page\n\nIt was replaced by [another](other.md).\n")
