"""A LXD of our own: it starts with everything, and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from palier.entrypoints.demo.lxd import needs, traces
from palier.entrypoints.demo.lxd.daemon import CannotStart, Lxd
from palier.entrypoints.demo.lxd.image import ALIAS
from tests.lxd import forget_abandoned, require_lxd, running_lxd
from tests.running import eventually


def launch(real, name):
    real.command(
        "launch", ALIAS, name, "-c", "limits.cpu=1", "-c", "limits.memory=64MiB", "-d", "root,size=100MiB"
    )


def left_of(folder: Path) -> list[str]:
    """Mounts, loop devices and processes that still speak of the folder, and its files."""
    processes = subprocess.run(
        ["pgrep", "-f", f"{folder}/"], capture_output=True, text=True, check=False
    ).stdout
    files = [str(folder)] if folder.exists() else []
    return [*traces.mounts(folder), *traces.loop_devices(folder), *processes.split(), *files]


def test_it_runs_containers_with_limits_that_they_can_see_and_leaves_nothing():
    with running_lxd() as real:
        launch(real, "alice")
        assert real.inside("alice", "nproc") == "1"
        assert real.inside("alice", "memory") == str(64 * 1024 * 1024)
    assert left_of(real.lxd.folder) == []


def test_a_password_given_to_the_image_is_kept_as_a_hash_of_it():
    with running_lxd() as real:
        launch(real, "alice")
        real.command("exec", "alice", "--", "chpasswd", given="root:Bouleau-Jaune-1998\n")
        kept = real.inside("alice", "cat", "/etc/shadow").split(":")[1]
        salt = kept.split("$")[2]
        assert kept == real.inside("alice", "mkpasswd", "-m", "sha512", "-S", salt, "Bouleau-Jaune-1998")


def test_a_daemon_that_was_killed_starts_again_with_its_containers_and_the_same_clients():
    with running_lxd() as real:
        launch(real, "alice")
        real.command("exec", "alice", "--", "sh", "-c", "echo kept > /root/note; sync")
        before = real.access

        subprocess.run(["pkill", "-9", "-x", "-P", str(os.getpid()), "lxd"], check=True)
        eventually(lambda: real.lxd.has_ended)

        assert real.lxd.start() == before
        eventually(lambda: real.inside("alice", "cat", "/root/note") == "kept")
    assert left_of(real.lxd.folder) == []


def test_a_failure_in_the_middle_of_a_test_leaves_nothing():
    with pytest.raises(ZeroDivisionError), running_lxd() as real:
        launch(real, "alice")
        raise ZeroDivisionError
    assert left_of(real.lxd.folder) == []


def test_what_a_killed_test_has_left_is_cleared_away_by_the_next(tmp_path):
    require_lxd()
    script = (
        "import os, signal\n"
        "from tests.lxd import running_lxd\n"
        "with running_lxd() as real:\n"
        "    real.command('launch', 'palier-busybox', 'alice')\n"
        "    print(real.lxd.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    folder = Path(killed.stdout.strip())
    assert folder.exists()

    forget_abandoned()

    eventually(lambda: left_of(folder) == [])


def test_a_daemon_that_cannot_start_says_why(tmp_path):
    require_lxd()
    folder = tmp_path / ("a-folder-whose-name-is-much-too-long-for-the-sockets-that-must-be-in-it-" * 2)
    with pytest.raises(CannotStart, match=r"LXD did not start: .+"):
        Lxd(folder, 18499).start()
    assert not [found for found in left_of(folder) if found != str(folder)]


def test_what_is_missing_is_named_with_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(needs, "SYSTEM_PATH", "/nowhere")
    monkeypatch.setattr(needs, "BUSYBOX", Path(sys.executable))
    monkeypatch.setattr(needs, "SUBORDINATES", tmp_path / "subuid")

    said = "\n".join(needs.missing())

    for package in ("lxd", "btrfs-progs", "mount", "busybox-static"):
        assert f"apt install {package}" in said
    assert "/etc/subuid" in said


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_machine_without_lxd_fails_in_ci_and_is_skipped_elsewhere(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(needs, "missing", lambda: ("LXD itself: apt install lxd",))
    with pytest.raises(outcome, match="apt install lxd"):
        require_lxd()
