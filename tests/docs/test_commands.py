"""What README, the tutorial and the how-tos tell a reader to type works, on a demo of its own."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import bootstrap
from tests.docs.pages import PAGES, ROOT, TUTORIAL, blocks, commands, named
from tests.running import Palier, free_port

WALKS = (ROOT / "README.md", TUTORIAL)
ASSIGNMENT = re.compile(r"[A-Z_]+=.*")
TYPED = sorted({(named(page), line) for page in PAGES for line in commands(page)})
PALIER = re.compile(r"^(?:\.venv/bin/)?palier (?!run|serve|worker|prepare)")
#: These start what the reader stops with Ctrl-C, run what is running already, or the reader's own file.
ELSEWHERE = re.compile(r"^(?:palier (?:serve|worker|prepare|catalog apply catalog\.yaml)|grep |make )")


@pytest.fixture(scope="module")
def palier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palier]:
    """The demo, as `make run` starts it."""
    running = Palier(tmp_path_factory.mktemp("docs") / "var", demo=True, port=free_port(18600))
    try:
        yield running.start()
    finally:
        running.forget()


def run_here(line: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A line of Python, typed with this Python. Thirty days may take a slow machine minutes."""
    command = shlex.split(line)
    assert command[0] == ".venv/bin/python", f"who runs {line}?"
    return subprocess.run(
        [sys.executable, *command[1:]],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_walks_begin_with_make_run_and_say_how_to_test() -> None:
    assert [commands(page)[0] for page in WALKS] == ["make run"] * 2
    assert "make test" in commands(ROOT / "README.md")


def test_make_run_and_make_test_are_what_the_tests_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "install", lambda names: None)
    assert bootstrap.VERBS["run"]([])[1:] == ["-m", "palier.entrypoints.cli.main", "run"]
    assert bootstrap.VERBS["test"](["tests/core"])[1:3] == ["-m", "pytest"]
    assert re.search(r"^run test .*:\n\t@./bootstrap \$@", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("document", "line"), TYPED)
def test_every_command_that_is_shown_is_one_that_a_test_knows(document: str, line: str) -> None:
    assert any(
        (PALIER.match(line), ELSEWHERE.match(line), ASSIGNMENT.fullmatch(line), line.startswith(".venv/bin/"))
    ), f"{document}: {line}"


def test_make_run_prints_an_address_that_answers_and_how_to_sign_in(palier: Palier) -> None:
    assert palier.get("/").status_code == 200
    (shown,) = (body for body in blocks(TUTORIAL, "console") if "Palier is ready" in body)
    for line in shown.splitlines()[1:]:
        assert line.strip() in palier.said


@pytest.mark.parametrize(
    "line", sorted({line for _, line in TYPED if PALIER.match(line) and not ELSEWHERE.match(line)})
)
def test_what_is_typed_beside_a_run_works(palier: Palier, line: str) -> None:
    done = run_here(
        ".venv/bin/python -m palier.entrypoints.cli.main " + PALIER.sub("", line), palier.environment
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line", sorted({line for _, line in TYPED if line.startswith(".venv/bin/python -c")})
)
def test_what_python_is_asked_works(line: str) -> None:
    done = run_here(line)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_settings_shown_are_settings() -> None:
    named_in = Path(ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    shown = [line.partition("=")[0] for _, line in TYPED if ASSIGNMENT.fullmatch(line)]
    assert shown
    assert [name for name in shown if f"`{name}`" not in named_in] == []
