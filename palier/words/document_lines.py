"""The lines of invoices and credit notes, as printed: a code and its numbers become a sentence that is then frozen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.words.dates import long_day


def line_text(code: str, facts: Mapping[str, Any], language: str) -> str:
    """The sentence of a line in a language. `facts` holds names, ISO dates and numbers. Raises `KeyError`."""
    with override(language):
        said = {name: _said(value, language) for name, value in facts.items()}
        return str(_SENTENCES[code]()).format_map(said)


def _said(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(language) or next(iter(value.values()))
    try:
        return long_day(date.fromisoformat(value), language) if isinstance(value, str) else value
    except ValueError:
        return value


_SENTENCES = {
    "period": lambda: _("{plan}, {label}: from {start_on} to {until_on}"),
    "option": lambda: _("{option} × {quantity}, {label}: from {start_on} to {until_on}"),
    "difference": lambda: _("From {origin} to {plan}, {label}: the difference from {start_on} to {until_on}"),
    "new_period": lambda: _("{plan}, {label}: from {start_on} to {until_on}"),
    "carried": lambda: _("Already paid for {origin}, {label}, and carried over"),
    "undone": lambda: _("Change from {origin} to {plan}, {label}, undone"),
    "unpaid": lambda: _("Change from {origin} to {plan}, {label}, not paid in time"),
    "late": lambda: _("{plan}, {label}, delivered on {done_on}: the days before it worked"),
    "returned": lambda: _("From {origin} down to {plan}, {label}: given back"),
    "billed_again": lambda: _("{plan}, {label}: billed again after a change"),
    "ended": lambda: _("{plan}, {label}: ended before this period was paid"),
}
