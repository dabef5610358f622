"""Where the containers of the demo live, once they were asked for. Only the standard library."""

import hashlib
from pathlib import Path

#: Sockets in it have names of 107 bytes at most, so it is not in `var/`, whose path may be long.
SHORT = Path("/var/tmp")  # noqa: S108


def folder_of(var: Path) -> Path:
    """The LXD's own folder, of this installation."""
    return SHORT / f"palier-lxd-{hashlib.sha256(str(var.absolute()).encode()).hexdigest()[:8]}"


def wish_of(var: Path) -> Path:
    """This file is there for as long as the demo is to have containers; it holds the port of their LXD."""
    return var / "demo-lxd" / "wanted"


def access_of(var: Path) -> Path:
    """This file is there for as long as their LXD runs; it says how to talk to it."""
    return var / "demo-lxd" / "access.json"
