"""Which key seals what is at rest, and sealing all of it again with the newest.

A model says which of its columns are sealed (`sealed_columns`): one that holds a text, or a mapping of texts by name.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count
from django.db.models.functions import Substr

from palier.people.seal import FINGERPRINT, CannotUnseal, fingerprints, key_of, resealed, sealed_texts

CHUNK = 500


@dataclass
class Resealed:
    """How many rows were sealed again, and how many name a key that we do not have, by its fingerprint."""

    rows: int = 0
    lost: Counter[str] = field(default_factory=Counter)


def across_customers_keys_in_use() -> Counter[str]:
    """How many secrets each key seals, by its fingerprint."""
    found: Counter[str] = Counter()
    for model, column in _sealed_columns():
        if isinstance(model._meta.get_field(column), models.JSONField):
            for held in model._default_manager.values_list(column, flat=True):
                found.update(map(key_of, sealed_texts(held)))
            continue
        keys = model._default_manager.annotate(key=Substr(column, 1, FINGERPRINT)).order_by().values("key")
        found.update({row["key"]: row["many"] for row in keys.annotate(many=Count("pk"))})
    return found


def across_customers_reseal(told: Callable[[int], object] = lambda seen: None) -> Resealed:
    """Seal everything with the newest key. Killed in the middle, the next run goes on; done already, it does nothing.

    A row that somebody writes meanwhile is left to them: they seal with the newest key too.
    """
    done = Resealed()
    for model, column in _sealed_columns():
        for row in _rows(model, column):
            held = getattr(row, column)
            try:
                again = _again(held)
            except CannotUnseal:
                done.lost.update(_lost(held))
                continue
            if again != held:
                mine = model._default_manager.filter(pk=row.pk, **{column: held})
                done.rows += mine.update(**{column: again})
            told(1)
    return done


def _rows(model: type[models.Model], column: str) -> Iterator[models.Model]:
    rows = model._default_manager.only("pk", column).order_by("pk")
    if not isinstance(model._meta.get_field(column), models.JSONField):
        rows = rows.exclude(**{f"{column}__startswith": fingerprints()[0]})
    return rows.iterator(chunk_size=CHUNK)


def _again(held: Any) -> Any:
    if isinstance(held, str):
        return resealed(held)
    return {name: resealed(text) for name, text in held.items()}


def _lost(held: Any) -> list[str]:
    ours = fingerprints()
    return [key for key in map(key_of, sealed_texts(held)) if key not in ours]


def _sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for column in getattr(model, "sealed_columns", ()):
            yield model, column
