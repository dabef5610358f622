"""Charges that the payer's bank takes back, as control says."""

import secrets
from collections.abc import Mapping
from typing import Any

from palier.entrypoints.demo.card_payments import charge_of, tell
from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.little_server import NotUnderstood


def dispute(state: State, asked: Mapping[str, Any]) -> None:
    """The bank takes a charge back (`opened`), or has decided (`won`, `lost`). Raises NotFound, NotUnderstood."""
    charge = charge_of(state, str(asked.get("reference")))
    if asked.get("state") not in ("opened", "won", "lost"):
        raise NotUnderstood("A dispute is opened, won or lost.")
    known = state["disputes"].setdefault(
        charge["reference"], {"dispute_reference": "dsp_" + secrets.token_urlsafe(12)}
    )
    amount = asked.get("amount") or charge["amount"]
    told = {
        "about": "dispute",
        "reference": charge["reference"],
        "state": asked["state"],
        "amount": amount,
        "currency": charge["currency"],
        "reason": "fraudulent",
    }
    tell(state, charge["callback_url"], known | told)
