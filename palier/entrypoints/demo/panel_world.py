"""What the demo panel holds: packages, accounts, what was asked of it. Amounts are in our words and units."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.little_server import NotUnderstood
from palier.entrypoints.demo.mode import OK

RESOURCES = ("disk", "bandwidth", "mailboxes", "databases", "sites")
ACTS_KEPT = 500


class Refusal(Exception):
    """`metadata.result` 0; the message is the reason."""


def blank() -> State:
    return {
        "packages": {},  # name: {resource: limit}; a missing limit is unlimited
        "accounts": {},  # user: account
        "mode": OK,
        "acts": [],  # the last ones, oldest first
        "counts": {},  # user: {function: {"received": n, "done": n}}
        "sessions": {},
        "acls": {},  # name: what a reseller on that list may do
    }


def seed(state: State, asked: Mapping[str, Any]) -> None:
    """Put packages and accounts in place. Accounts that exist are left alone, unless `overwrite` is true."""
    for name, limits in asked.get("packages", {}).items():
        state["packages"][name] = amounts(limits)
    state["acls"].update(asked.get("acls", {}))
    for wanted in asked.get("accounts", ()):
        user = str(wanted.get("user", ""))
        if user in state["accounts"] and not asked.get("overwrite"):
            continue
        if wanted.get("plan") not in state["packages"]:
            raise NotUnderstood(f"There is no package called {wanted.get('plan')!r}.")
        state["accounts"][user] = {
            **new_account(state, user, str(wanted.get("domain", f"{user}.example")), wanted["plan"]),
            "suspended": int(bool(wanted.get("suspended"))),
            "owner": str(wanted.get("owner", "root")),
            "reseller": wanted.get("reseller"),
        }
        set_usage(state, user, wanted.get("usage", {}))


def new_account(state: State, user: str, domain: str, plan: str) -> dict[str, Any]:
    return {
        "user": user,
        "domain": domain,
        "plan": plan,
        "limits": dict(state["packages"][plan]),
        "usage": {"disk": 1, "bandwidth": 0, "mailboxes": 0, "databases": 0, "sites": 1},
        "suspended": 0,
        "suspend_reason": "",
        "email": "",
        "passwords_set": 0,
        "owner": "root",
        "reseller": None,  # or what it may do and have, with its accounts (panel_resellers.py)
    }


def account_of(state: State, fields: Mapping[str, str], name: str = "user") -> dict[str, Any]:
    """The account that a request means."""
    found: dict[str, Any] | None = state["accounts"].get(fields.get(name, ""))
    if found is None:
        raise Refusal("Account does not exist.")
    return found


def set_usage(state: State, user: str, usage: Mapping[str, Any]) -> None:
    """Only the resources that are named change. None means that the panel cannot tell."""
    if user not in state["accounts"]:
        raise NotUnderstood(f"There is no account called {user!r}.")
    known = {resource: amount for resource, amount in usage.items() if amount is not None}
    unknown = {resource: None for resource, amount in usage.items() if amount is None}
    state["accounts"][user]["usage"].update(amounts(known) | unknown)


def amounts(asked: Mapping[str, Any]) -> dict[str, int]:
    """Limits or usage as sent to control. Raises NotUnderstood."""
    for resource, amount in asked.items():
        if resource not in RESOURCES or type(amount) is not int or amount < 0:
            raise NotUnderstood(f"{resource!r}: {amount!r} is not an amount of {', '.join(RESOURCES)}.")
    if asked.get("sites") == 0:
        raise NotUnderstood("sites counts the account's own domain, so it is 1 at least.")
    return dict(asked)


def note_act(state: State, function: str, user: str, mode: str, was_done: bool, detail: str) -> None:
    """Remember what was asked, whether or not it was done, so that a test can count it."""
    count = state["counts"].setdefault(user, {}).setdefault(function, {"received": 0, "done": 0})
    count["received"] += 1
    count["done"] += int(was_done)
    entry = {"at": datetime.now(UTC).isoformat(), "function": function, "user": user, "detail": detail}
    state["acts"] = [*state["acts"], {**entry, "mode": mode, "was_done": was_done}][-ACTS_KEPT:]
