"""What is wrong with a catalogue file, said so that whoever wrote it can put it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Where something stands in the file: `("products", "web", "plans")`; a list's items are counted from 0.
Place = tuple[str | int, ...]
#: What a check says is wrong there.
Finding = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the file's name, the line (from 1), the field's path, and what would be right."""

    file: str
    line: int
    path: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.path}: {self.sentence}" if self.path else self.sentence)


class InvalidCatalogue(Exception):
    """The file cannot be applied. `problems` are all that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


def path_text(place: Place) -> str:
    """`products.web.plans.web-b`, and `change_paths[0].from` for the first of a list."""
    written = ""
    for part in place:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written
