"""Lock files between processes; a lock ends with the process that holds it. Only the standard library."""

import fcntl
from pathlib import Path
from typing import IO


def lock(directory: Path, name: str, *, exclusive: bool, wait: bool = False) -> IO[str] | None:
    """A lock file held until it is closed; None when another process holds it and we do not wait."""
    directory.mkdir(parents=True, exist_ok=True)
    file = (directory / name).open("w")
    how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(file, how if wait or not exclusive else how | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
