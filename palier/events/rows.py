"""Rows of models out of a statement of ours that returns several of them side by side."""

from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


@cache
def columns_of(model: type[Model], alias: str) -> str:
    """All its columns, for a SELECT, in the order that `row_of` wants their values in."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def row_of(model: type[Row], values: list[Any]) -> Row:
    """The row whose values come first in the list: they are taken out of it."""
    names, converters = _known(model)
    own = values[: len(names)]
    del values[: len(names)]
    for place, convert in converters:
        own[place] = convert(own[place], None, connection)
    return model.from_db(DEFAULT_DB_ALIAS, names, own)


@cache
def _known(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """The names of its columns, and what makes of a value of the database one of Python, by place."""
    fields = model._meta.concrete_fields
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in [getattr(field, "from_db_value", None)]
        if convert is not None
    ]
    return [field.attname for field in fields], converters
