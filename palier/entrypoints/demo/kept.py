"""State of a demo server: one JSON document in memory, on disk before any answer is given.

A `kill -9` at any instant leaves the last complete document: it is written beside the old one, forced to the
disk, and put in its place in one step.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

State = dict[str, Any]


class Kept:
    """One document, one lock. What is read or changed outside `changing` or `reading` is a mistake."""

    def __init__(self, path: Path, blank: Callable[[], State]) -> None:
        self._path = path
        self._blank = blank
        self._lock = threading.RLock()
        self._state = self._on_disk()

    @contextmanager
    def reading(self) -> Iterator[State]:
        with self._lock:
            yield self._state

    @contextmanager
    def changing(self) -> Iterator[State]:
        """Changes are on disk when the block ends; a block that raises changes nothing."""
        with self._lock:
            try:
                yield self._state
            except BaseException:
                self._state = self._on_disk()
                raise
            self._write()

    def reset(self) -> None:
        with self._lock:
            self._state = self._blank()
            self._write()

    def _on_disk(self) -> State:
        if not self._path.exists():
            return self._blank()
        found = json.loads(self._path.read_text("utf-8"))
        return {**self._blank(), **found}

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        with open(fresh, "w", encoding="utf-8", opener=_private) as file:
            json.dump(self._state, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
