"""A quote as JSON and back, and the digest of all that the client reads.

Written by the types of the fields, so that a new field cannot be forgotten in the digest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from palier.core.discounts import Discount
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.core.quote import Quote


def quote_json(quote: Quote) -> dict[str, Any]:
    """Plain JSON: dates and instants in ISO 8601, fractions as `n/d`, configurations as in the catalogue."""
    written: dict[str, Any] = _written(quote)
    return written


def quote_from_json(written: Mapping[str, Any]) -> Quote:
    """The quote that was written. Raises `KeyError` or `ValueError` for anything else."""
    read: Quote = _read(Quote, written)
    return read


def digest(quote: Quote) -> str:
    """SHA-256 of the quote: equal digests say the same to the client, to the cent and to the minute."""
    return hashlib.sha256(json.dumps(quote_json(quote), sort_keys=True).encode()).hexdigest()


def differences(old: Quote, new: Quote) -> frozenset[str]:
    """The names of the fields that differ."""
    return frozenset(
        field.name for field in fields(Quote) if getattr(old, field.name) != getattr(new, field.name)
    )


def _written(value: Any) -> Any:
    if isinstance(value, Configuration | Discount):
        return value.to_json()
    if is_dataclass(value):
        return {field.name: _written(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Fraction) else value


def _read(kind: Any, written: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
        return None if written is None else _read(kind, written)
    if kind in (Configuration, Discount):
        return kind.from_json(written)
    if kind is BillingCycle:
        return BillingCycle(written)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _read(hints[field.name], written[field.name]) for field in fields(kind)})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in written)
    if kind in (date, datetime):
        return kind.fromisoformat(written)
    return Fraction(written) if kind is Fraction else written
