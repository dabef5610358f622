"""The functions of WHM API 1 that the demo panel knows, in the shapes that cPanel documents.

It is stricter than need be where a real panel's answer is not known: suspending, resuming or removing twice
is refused, so that a driver must look first. A package smaller than the usage is accepted, as there.
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from palier.entrypoints.demo import panel_resellers
from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.panel_world import Refusal, account_of, new_account

Fields = Mapping[str, str]
Found = dict[str, Any]

MEGABYTE = 1024 * 1024
SESSION_SECONDS = 15 * 60
SHORTEST_PASSWORD = 8


def version(state: State, fields: Fields) -> Found:
    return {"version": "11.126.0.21 (demo)"}


def listpkgs(state: State, fields: Fields) -> Found:
    return {"pkg": [package_row(name, limits) for name, limits in sorted(state["packages"].items())]}


def package_row(name: str, limits: Mapping[str, int]) -> Found:
    sites = limits.get("sites")
    return {
        "name": name,
        "QUOTA": limit_text(limits.get("disk")),
        "BWLIMIT": limit_text(limits.get("bandwidth")),
        "MAXPOP": limit_text(limits.get("mailboxes")),
        "MAXSQL": limit_text(limits.get("databases")),
        "MAXADDON": limit_text(None if sites is None else sites - 1),
        "MAXFTP": "unlimited",
        "CPMOD": "jupiter",
        "FEATURELIST": "default",
        "LANG": "fr",
    }


def limit_text(limit: int | None) -> str:
    return "unlimited" if limit is None else str(limit)


def accountsummary(state: State, fields: Fields) -> Found:
    return {"acct": [account_row(account_of(state, fields))]}


def listaccts(state: State, fields: Fields) -> Found:
    wanted = fields.get("search", "")
    users = [wanted] if wanted in state["accounts"] else [] if wanted else sorted(state["accounts"])
    return {"acct": [account_row(state["accounts"][user]) for user in users]}


def account_row(account: Found) -> Found:
    used, limit = account["usage"].get("disk"), account["limits"].get("disk")
    return {
        "user": account["user"],
        "domain": account["domain"],
        "plan": account["plan"],
        "email": account["email"],
        "suspended": account["suspended"],
        "suspendreason": account["suspend_reason"] or "not suspended",
        "diskused": "none" if used is None else f"{used}M",
        "disklimit": "unlimited" if limit is None else f"{limit}M",
        "owner": account.get("owner", "root"),
        "theme": "jupiter",
    }


def uapi_cpanel(state: State, fields: Fields) -> Found:
    called = fields.get("cpanel.module"), fields.get("cpanel.function")
    if called != ("ResourceUsage", "get_usages"):
        raise Refusal(f"The demo panel has no {called[0]}::{called[1]}.")
    account = account_of(state, fields, "cpanel.user")
    return {
        "uapi": {"status": 1, "errors": None, "messages": None, "metadata": {}, "data": usage_rows(account)}
    }


def usage_rows(account: Found) -> list[Found]:
    used, limits = account["usage"], account["limits"]
    return [
        usage_row("disk_usage", used.get("disk"), limits.get("disk"), MEGABYTE),
        usage_row("bandwidth", used.get("bandwidth"), limits.get("bandwidth"), MEGABYTE),
        usage_row("addon_domains", used.get("sites"), limits.get("sites"), 1, left_out=1),
        usage_row("subdomains", 0, None, 1),
        usage_row("email_accounts", used.get("mailboxes"), limits.get("mailboxes"), 1),
        usage_row("mysql_databases", used.get("databases"), limits.get("databases"), 1),
        usage_row("ftp_accounts", 1, None, 1),
    ]


def usage_row(row_id: str, used: int | None, limit: int | None, unit: int, left_out: int = 0) -> Found:
    return {
        "id": row_id,
        "description": row_id.replace("_", " ").capitalize(),
        "usage": 0 if used is None else (used - left_out) * unit,
        "maximum": None if limit is None else (limit - left_out) * unit,
        "error": "The system could not read this value." if used is None else None,
        "formatter": "format_bytes" if unit == MEGABYTE else None,
        "url": "",
    }


def create_user_session(state: State, fields: Fields) -> Found:
    account = account_of(state, fields)
    service = fields.get("service", "cpaneld")
    if service == "whostmgrd" and (account["suspended"] or not account.get("reseller")):
        raise Refusal("The account may not sign in to WHM.")
    now = int(time.time())
    kept = {name: held for name, held in state["sessions"].items() if held["expires"] > now}
    session, security_token = secrets.token_urlsafe(24), f"/cpsess{secrets.randbelow(10**10):010}"
    held = {
        "user": account["user"],
        "expires": now + SESSION_SECONDS,
        "path": security_token,
        "service": service,
    }
    state["sessions"] = {**kept, session: held}
    return {
        "cp_security_token": security_token,
        "expires": now + SESSION_SECONDS,
        "service": service,
        "session": session,
        "url": f"{fields['address']}{security_token}/login/?session={session}",
    }


def changepackage(state: State, fields: Fields) -> None:
    account = account_of(state, fields)
    package = package_of(state, fields.get("pkg", ""))
    account["plan"] = fields["pkg"]
    account["limits"] = dict(package)


def changepackage_by_half(state: State, fields: Fields) -> None:
    """The label changes and the limits stay, as some panels do."""
    account = account_of(state, fields)
    package_of(state, fields.get("pkg", ""))
    account["plan"] = fields["pkg"]


def package_of(state: State, name: str) -> Mapping[str, int]:
    if name not in state["packages"]:
        raise Refusal(f"The package “{name}” does not exist.")
    found: Mapping[str, int] = state["packages"][name]
    return found


def createacct(state: State, fields: Fields) -> None:
    user = fields.get("username", "")
    if not re.fullmatch(r"[a-z][a-z0-9]{0,15}", user):
        raise Refusal(f"“{user}” is not a valid username on this system.")
    if user in state["accounts"]:
        raise Refusal(f"This system already has an account named “{user}”.")
    if any(account["domain"] == fields.get("domain") for account in state["accounts"].values()):
        raise Refusal(f"The domain “{fields.get('domain')}” already exists in the userdata.")
    package_of(state, fields.get("plan", ""))
    refuse_weak(fields.get("password", ""))
    account = new_account(state, user, fields.get("domain", ""), fields["plan"])
    state["accounts"][user] = {**account, "email": fields.get("contactemail", ""), "passwords_set": 1}


def suspendacct(state: State, fields: Fields) -> None:
    account = account_of(state, fields)
    if account["suspended"]:
        raise Refusal("The account is already suspended.")
    account.update(suspended=1, suspend_reason=fields.get("reason", ""))


def unsuspendacct(state: State, fields: Fields) -> None:
    account = account_of(state, fields)
    if not account["suspended"]:
        raise Refusal("The account is not suspended.")
    account.update(suspended=0, suspend_reason="")


def removeacct(state: State, fields: Fields) -> None:
    state["accounts"].pop(account_of(state, fields, "username")["user"])


def passwd(state: State, fields: Fields) -> None:
    account = account_of(state, fields)
    refuse_weak(fields.get("password", ""))
    account["passwords_set"] += 1


def refuse_weak(password: str) -> None:
    # A careless panel repeats what it was sent; a driver must not pass that on.
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(f"The password “{password}” cannot be used because it is too weak.")


READS: dict[str, Callable[[State, Fields], Found]] = {
    "version": version,
    "listpkgs": listpkgs,
    "accountsummary": accountsummary,
    "listaccts": listaccts,
    "uapi_cpanel": uapi_cpanel,
    "create_user_session": create_user_session,
    **panel_resellers.READS,
}

ACTS: dict[str, Callable[[State, Fields], None]] = {
    "changepackage": changepackage,
    "createacct": createacct,
    "suspendacct": suspendacct,
    "unsuspendacct": unsuspendacct,
    "removeacct": removeacct,
    "passwd": passwd,
    **panel_resellers.ACTS,
}
