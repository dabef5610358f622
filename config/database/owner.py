"""Who runs the server and where its files go.

PostgreSQL refuses to run as root: then it runs as `nobody`, who exists everywhere, from a place that all may
reach: `var/`, or /var/lib/palier when the checkout is closed to others. Anyone else runs it as themselves.
"""

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

FOR_EVERYONE = Path("/var/lib/palier")


@dataclass(frozen=True)
class Owner:
    """Whom `subprocess` should become; None everywhere means: stay who we are."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None


def is_root() -> bool:
    return os.geteuid() == 0


def owner_of_server() -> Owner:
    if not is_root():
        return Owner()
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid, ())


def reachable_place(directory: Path) -> Path:
    """Where the server's own files go when its address and password are in `directory`."""
    directory = directory.absolute()
    if not is_root():
        return directory
    parents = [parent for parent in directory.parents if parent.exists()]
    if all(parent.stat().st_mode & 0o001 for parent in parents):
        return directory
    return FOR_EVERYONE / hashlib.sha256(str(directory).encode()).hexdigest()[:12] / directory.name


def let_enter(place: Path) -> None:
    """Let the server pass through the directories that we have made for it, whatever our umask is."""
    if is_root():
        for made in (
            place,
            *(parent for parent in place.parents if FOR_EVERYONE in (parent, *parent.parents)),
        ):
            made.chmod(0o755)


def give_to_server(*paths: Path) -> None:
    owner = owner_of_server()
    if owner.user is not None and owner.group is not None:
        for path in paths:
            os.chown(path, owner.user, owner.group)


def write_secret(path: Path, secret: str) -> None:
    """A file that only its owner can read, from its first moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret)
