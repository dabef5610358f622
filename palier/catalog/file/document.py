"""A catalogue file that has been read and found right."""

from collections.abc import Mapping
from dataclasses import dataclass

from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.problems import Place, Problem, path_text
from palier.catalog.file.tree import line_of


@dataclass(frozen=True)
class Document:
    """`catalogue` is what the file says, `digest` the SHA-256 of its text; `lines` give what is said later its line."""

    file: str
    digest: str
    catalogue: CatalogueEntry
    lines: Mapping[Place, int]

    def problem(self, place: Place, sentence: str) -> Problem:
        return Problem(self.file, line_of(self.lines, place), path_text(place), sentence)
