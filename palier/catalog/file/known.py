"""The names a file declares, gathered before its fields are read, so that every field can be held against them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationInfo

from palier.catalog.file.problems import Place, Problem
from palier.catalog.file.tree import Tree

UNTAXED = "none"


@dataclass(frozen=True)
class Known:
    """What the file calls by name. `units` is by resource, `plans` gives the product of each plan."""

    languages: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    taxes: tuple[str, ...] = ()
    tax_classes: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    plans: Mapping[str, str] = field(default_factory=dict)


def known(written: Any) -> Known:
    """The names of a file as it is written, however wrong the rest of it is."""
    top = _mapping(written)
    provider, products, taxes = (_mapping(top.get(key)) for key in ("provider", "products", "taxes"))
    resources = _mapping(top.get("resources"))
    return Known(
        languages=_texts(provider.get("languages")) or _texts([provider.get("language")]),
        units={code: str(_mapping(resource).get("unit")) for code, resource in resources.items()},
        taxes=tuple(taxes),
        tax_classes=tuple(dict.fromkeys(_tax_classes(taxes))),
        servers=tuple(_mapping(top.get("servers"))),
        products=tuple(products),
        plans={
            plan: code
            for code, product in products.items()
            for plan in _mapping(_mapping(product).get("plans"))
        },
    )


def _mapping(written: Any) -> Mapping[str, Any]:
    return written if isinstance(written, dict) else {}


def _list(written: Any) -> list[Any]:
    return written if isinstance(written, list) else []


def _texts(written: Any) -> tuple[str, ...]:
    return tuple(text for text in _list(written) if isinstance(text, str))


def _tax_classes(taxes: Mapping[str, Any]) -> Iterable[str]:
    for tax in taxes.values():
        for rate in _list(_mapping(tax).get("rates")):
            yield str(_mapping(rate).get("tax_class", "standard"))


def doubled(tree: Tree) -> list[Problem]:
    """Codes that are unique in the whole file (plans, options) and are written under two products."""
    products = _mapping(_mapping(tree.value).get("products"))
    found: list[Problem] = []
    for kind in ("plans", "options"):
        seen: dict[str, Place] = {code: ("products", code) for code in products} if kind == "plans" else {}
        for product, written in products.items():
            for code in _mapping(_mapping(written).get(kind)):
                place = ("products", product, kind, code)
                if code in seen:
                    line = tree.lines[seen[code]]
                    found.append(
                        tree.problem(place, f"“{code}” is already the code on line {line}: choose another")
                    )
                seen.setdefault(code, place)
    return found


def known_to(info: ValidationInfo) -> Known:
    return info.context if isinstance(info.context, Known) else Known()


def one_of(text: Any, choices: Iterable[str], what: str) -> str:
    """The text, if it is one of the choices. Raises `ValueError` with the nearest one, or all of them."""
    every = tuple(choices)
    if isinstance(text, str) and text in every:
        return text
    if not every:
        raise ValueError(f"{said(text)} is not {what}; the file declares none")
    near = get_close_matches(str(text), every, n=1)
    right = f"did you mean “{near[0]}”?" if near else f"write one of {', '.join(every)}"
    raise ValueError(f"{said(text)} is not {what}: {right}")


def said(written: Any) -> str:
    """What was written, to be shown back."""
    if written is None:
        return "nothing"
    return f"“{written}”" if isinstance(written, str) else "this"
