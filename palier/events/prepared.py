"""Queries that are built once and asked many times.

Building a large query costs more than running it: the pages that are read most spend their time there. What is
built is kept as SQL with marks in the places of its arguments; asking puts the arguments in their places.
"""

import copy
from collections.abc import Callable
from datetime import date
from functools import cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
Row = TypeVar("Row", bound=Model)


def prepared(build: Callable[P, QuerySet[Row]]) -> Callable[P, list[Row]]:
    """A function that asks what `build` builds, and returns its rows.

    The arguments of `build` are positional, of type UUID or date, and only ever compared with columns: whatever
    else decides about the query must be the same every time. Raises `TypeError` for arguments it cannot mark.
    """
    kinds = [argument.annotation for argument in signature(build).parameters.values()]

    @cache
    def built() -> tuple[QuerySet[Row], SQLCompiler, str, tuple[Any, ...], list[Any]]:
        marks = [_mark(kind, number) for number, kind in enumerate(kinds)]
        queryset = build(*marks)  # type: ignore[call-arg]
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        if not all(mark in params for mark in marks):
            raise TypeError(f"{build.__qualname__} does not compare every argument with a column")
        return queryset, compiler, sql, tuple(params), marks

    @wraps(build)
    def ask(*values: P.args, **_named: P.kwargs) -> list[Row]:
        queryset, compiler, sql, params, marks = built()
        places = dict(zip(marks, values, strict=True))
        asked = tuple(places.get(param, param) if type(param) in _MARKS else param for param in params)
        return list(_with(queryset, compiler, sql, asked))

    return ask


def only_one(rows: list[Row], model: type[Model]) -> Row:
    """The row that there is. Raises `DoesNotExist` when there is none; `model` says of what."""
    if not rows:
        raise model.DoesNotExist(f"no such {model._meta.verbose_name}")  # type: ignore[attr-defined]
    return rows[0]


def _with(queryset: QuerySet[Row], compiler: SQLCompiler, sql: str, params: tuple[Any, ...]) -> QuerySet[Row]:
    """The same query set, whose compiler knows its SQL already. Nothing of the one that was built is changed."""
    ready, query = copy.copy(compiler), copy.copy(queryset.query)
    ready.connection = connections[DEFAULT_DB_ALIAS]
    ready.as_sql = lambda *_, **__: (sql, params)  # type: ignore[method-assign]
    query.get_compiler = lambda *_, **__: ready  # type: ignore[method-assign]
    asked: QuerySet[Row] = QuerySet(model=queryset.model, query=query, using=DEFAULT_DB_ALIAS)
    asked._iterable_class = queryset._iterable_class
    return asked


_MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=(0xFACADE << 100) + number),
    date: lambda number: date(9000 + number, 1, 1),
}


def _mark(kind: type, number: int) -> Any:
    """A value that stands for an argument, and for nothing else."""
    if kind not in _MARKS:
        raise TypeError(f"an argument of type {kind} cannot be marked")
    return _MARKS[kind](number)
