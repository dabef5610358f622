"""What applying a catalogue file did, to be told to whoever did it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one kind of thing, by name: what is new (or sold again), what differs, what is no longer in the file.
    `moved` counts those that only stand elsewhere in the file, `unchanged` the others."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    moved: int = 0
    unchanged: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.retired or self.moved)


@dataclass(frozen=True, slots=True)
class Applied:
    """`version` is that of the catalogue from now on; `kinds` are its parts in the order of the file."""

    version: int
    kinds: Mapping[str, Counts]

    @property
    def is_nothing(self) -> bool:
        """Did the file say what was already so?"""
        return all(counts.is_nothing for counts in self.kinds.values())
