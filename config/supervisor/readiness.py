"""Whether all that must be done before a start is done already: a mark in `var/prepared` of all it depends on."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

PATTERNS = (
    "requirements/*.txt",
    "config/**/*.py",
    "demo/*",
    "palier/entrypoints/demo/world/*.py",
    "palier/*/migrations/*.py",
    "palier/words/locale/**/*.po",
    "palier/**/static/**/*",
)


def is_prepared() -> bool:
    """A database of somebody else's may have changed without us: there, everything is looked at again."""
    mark = _mark_file()
    return not settings.DATABASE_URL and mark.exists() and mark.read_text() == _mark()


def note_prepared() -> None:
    _mark_file().write_text(_mark())


def forget_prepared() -> None:
    _mark_file().unlink(missing_ok=True)


def _mark() -> str:
    seen = hashlib.sha256()
    for path in _sources():
        seen.update(f"{path.relative_to(settings.ROOT)}\n".encode() + path.read_bytes())
    return f"{'demo' if settings.DEMO else 'plain'} {seen.hexdigest()}"


def _sources() -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from sorted(path for path in settings.ROOT.glob(pattern) if path.is_file())


def _mark_file() -> Path:
    mark: Path = settings.VAR / "prepared"
    return mark
