"""What a LXD leaves in the system when it could not stop by itself: processes, mounts, loop devices.

Everything is recognized by the LXD's own folder, so nothing of another one is touched.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path


def wipe(folder: Path) -> None:
    """End, unmount and detach all that lives in the folder. Its files stay."""
    loops = list(loop_devices(folder))
    for number in list(_processes(folder, loops)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    for place in mounts(folder):
        subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
    for loop in loops:
        subprocess.run(["losetup", "--detach", loop], check=False, capture_output=True)


def mounts(folder: Path) -> list[str]:
    """Where something is mounted in the folder, the innermost first."""
    places = (line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return sorted((place for place in places if place.startswith(f"{folder}/")), key=len, reverse=True)


def loop_devices(folder: Path) -> Iterator[str]:
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            if backing.read_text().startswith(f"{folder}/"):
                yield f"/dev/{backing.parent.parent.name}"


def _processes(folder: Path, loops: list[str]) -> Iterator[int]:
    """Those that were started with the folder's name (monitors), and those whose root is on one of its disks."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named = os.fsencode(f"{folder}/") in (process / "cmdline").read_bytes()
            if named or _root_of(process) in loops:
                yield int(process.name)


def _root_of(process: Path) -> str:
    for line in (process / "mountinfo").read_text().splitlines():
        place, source = line.split()[4], line.partition(" - ")[2].split()[1]
        if place == "/":
            return source
    return ""
