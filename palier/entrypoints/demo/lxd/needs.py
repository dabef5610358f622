"""What a machine must have before a LXD can be started on it by hand."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

BUSYBOX = Path("/bin/busybox")
SUBORDINATES = Path("/etc/subuid")
FILE_SYSTEMS = Path("/proc/filesystems")
#: Programs of the system are not always on the path of who started us.
SYSTEM_PATH = "/usr/sbin:/sbin"


def missing() -> tuple[str, ...]:
    """In words, with how to get it; empty when a LXD can be started here."""
    if sys.platform != "linux":
        return ("Linux: containers are made of its kernel",)
    return tuple(said for said, is_there in NEEDS if not is_there())


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None


def is_static(program: Path) -> bool:
    """A program that needs no library says so: it names no loader."""
    try:
        with program.open("rb") as file:
            return b"/ld-" not in file.read(4096)
    except OSError:
        return False


def _knows_btrfs() -> bool:
    # The kernel may still load it when it is asked to mount one.
    return "btrfs" in FILE_SYSTEMS.read_text() or shutil.which("modprobe", path=SYSTEM_PATH) is not None


def _has_subordinates() -> bool:
    return SUBORDINATES.exists() and any(
        line.startswith(("root:", "0:", "lxd:")) for line in SUBORDINATES.read_text().splitlines()
    )


NEEDS: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("to be root: a container is a part of the whole machine", lambda: os.geteuid() == 0),
    ("LXD itself: apt install lxd", _program("lxd")),
    ("the tools of btrfs, which holds the disks: apt install btrfs-progs", _program("mkfs.btrfs")),
    ("btrfs in the kernel", _knows_btrfs),
    ("losetup, which makes a disk of a file: apt install mount", _program("losetup")),
    (
        "a busybox that needs no library, of which the image is made: apt install busybox-static",
        lambda: is_static(BUSYBOX),
    ),
    (
        "user numbers for containers: a line `root:100000:65536` in /etc/subuid and /etc/subgid",
        _has_subordinates,
    ),
)
