"""What the reference says is what the code reads and what can be typed."""

import re
from pathlib import Path

import pytest

from config.bootstrap import VERBS

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bPALIER_[A-Z][A-Z_]*[A-Z]\b")
SETTINGS = (ROOT / "docs/reference/settings.md").read_text()
COMMANDS = (ROOT / "docs/reference/commands.md").read_text()


def names_read():
    """Every PALIER_ name between quotes in the code, and those of the script that starts everything."""
    sources = [path for room in ("config", "palier", "conformance") for path in (ROOT / room).rglob("*.py")]
    quoted = re.compile(r"""["'](PALIER_[A-Z_]+)["']""")
    found = {name for path in sources for name in quoted.findall(path.read_text())}
    return found | set(NAME.findall((ROOT / "bootstrap").read_text()))


def test_every_variable_that_is_read_is_documented():
    assert names_read() - set(NAME.findall(SETTINGS)) == set()


def test_every_variable_that_is_documented_is_read():
    assert set(NAME.findall(SETTINGS)) - names_read() == set()


@pytest.mark.parametrize("verb", VERBS)
def test_every_make_target_is_documented(verb):
    assert f"`make {verb}`" in COMMANDS
    assert re.search(rf"^run .*\b{verb}\b|^{verb}\b", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_verb_of_the_console_command_is_documented():
    from palier.entrypoints.cli.arguments import parser

    verbs = parser()._subparsers._group_actions[0].choices
    assert [verb for verb in verbs if f"`palier {verb}" not in COMMANDS] == []
