"""Make the catalogue what a document says: all of it or nothing, and the same document twice changes nothing.

What the document has no more is retired, never deleted, for subscriptions may hold it; what comes back is for sale
again. The version is counted up last, so that whoever read the old one reads again (snapshot.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from palier.catalog import models, rows
from palier.catalog.applied import Applied, Counts
from palier.catalog.file.document import Document
from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.problems import InvalidCatalogue
from palier.catalog.lasting import broken_promises


@dataclass(frozen=True, slots=True)
class Kind:
    """A table, what identifies one of its rows, and what the others of its columns should say."""

    name: str
    model: type[models.CatalogRow]
    key: tuple[str, ...]
    rows: Iterable[rows.Row]


def apply(document: Document, at: datetime, alongside: Mapping[str, Counts] | None = None) -> Applied:
    """Apply the document to the catalogue's tables. `alongside` is what the same transaction changed elsewhere for
    the same file: it counts. Raises `InvalidCatalogue` where the document would change what must last."""
    with transaction.atomic():
        version = locked_version()
        broken = broken_promises(document, at)
        if broken:
            raise InvalidCatalogue(broken)
        kinds = {**(alongside or {})}
        for kind in _kinds(document.catalogue):
            kinds[kind.name] = _write(kind, at)
        if any(not counts.is_nothing for counts in kinds.values()):
            version.number += 1
            version.file_digest = document.digest
            version.applied_at = at
            version.save()
        return Applied(version.number, kinds)


def locked_version() -> models.Version:
    """The catalogue's version, locked until the transaction ends: one file is applied at a time."""
    models.Version.objects.get_or_create(pk=1)
    return models.Version.objects.select_for_update().get(pk=1)


def _kinds(catalogue: CatalogueEntry) -> Iterator[Kind]:
    """In the order in which rows refer to each other; each is asked for when those before are written."""
    yield Kind("resources", models.Resource, ("code",), rows.resource_rows(catalogue))
    tax = ("code", "jurisdiction", "tax_class", "valid_from")
    yield Kind("taxes", models.TaxRate, tax, rows.tax_rate_rows(catalogue))
    yield Kind("products", models.Product, ("code",), rows.product_rows(catalogue))
    yield Kind("plans", models.Plan, ("code",), rows.plan_rows(catalogue))
    yield Kind("options", models.Option, ("code",), rows.option_rows(catalogue))
    law = ("code", "valid_from")
    yield Kind("law profiles", models.LawProfile, law, rows.law_profile_rows(catalogue))
    yield Kind(
        "prices",
        models.Price,
        ("key", "currency"),
        (*rows.price_rows(catalogue), *rows.setup_fee_rows(catalogue)),
    )
    yield Kind("discounts", models.Discount, ("code",), rows.discount_rows(catalogue))
    pair = ("from_plan_id", "to_plan_id")
    yield Kind("change paths", models.ChangePath, pair, rows.path_rows(catalogue, _unsold()))


def _unsold() -> Mapping[str, Sequence[str]]:
    """The plans that are no longer sold, by product."""
    found: dict[str, list[str]] = {}
    for plan in models.Plan.objects.exclude(retired_at=None).select_related("product").order_by("rank"):
        found.setdefault(plan.product.code, []).append(plan.code)
    return found


def _write(kind: Kind, at: datetime) -> Counts:
    rest = {_key(kind, vars(row)): row for row in kind.model._default_manager.all()}
    new, added, changed, moved, unchanged = [], [], [], [], 0
    for wanted in kind.rows:
        row = rest.pop(_key(kind, wanted), None)
        if row is None:
            new.append(kind.model(**wanted))
            continue
        differs = {name for name, value in wanted.items() if getattr(row, name) != value}
        if row.retired_at is not None:
            added.append(_set(row, wanted, None))
        elif differs - {"position"}:
            changed.append(_set(row, wanted, None))
        elif differs:
            moved.append(_set(row, wanted, None))
        else:
            unchanged += 1
    retired = [_set(row, {}, at) for row in rest.values() if row.retired_at is None]
    kind.model._default_manager.bulk_create(new)
    _save(kind, [*added, *changed, *moved, *retired])
    return Counts(
        added=_names(kind, [*new, *added]),
        changed=_names(kind, changed),
        retired=_names(kind, retired),
        moved=len(moved),
        unchanged=unchanged,
    )


def _key(kind: Kind, columns: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(columns[name] for name in kind.key)


def _names(kind: Kind, found: list[models.CatalogRow]) -> tuple[str, ...]:
    separator = " → " if kind.model is models.ChangePath else " "
    return tuple(separator.join(str(getattr(row, name)) for name in kind.key) for row in found)


def _set(row: models.CatalogRow, wanted: rows.Row, retired_at: datetime | None) -> models.CatalogRow:
    for name, value in wanted.items():
        setattr(row, name, value)
    row.retired_at = retired_at
    return row


def _save(kind: Kind, found: list[models.CatalogRow]) -> None:
    columns = [field.name for field in kind.model._meta.concrete_fields if not field.primary_key]
    kind.model._default_manager.bulk_update(found, columns)
