"""What pydantic found wrong, said in our words."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.known import said
from palier.catalog.file.problems import Place


def place_of(error: ErrorDetails) -> Place:
    """Where it stands in the file. A key that is wrong stands where its value does."""
    return tuple(part for part in error["loc"] if part != "[key]")


def sentence(error: ErrorDetails) -> str:
    """What is wrong, and what would be right."""
    kind, place, written = error["type"], place_of(error), error["input"]
    limits: Mapping[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "extra_forbidden":
        return _unknown_key(str(place[-1]), _fields_at(place[:-1]))
    if kind == "missing":
        field = _fields_at(place[:-1]).get(str(place[-1]))
        return f"missing: write {field.description}" if field else "missing"
    if kind in ("model_type", "dict_type"):
        return f"{said(written)} stands where keys and their values belong, one a line and indented"
    if kind == "list_type":
        return f"{said(written)} stands where a list belongs, such as [{written or '…'}]"
    if kind == "bool_parsing":
        return f"{said(written)} is not a yes or a no: write yes or no"
    if kind in ("too_short", "string_too_short"):
        return "empty: write at least one"
    if kind == "string_too_long":
        return f"too long: at most {limits['max_length']} characters"
    return f"{said(written)} is not right here: write a text, or leave the key out"


def _unknown_key(key: str, fields: Mapping[str, FieldInfo]) -> str:
    near = get_close_matches(key, fields, n=1)
    right = f"did you mean “{near[0]}”?" if near else f"known: {', '.join(fields)}"
    return f"“{key}” is not a key here; {right}"


def _fields_at(place: Place) -> dict[str, FieldInfo]:
    """The fields of the entry at that place, by the key that is written for them."""
    entry: Any = CatalogueEntry
    for part in place:
        entry = _inside(entry, part)
    return fields_by_key(entry) if _is_entry(entry) else {}


def fields_by_key(entry: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in entry.model_fields.items()}


def _inside(kind: Any, part: str | int) -> Any:
    """The type of what stands under a key (or number) of something of that type."""
    if _is_entry(kind):
        field = fields_by_key(kind).get(str(part))
        return _bare(field.annotation) if field else None
    return _bare(get_args(kind)[-1]) if get_origin(kind) in (dict, list) else None


def _bare(kind: Any) -> Any:
    """Without `Annotated` around it or `| None` beside it."""
    while get_args(kind) and get_origin(kind) not in (dict, list):
        kind = get_args(kind)[0]
    return kind


def _is_entry(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
