"""A catalogue file in; a document that is right in every field, or all that is wrong with it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from palier.catalog.file.checks import CHECKS
from palier.catalog.file.document import Document
from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.known import doubled, known
from palier.catalog.file.problems import InvalidCatalogue, Problem
from palier.catalog.file.sentences import place_of, sentence
from palier.catalog.file.tree import tree

NO_OTHERS: Mapping[str, str] = MappingProxyType({})


def read(path: Path, servers: Mapping[str, str] = NO_OTHERS) -> Document:
    """The document in a file; `servers` are those that are known besides its own, with their drivers. Raises
    `InvalidCatalogue`, also when there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidCatalogue([Problem(str(path), 1, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise InvalidCatalogue([Problem(str(path), 1, "", "is not UTF-8 text: save it as UTF-8")]) from None
    return document(text, str(path), servers)


def document(text: str, file: str, servers: Mapping[str, str] = NO_OTHERS) -> Document:
    """The document in a text. Raises `InvalidCatalogue` with every problem; `file` is the name they bear."""
    written = tree(text, file)
    problems = written.problems + doubled(written)
    try:
        catalogue = CatalogueEntry.model_validate(written.value or {}, context=known(written.value, servers))
    except ValidationError as error:
        problems += [written.problem(place_of(found), sentence(found)) for found in error.errors()]
        raise InvalidCatalogue(problems) from None
    problems += [written.problem(*finding) for check in CHECKS for finding in check(catalogue)]
    if problems:
        raise InvalidCatalogue(problems)
    return Document(file, hashlib.sha256(text.encode()).hexdigest(), catalogue, written.lines)
