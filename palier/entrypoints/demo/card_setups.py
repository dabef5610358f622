"""A card that is saved on the demo card's page without paying anything."""

import secrets
from collections.abc import Mapping
from typing import Any

from palier.entrypoints.demo.card_payments import CARD, Found, NotFound, tell
from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.little_server import NotUnderstood
from palier.entrypoints.demo.machine_page import origin


def start_setup(state: State, asked: Mapping[str, Any]) -> Found:
    """The saving of a method under this key, begun now if it is new. Raises NotUnderstood."""
    key = str(asked.get("key") or "")
    if not key or not origin(str(asked.get("return_url"))) or not origin(str(asked.get("callback_url"))):
        raise NotUnderstood("A set-up needs a key; return_url and callback_url must be web addresses.")
    for known in state["setups"].values():
        if known["key"] == key:
            return dict(known)
    setup = {
        "reference": "set_" + secrets.token_urlsafe(18),
        "key": key,
        "return_url": str(asked["return_url"]),
        "callback_url": str(asked["callback_url"]),
        "language": str(asked.get("language") or ""),
        "state": "needs_action",
        "token": None,
    }
    state["setups"][setup["reference"]] = setup
    return setup


def save(state: State, setup: Found, behaviour: str) -> None:
    """The client gave a card on the page; it will do as `behaviour` says when it is charged."""
    if setup["state"] == "succeeded":
        return
    setup["token"], setup["state"] = "card_" + secrets.token_urlsafe(12), "succeeded"
    state["methods"][setup["token"]] = {**CARD, "behaviour": behaviour}
    tell(state, setup["callback_url"], told_setup(state, setup) | {"about": "setup"})


def told_setup(state: State, setup: Found) -> Found:
    method = state["methods"].get(setup["token"])
    saved = (
        {"token": setup["token"], "label": method["label"], "expires_on": method["expires_on"]}
        if method
        else None
    )
    return {name: setup[name] for name in ("reference", "key", "state")} | {"method": saved, "reason": ""}


def setup_of(state: State, reference: str) -> Found:
    if reference not in state["setups"]:
        raise NotFound("There is no set-up of this reference.")
    found: Found = state["setups"][reference]
    return found
