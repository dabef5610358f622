"""The catalogues of sentences: what code and templates say, what the French file holds, its compiled form.

GNU gettext is not needed: Django turns a template into Python-like text, Babel reads it.
"""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import templatize

MessageId = str | tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """Where a translating function holds its sentence: positions of singular, plural, and context."""

    singular: int = 0
    plural: int | None = None
    context: int | None = None


KEYWORDS = {
    "_": Call(),
    "gettext": Call(),
    "gettext_lazy": Call(),
    "gettext_noop": Call(),
    "ngettext": Call(plural=1),
    "ngettext_lazy": Call(plural=1),
    "pgettext": Call(singular=1, context=0),
    "pgettext_lazy": Call(singular=1, context=0),
    "npgettext": Call(singular=1, plural=2, context=0),
    "npgettext_lazy": Call(singular=1, plural=2, context=0),
}


@dataclass(frozen=True)
class Sentence:
    """A sentence that a page, message or document may say, and where it was found first."""

    id: MessageId
    context: str | None
    place: str


def sentences(source: Path) -> dict[tuple[str | None, str], Sentence]:
    """Every sentence marked for translation in the Python files and templates under `source`."""
    found: dict[tuple[str | None, str], Sentence] = {}
    for path in sorted([*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.txt")]):
        for sentence in _sentences_of(path, str(path.relative_to(source.parent))):
            found.setdefault(_key(sentence.id, sentence.context), sentence)
    return found


def _sentences_of(path: Path, name: str) -> Iterator[Sentence]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What Django leaves between sentences is indented like the page, which no Python may be.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())
    extracted = extract_python(io.BytesIO(text.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"})
    for line, function, message, _ in extracted:
        sentence = _sentence(KEYWORDS[str(function)], message, f"{name}:{line}")
        if sentence is not None:
            yield sentence


def _sentence(call: Call, message: object, place: str) -> Sentence | None:
    """The sentence of one call; None when its arguments are no literal text."""
    arguments = list(message) if isinstance(message, list | tuple) else [message]

    def argument(position: int | None) -> str | None:
        if position is None or position >= len(arguments):
            return None
        value = arguments[position]
        return value if isinstance(value, str) else None

    singular, plural = argument(call.singular), argument(call.plural)
    if not singular:
        return None
    return Sentence((singular, plural) if plural else singular, argument(call.context), place)


def _key(message: MessageId | list[str], context: str | None) -> tuple[str | None, str]:
    return context, message if isinstance(message, str) else message[0]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def incomplete(source: Path, catalogue: Path) -> list[str]:
    """What keeps a catalogue from being complete: missing, empty, fuzzy, repeated, lost placeholders."""
    try:
        catalog = read(catalogue)
    except Exception as error:  # Babel raises several kinds
        return [f"{catalogue.name} cannot be read: {error}"]
    wrong = []
    for sentence in sentences(source).values():
        shown = sentence.id if isinstance(sentence.id, str) else sentence.id[0]
        entry = catalog.get(sentence.id, sentence.context)
        if entry is None or not entry.id:
            wrong.append(f"missing: {shown!r} ({sentence.place})")
        elif entry.fuzzy:
            wrong.append(f"fuzzy: {shown!r}")
        elif not _is_translated(entry):
            wrong.append(f"without translation: {shown!r}")
        elif isinstance(sentence.id, tuple) != entry.pluralizable:
            wrong.append(f"plural in one place only: {shown!r} ({sentence.place})")
        else:
            wrong += [f"{shown!r}: {error}" for error in entry.check(catalog)]
    return [*wrong, *_repeated(catalogue)]


def _is_translated(entry: Message) -> bool:
    strings = [entry.string] if isinstance(entry.string, str) else entry.string or []
    return bool(strings) and all(strings)


def _repeated(catalogue: Path) -> list[str]:
    """Babel keeps the last of two equal entries in silence; who appends to the file should hear of it."""
    seen: set[str] = set()
    repeated = []
    for block in catalogue.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        before_translation = "\n".join(lines).split("\nmsgstr")[0].split("\nmsgid_plural")[0]
        if before_translation and before_translation in seen:
            repeated.append(f"twice: {before_translation}")
        seen.add(before_translation)
    return repeated


def unused(source: Path, catalogue: Path) -> list[str]:
    """Sentences of the catalogue that nothing says any more."""
    said = sentences(source)
    entries = [entry for entry in read(catalogue) if entry.id]
    return [str(entry.id) for entry in entries if _key(entry.id, entry.context) not in said]


def compile_stale(locale: Path) -> list[Path]:
    """Compile each catalogue newer than its compiled form; the files written. Two processes may do it at once."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = compiled.with_suffix(f".mo.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read(source))
        draft.replace(compiled)
        written.append(compiled)
    return written


def main() -> int:
    """Print what is not complete in any catalogue; the exit status is 1 when there is something."""
    product = Path(__file__).resolve().parent.parent / "palier"
    wrong = [
        f"{catalogue.parent.parent.name}: {problem}"
        for catalogue in sorted((product / "words" / "locale").glob("*/LC_MESSAGES/*.po"))
        for problem in incomplete(product, catalogue)
    ]
    print("\n".join(wrong))  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
