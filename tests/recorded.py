"""What the product's own source records: every kind of event, read from the calls of `record`."""

import ast
from collections.abc import Iterator
from pathlib import Path

from palier.words.history import ITEM_ACTS, ITEM_SUBJECTS

PALIER = Path(__file__).parents[1] / "palier"

#: Kinds that are put together, and what they can be. Another template in the source is missing here: add it, and its
#: kinds to words/history.py and docs/reference/events.md.
TEMPLATES = {
    "plan_change.{}": (
        "needs_approval",
        "scheduled",
        "applying",
        "needs_person",
        "expired",
        "cancelled",
        "reversed",
    ),
    "job.{}": ("done", "needs_person"),
    "payment.{}": ("failed", "abandoned"),
    "payment.dispute_{}": ("won", "lost"),
    "refund.{}": ("succeeded", "failed"),
    "subscription.{}": ("suspended", "resumed"),
    "{}.{}": (),
}


def recorded_kinds() -> set[str]:
    """Every kind that some line of the product can record."""
    kinds = {kind for kind in _first_arguments() if "{" not in kind}
    made = {
        template.format(word)
        for template, words in TEMPLATES.items()
        for word in words
        if template != "{}.{}"
    }
    of_items = {f"{subject}.{act}" for subject in ITEM_SUBJECTS for act in ITEM_ACTS}
    return kinds | made | of_items


def recorded_templates() -> set[str]:
    return {kind for kind in _first_arguments() if "{" in kind}


def _first_arguments() -> Iterator[str]:
    """The text of every kind given to `record` or a room's own `_record`; what is filled in is `{}`."""
    for path in PALIER.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in ("record", "_record", "event_row"):
                for argument in node.args:
                    text = _text(argument)
                    if "." in text:
                        yield text


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""
