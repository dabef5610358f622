"""`.ci/run`, with stand-ins for the programs that it calls."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = ("bash", "env", "dirname", "cat", "sh")


@pytest.fixture
def machine(tmp_path):
    """A machine on which only these programs are installed; each writes down how it was called."""
    path = tmp_path / "bin"
    path.mkdir()
    for name in SYSTEM:
        (path / name).symlink_to(f"/usr/bin/{name}")
    install(path, tmp_path, "apt-get")
    install(path, tmp_path, "make")
    return path


def install(path, tmp_path, name, also="exit 0"):
    program = path / name
    program.write_text(f'#!/bin/sh\necho "{name} $* CI=$CI" >> {tmp_path}/called\n{also}\n')
    program.chmod(0o755)


def run(machine, tmp_path):
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": str(machine), "HOME": str(tmp_path), "PALIER_PYTHON": sys.executable},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, (tmp_path / "called").read_text().splitlines()


def test_what_is_missing_is_installed_then_everything_is_checked_and_tested(machine, tmp_path):
    status, called = run(machine, tmp_path)
    assert status == 0
    assert called[0].startswith("apt-get update")
    assert "install" in called[1]
    assert {"chromium", "lxd", "btrfs-progs", "busybox-static"} <= set(called[1].split())
    assert called[-2:] == ["make check CI=true", "make test CI=true"]


def test_nothing_is_installed_where_nothing_is_missing(machine, tmp_path):
    for program in ("chromium", "lxd", "mkfs.btrfs", "busybox"):
        install(machine, tmp_path, program)
    _, called = run(machine, tmp_path)
    assert not any(line.startswith("apt-get") for line in called)


@pytest.mark.parametrize("failing", ["check", "test"])
def test_a_step_that_fails_fails(machine, tmp_path, failing):
    install(machine, tmp_path, "make", also=f'[ "$1" != {failing} ]')
    status, called = run(machine, tmp_path)
    assert status != 0
    assert called[-1] == f"make {failing} CI=true"
