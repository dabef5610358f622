"""The names a file declares, gathered before its fields are read, so that every field can be held against them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationInfo

from palier.catalog.file.problems import Place, Problem
from palier.catalog.file.shipped import shipped_codes
from palier.catalog.file.tree import Tree
from palier.core.periods import BillingCycle, UnknownCycle

UNTAXED = "none"
#: The class of products that the taxes which come with Palier are for.
STANDARD = "standard"
FEW = 40


@dataclass(frozen=True)
class Known:
    """What the file calls by name. `units` is by resource, `plans` gives the product of each plan, `elsewhere` the
    driver of each server that is known and not declared in the file."""

    languages: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    taxes: tuple[str, ...] = ()
    tax_classes: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    plans: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def known(written: Any, elsewhere: Mapping[str, str]) -> Known:
    """The names of a file as it is written, however wrong the rest of it is."""
    top = _mapping(written)
    provider, products, taxes = (_mapping(top.get(key)) for key in ("provider", "products", "taxes"))
    resources = _mapping(top.get("resources"))
    return Known(
        languages=_texts(provider.get("languages")) or _texts([provider.get("language")]),
        units={code: str(_mapping(resource).get("unit")) for code, resource in resources.items()},
        taxes=(*taxes, *shipped_codes()) if top.get("registrations") else tuple(taxes),
        tax_classes=tuple(dict.fromkeys(_tax_classes(taxes, bool(top.get("registrations"))))),
        servers=tuple({**_mapping(top.get("servers")), **elsewhere}),
        products=tuple(products),
        plans={
            plan: code
            for code, product in products.items()
            for plan in _mapping(_mapping(product).get("plans"))
        },
        elsewhere=elsewhere,
    )


def _mapping(written: Any) -> Mapping[str, Any]:
    return written if isinstance(written, dict) else {}


def _list(written: Any) -> list[Any]:
    return written if isinstance(written, list) else []


def _texts(written: Any) -> tuple[str, ...]:
    return tuple(text for text in _list(written) if isinstance(text, str))


def _tax_classes(taxes: Mapping[str, Any], is_registered: bool) -> Iterable[str]:
    if is_registered:
        yield STANDARD
    for tax in taxes.values():
        for rate in _list(_mapping(tax).get("rates")):
            yield str(_mapping(rate).get("tax_class", STANDARD))


def doubled(tree: Tree) -> list[Problem]:
    """What is written twice where YAML sees two different keys: codes that are unique in the whole file (plans,
    options) under two products, and one billing cycle under two names."""
    return [
        tree.problem(place, sentence) for place, sentence in (*_doubled_codes(tree), *_doubled_cycles(tree))
    ]


def _doubled_codes(tree: Tree) -> Iterator[tuple[Place, str]]:
    products = _mapping(_mapping(tree.value).get("products"))
    for kind in ("plans", "options"):
        # A change path names products and plans alike, so that one code cannot be both.
        seen: dict[str, Place] = {code: ("products", code) for code in products} if kind == "plans" else {}
        for place in _sold(products, kind):
            code = str(place[-1])
            if code in seen:
                line = tree.lines[seen[code]]
                yield place, f"“{code}” is already the code on line {line}: choose another"
            seen.setdefault(code, place)


def _doubled_cycles(tree: Tree) -> Iterator[tuple[Place, str]]:
    products = _mapping(_mapping(tree.value).get("products"))
    for place in (*_sold(products, "plans"), *_sold(products, "options")):
        _, product, kind, code = map(str, place)
        seen: dict[str, str] = {}
        for written in _mapping(_mapping(products[product][kind][code]).get("prices")):
            cycle = _cycle_code(written)
            if cycle in seen:
                yield (*place, "prices", written), f"the same cycle as {seen[cycle]}: keep one of them"
            seen.setdefault(cycle, written)


def _sold(products: Mapping[str, Any], kind: str) -> Iterator[Place]:
    """The places of all plans, or of all options."""
    for product, written in products.items():
        for code in _mapping(_mapping(written).get(kind)):
            yield ("products", product, kind, code)


def _cycle_code(written: str) -> str:
    try:
        return BillingCycle(written).code
    except UnknownCycle:
        return written


def known_to(info: ValidationInfo) -> Known:
    return info.context if isinstance(info.context, Known) else Known()


def one_of(text: Any, choices: Iterable[str], what: str) -> str:
    """The text, if it is one of the choices. Raises `ValueError` with the nearest one and, if they are few, all."""
    every = tuple(choices)
    if isinstance(text, str) and text in every:
        return text
    near = get_close_matches(str(text), every, n=1)
    guess = f"did you mean “{near[0]}”? " if near else ""
    known = f"known: {', '.join(every) or 'none'}" if len(every) <= FEW else ""
    raise ValueError(f"{said(text)} is not {what}; {guess}{known}".rstrip(" ;"))


def said(written: Any) -> str:
    """What was written, to be shown back."""
    if written is None:
        return "nothing"
    return f"“{written}”" if isinstance(written, str) else "this"
