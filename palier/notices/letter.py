"""What a message says, before it is a text or a page: written once, rendered twice."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from palier.documents.paper import Key
from palier.subscriptions.bill_period import House
from palier.words.languages import in_language
from palier.words.limits import ResourceWords, resource_words


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its value: `Due on`, `December 14, 2026`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or a list of points, or a table of rows."""

    text: str = ""
    points: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in one language. `title` is the subject of the mail; `link` the label of its button."""

    title: str
    blocks: tuple[Block, ...]
    link: str


@dataclass(frozen=True)
class Draft:
    """The facts of a message, ready to be said in any language.

    `subject` is what the button leads to, a kind of `links.py` and its id. `say` is called with its language active.
    `documents` go with the mail as files. `also` are users who are told whatever their role, as long as they are
    members: who asked for what happened.
    """

    subject: tuple[str, UUID]
    say: Callable[[str], Letter]
    also: frozenset[UUID] = frozenset()
    documents: tuple[Key, ...] = ()


def blocks(*parts: str | Block) -> tuple[Block, ...]:
    """Paragraphs and other blocks in order; what is empty is left out."""
    made = (Block(text=part) if isinstance(part, str) else part for part in parts)
    return tuple(block for block in made if block.text or block.points or block.rows)


def plan_name(house: House, code: str, language: str) -> str:
    return in_language(house.catalog.plans[code].names, language)


def resources_in(house: House, language: str) -> dict[str, ResourceWords]:
    """The words of the catalogue's resources, in one language."""
    return {
        code: resource_words(found.unit, found.names, found.counted, language)
        for code, found in house.catalog.resources.items()
    }
