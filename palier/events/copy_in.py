"""Write many new rows of a table at once, with COPY.

A row is a line of text with the table's columns in order. What is thought of one row and holds for thousands is
written as a form once, and filled for each of them (`form`).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from django.db import connection, models

_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
#: Around a text that stands for another: Unicode keeps them private, so that no text of a person has them.
_MARK, _MARK_IN_JSON = "\ue000", "\ue001"


def copy_in(model: type[models.Model], lines: Iterable[str]) -> None:
    """Write the rows of `lines` (see `lines_of`). Raises `IntegrityError` as an INSERT would."""
    text = "".join(lines)
    if not text:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(text)


def lines_of(rows: Iterable[models.Model]) -> str:
    """New rows of one table as lines of COPY, each with every column in order."""
    return "".join(_line_of(row) for row in rows)


def _line_of(row: models.Model) -> str:
    fields = row._meta.concrete_fields
    return "\t".join(_written(getattr(row, field.attname), field) for field in fields) + "\n"


def _written(value: Any, field: "models.Field[Any, Any]") -> str:
    if value is None:
        return "\\N"
    if isinstance(field, models.JSONField):
        return _escaped(json.dumps(value, ensure_ascii=False)).replace(_MARK, _MARK_IN_JSON)
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else _escaped(str(value))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def array_of(values: Iterable[object]) -> str:
    """Keys, codes or numbers as PostgreSQL writes an array: a long list of them is a parameter sooner so."""
    return "{" + ",".join(map(str, values)) + "}"


def mark(name: str) -> str:
    """A text that stands for a blank of that name."""
    return f"{_MARK}{name}{_MARK}"


def blanks_of(marked: str) -> tuple[str, str]:
    """What a mark looks like in the lines: as it stands, and inside JSON."""
    return marked, marked.replace(_MARK, _MARK_IN_JSON)


def fillings_of(text: str) -> tuple[str, str]:
    """What is written in the two blanks of a mark."""
    in_json = encode_basestring(text)[1:-1]
    # JSON escapes all that COPY does: what it leaves alone needs nothing more.
    return (text, text) if in_json == text else (_escaped(text), _escaped(in_json))


def form(lines: str, blanks: Sequence[str]) -> Callable[..., str]:
    """The lines with blanks in place of these texts, to be filled by as many values in the same order."""
    written = lines.replace("{", "{{").replace("}", "}}")
    for place, blank in enumerate(blanks):
        written = written.replace(blank, f"{{{place}}}")
    return written.format
