"""What the demo card holds: charges, refunds, saved methods, and the reports still to be sent.

A charge is one payment. It may be tried more than once on its page: after a decline, another card may succeed.
Every decision makes a report; `card_callbacks.py` delivers them.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.little_server import NotUnderstood
from palier.entrypoints.demo.machine_page import origin
from palier.entrypoints.demo.mode import OK

Found = dict[str, Any]

DELIVERIES = ("normal", "twice", "late", "out_of_order", "never")
BEHAVIOURS = ("approve", "decline", "challenge")
NORMALLY: Found = {"delivery": "normal", "seconds": 0.0, "calls": None}
CARD = {"label": "Visa •••• 4242", "expires_on": "2030-12-31"}


class Conflict(Exception):
    """The key is known, for something else."""


class NotPossible(Exception):
    """Understood, and refused."""


class NotFound(Exception):
    """No such charge."""


def blank() -> State:
    return {
        "charges": {},  # reference: charge
        "keys": {},  # key: reference
        "refunds": {},  # key: refund
        "setups": {},  # reference: a method being saved without a payment
        "disputes": {},  # charge's reference: what its bank took back
        "methods": {},  # token: {label, expires_on, behaviour}
        "outbox": [],  # reports to deliver, see card_callbacks.py
        "delivered": [],  # what became of the last ones
        "delivery": NORMALLY,
        "mode": OK,
        "counts": {"charges_asked": 0, "charges_made": 0, "refunds_asked": 0, "refunds_made": 0},
    }


def start(state: State, asked: Mapping[str, Any]) -> Found:
    """The charge of this key, made now if it is new. Raises NotUnderstood, Conflict, NotPossible."""
    state["counts"]["charges_asked"] += 1
    key, amount, currency = str(asked.get("key") or ""), asked.get("amount"), str(asked.get("currency"))
    if not key or type(amount) is not int or amount <= 0:
        raise NotUnderstood("A charge needs a key and an amount of minor units above zero.")
    if not origin(str(asked.get("return_url"))) or not origin(str(asked.get("callback_url"))):
        raise NotUnderstood("return_url and callback_url must be web addresses.")
    if key in state["keys"]:
        charge: Found = state["charges"][state["keys"][key]]
        if (charge["amount"], charge["currency"]) != (amount, currency):
            raise Conflict("This key was used for another amount.")
        return charge
    charge = new_charge(key, amount, currency, asked)
    state["charges"][charge["reference"]] = charge
    state["keys"][key] = charge["reference"]
    state["counts"]["charges_made"] += 1
    if charge["method"]:
        charge_saved_method(state, charge, is_away=bool(asked.get("off_session")))
    return charge


def new_charge(key: str, amount: int, currency: str, asked: Mapping[str, Any]) -> Found:
    return {
        "reference": "pay_" + secrets.token_urlsafe(18),
        "key": key,
        "amount": amount,
        "currency": currency,
        "description": str(asked.get("description") or ""),
        "return_url": str(asked["return_url"]),
        "callback_url": str(asked["callback_url"]),
        "customer_reference": str(asked.get("customer_reference") or ""),
        "language": str(asked.get("language") or ""),
        "method": asked.get("method"),
        "saved": None,
        "is_challenged": False,
        "reports": [],
        "refunded": 0,
        "started_at": datetime.now(UTC).isoformat(),
    }


def charge_saved_method(state: State, charge: Found, is_away: bool) -> None:
    """Decided at once, unless the bank asks the client, who may be away."""
    method = state["methods"].get(charge["method"])
    behaviour = method["behaviour"] if method else "unknown"
    if behaviour == "challenge":
        charge["is_challenged"] = True
        if is_away:
            decide(state, charge, "failed", "confirmation_needed")
    elif behaviour == "approve":
        charge["saved"] = charge["method"]
        decide(state, charge, "succeeded")
    else:
        reason = "card_declined" if method else "card_unknown"
        decide(state, charge, "failed", reason)


def decide(
    state: State, charge: Found, outcome: str, reason: str = "", delivery: Mapping[str, Any] | None = None
) -> None:
    """Write what happened and queue its report, delivered as asked or as control has set."""
    delivery = delivery or taken_delivery(state)
    occurred_at = datetime.now(UTC)
    report = new_report(outcome, reason, occurred_at)
    charge["reports"].append(report)
    if delivery["delivery"] == "never":
        return
    wait = timedelta(seconds=float(delivery["seconds"] if delivery["delivery"] == "late" else 0))
    first = queue(state, charge, report, occurred_at + wait)
    if delivery["delivery"] == "twice":
        queue(state, charge, report, occurred_at, after=first)
    if delivery["delivery"] == "out_of_order" and outcome == "succeeded":
        # As if another card had been declined a minute ago, and the news of it had been held up.
        earlier = new_report("failed", "card_declined", occurred_at - timedelta(minutes=1))
        charge["reports"].insert(-1, earlier)
        queue(state, charge, earlier, occurred_at, after=first)


def taken_delivery(state: State) -> Found:
    """How control wants the next report delivered; one of its `calls` is used up."""
    found: Found = state["delivery"]
    if found["calls"] is not None:
        left = int(found["calls"]) - 1
        state["delivery"] = {**found, "calls": left} if left > 0 else NORMALLY
    return found


def new_report(outcome: str, reason: str, occurred_at: datetime) -> Found:
    report_id = "rep_" + secrets.token_hex(10)
    return {"id": report_id, "state": outcome, "reason": reason, "occurred_at": occurred_at.isoformat()}


def queue(state: State, charge: Found, report: Found, due_at: datetime, after: str = "") -> str:
    entry = {
        "entry": secrets.token_hex(8),
        "url": charge["callback_url"],
        "body": told(state, charge, report),
        "due_at": due_at.isoformat(),
        "attempts": 0,
        "after": after,
    }
    state["outbox"].append(entry)
    return str(entry["entry"])


def told(state: State, charge: Found, report: Found | None = None) -> Found:
    """A report as the gateway sends it; without one, where the charge stands now."""
    report = report or (charge["reports"][-1] if charge["reports"] else None)
    method = state["methods"].get(charge["saved"])
    saved = (
        {"token": charge["saved"], "label": method["label"], "expires_on": method["expires_on"]}
        if method
        else None
    )
    standing = report or {"id": charge["reference"] + "-open", "occurred_at": charge["started_at"]}
    return {
        "report_id": standing["id"],
        "reference": charge["reference"],
        "key": charge["key"],
        "state": standing.get("state", "needs_action"),
        "amount": charge["amount"],
        "currency": charge["currency"],
        "occurred_at": standing["occurred_at"],
        "reason": standing.get("reason", ""),
        "method": saved if standing.get("state") == "succeeded" else None,
    }


def state_of(charge: Found) -> str:
    """needs_action, succeeded or failed."""
    return str(charge["reports"][-1]["state"]) if charge["reports"] else "needs_action"


def charge_of(state: State, reference: str) -> Found:
    if reference not in state["charges"]:
        raise NotFound("There is no charge of this reference.")
    found: Found = state["charges"][reference]
    return found


def pay(state: State, charge: Found, behaviour: str, delivery: Mapping[str, Any] | None) -> None:
    """The client approved on the page: the money is taken and the card is kept for next time."""
    charge["saved"] = charge["method"] if charge["is_challenged"] else None
    if charge["saved"] is None:
        charge["saved"] = "card_" + secrets.token_urlsafe(12)
        state["methods"][charge["saved"]] = {**CARD, "behaviour": behaviour}
    decide(state, charge, "succeeded", delivery=delivery)


def refund(state: State, asked: Mapping[str, Any]) -> Found:
    """The refund of this key, made now if it is new. Raises NotFound, NotUnderstood, Conflict, NotPossible."""
    state["counts"]["refunds_asked"] += 1
    charge = charge_of(state, str(asked.get("reference")))
    key, amount, currency = str(asked.get("key") or ""), asked.get("amount"), asked.get("currency")
    if not key or type(amount) is not int or amount <= 0:
        raise NotUnderstood("A refund needs a key and an amount of minor units above zero.")
    wanted = {"reference": charge["reference"], "key": key, "amount": amount, "currency": currency}
    if key in state["refunds"]:
        known: Found = state["refunds"][key]
        if any(known[name] != value for name, value in wanted.items()):
            raise Conflict("This key was used for another refund.")
        return known
    if state_of(charge) != "succeeded" or currency != charge["currency"]:
        raise NotPossible("There is nothing to refund in this charge.")
    if charge["refunded"] + amount > charge["amount"]:
        raise NotPossible("That is more than what is left of this charge.")
    charge["refunded"] += amount
    state["counts"]["refunds_made"] += 1
    made = {
        **wanted,
        "refund_reference": "ref_" + secrets.token_urlsafe(12),
        "state": "succeeded",
        "occurred_at": datetime.now(UTC).isoformat(),
        "reason": "",
    }
    state["refunds"][key] = made
    return made


def tell(state: State, url: str, body: Mapping[str, Any]) -> None:
    """Queue a report that is not about a payment."""
    entry = {
        "entry": secrets.token_hex(8),
        "url": url,
        "body": {"report_id": "rep_" + secrets.token_hex(10), **body},
        "due_at": datetime.now(UTC).isoformat(),
        "attempts": 0,
        "after": "",
    }
    state["outbox"].append(entry)


def delivery_from(asked: Mapping[str, Any]) -> Found:
    """How to deliver reports, from what control or the page sent. Raises NotUnderstood."""
    if asked.get("delivery") not in DELIVERIES or asked.keys() - NORMALLY.keys():
        raise NotUnderstood(f"delivery must be one of: {', '.join(DELIVERIES)}; with seconds and calls.")
    return {**NORMALLY, **asked}


def keep_method(state: State, asked: Mapping[str, Any]) -> None:
    """Put a saved card in place, as the demo world does. Raises NotUnderstood."""
    token, behaviour = str(asked.get("token") or ""), asked.get("behaviour", "approve")
    if not token or behaviour not in BEHAVIOURS:
        raise NotUnderstood(f"A method needs a token, and behaviour one of: {', '.join(BEHAVIOURS)}.")
    wanted = {name: asked[name] for name in CARD if name in asked}
    state["methods"][token] = {**CARD, **wanted, "behaviour": behaviour}
