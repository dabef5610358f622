"""The lines of invoices and credit notes, as printed: a code and its numbers become a sentence that is then frozen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from palier.words.cycles import days
from palier.words.dates import long_day
from palier.words.languages import is_french
from palier.words.plans import from_plan, to_plan


def line_text(code: str, facts: Mapping[str, Any], language: str) -> str:
    """The sentence of a line in a language. `facts` holds names, ISO dates and numbers. Raises `KeyError`."""
    if code == "pending":
        return _after_waiting(line_text(facts["what"], facts, language), facts, language)
    with override(language):
        said = {name: _said(value, language) for name, value in facts.items()}
        if "late_days" in said:
            said["late_days"] = days(said["late_days"])
        if "origin" in said:
            said["change"] = _change(said["origin"], said["plan"], language)
        if facts.get("quantity", 1) > 1 and "item" in said:
            said["item"] = f"{said['item']} × {facts['quantity']}"
        return _after_discounts(str(_SENTENCES[code]()).format_map(said), facts, language)


def _after_discounts(text: str, facts: Mapping[str, Any], language: str) -> str:
    """A line of a period says what is off its price."""
    names = [str(_said(names, language)) for names in facts.get("discounts", ())]
    if not names:
        return text
    return _("%(text)s, after the discount %(names)s") % {"text": text, "names": " + ".join(names)}


def _after_waiting(text: str, facts: Mapping[str, Any], language: str) -> str:
    with override(language):
        said = {"text": text, "day": _said(facts["noted_on"], language)}
        return _("%(text)s (of %(day)s, too small to be paid alone)") % said


def _change(origin: str, plan: str, language: str) -> str:
    """`Passage du Forfait A au Forfait B`; of its cycle or options only, `Changement du Forfait A`."""
    if origin != plan:
        names = {"old": from_plan(origin, language), "new": to_plan(plan, language)}
        return _("Change %(old)s %(new)s") % names
    return f"Changement {from_plan(plan, language)}" if is_french(language) else f"Change of {plan}"


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
    "difference": lambda: _("{change}, {label}: the difference from {start_on} to {until_on}"),
    "new_period": lambda: _("{plan}, {label}: from {start_on} to {until_on}"),
    "discount": lambda: _("Discount {discount}, {label}: from {start_on} to {until_on}"),
    "setup_fee": lambda: _("Set-up fee: {item}, {label}"),
    "carried": lambda: _("Already paid for {origin}, {label}, and carried over"),
    "undone": lambda: _("{change}, {label}: undone"),
    "unpaid": lambda: _("{change}, {label}: given up before it was paid"),
    "late": lambda: _(
        "{plan}, {label}, delivered on {done_on}: the difference for {late_days}, from {from_on}"
    ),
    "given_back": lambda: _("{plan}, {label}: {said}"),
    "returned": lambda: _("{change}, {label}: given back"),
    "billed_again": lambda: _("{plan}, {label}: billed again after a change"),
    "unused": lambda: _("{plan}, {label}: the days not used, from {ended_on}"),
    "unused_less_indemnity": lambda: _(
        "{plan}, {label}: the days not used, from {ended_on}, less the cancellation indemnity"
    ),
    "taken_back": lambda: _("{plan}, {label}: the purchase is taken back on {ended_on}"),
    "ended_early": lambda: _("{plan}, {label}: the days after its end on {ended_on}"),
    "ended_early_less_indemnity": lambda: _(
        "{plan}, {label}: the days after its end on {ended_on}, less the cancellation indemnity"
    ),
    "ended": lambda: _("{plan}, {label}: ended before this period was paid"),
}
