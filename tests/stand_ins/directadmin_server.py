"""A stand-in for DirectAdmin: its legacy commands and the few addresses of its new interface, as documented.

Evidence: [D] docs.directadmin.com (legacy API, API access, changelogs 1.31.0 and 1.59.0), [S] public integrations,
[K] general knowledge. Nothing was run against a server of theirs.
"""

import base64
import json
import secrets
from typing import Any
from urllib.parse import quote

from tests.stand_ins.listening import Heard, Said, StandIn

USER, KEY = "admin", "a-login-key-nobody-may-see"
LONGEST_NAME = 10
Limits = dict[str, int]

#: Our words for their fields.
FIELDS = {
    "disk": "quota",
    "bandwidth": "bandwidth",
    "mailboxes": "nemails",
    "databases": "mysql",
    "sites": "vdomains",
    "accounts": "nusers",
}
# [D] A checkbox is on when its name is there, whatever its value.
CHECKBOXES = {
    "suspend_at_limit",
    "aftp",
    "cgi",
    "php",
    "spam",
    "cron",
    "catchall",
    "ssl",
    "ssh",
    "userssh",
} | {f"u{field}" for field in FIELDS.values()}


def encoded(pairs: list[tuple[str, Any]]) -> Said:
    """[D] `name=value&…`; values may hold numeric entities instead of some characters."""
    text = "&".join(f"{name}={quote(str(value)).replace('%3A', '&#58')}" for name, value in pairs)
    return Said(text.encode())


def said_no(text: str, details: str = "") -> Said:
    """[D] error=1, with status 200."""
    return encoded([("error", 1), ("text", text), ("details", details)])


DONE = encoded([("error", 0), ("text", "Success"), ("details", "")])


class DirectAdminServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.packages: dict[str, dict[str, Limits]] = {"USER": {}, "RESELLER": {}}
        self.accounts: dict[str, dict[str, Any]] = {}
        self.tells_admin = True

    # What a test puts in place

    def add(self, name: str, domain: str, package: str, kind: str = "USER", creator: str = USER) -> None:
        self.accounts[name] = {
            "domain": domain,
            "package": package,
            "usertype": kind.lower(),
            "creator": creator,
            "limits": dict(self.packages[kind][package]),
            "usage": {"disk": 1, "bandwidth": 0, "mailboxes": 0, "databases": 0, "sites": 1},
            "suspended": "no",
            "password": "",
        }

    def use(self, resource: str, amount: int | None) -> None:
        self.accounts["alice"]["usage"][resource] = amount

    # HTTP

    def is_act(self, heard: Heard) -> bool:
        return heard.method == "POST" and heard.path != "/CMD_API_LOGIN_KEYS"

    def answer(self, heard: Heard) -> Said:
        who = self._signed_in(heard)
        if who is None:
            # [S] Not 401: a page, with status 200.
            return Said(b"<html><title>DirectAdmin Login</title></html>", content_type="text/html")
        is_change = "/CMD_API_MODIFY_" in heard.path
        self.counts["received"] += is_change
        if self.is_act(heard) and self.how == "busy":
            return Said(b"", 429, retry_after="2")  # [S] of the new interface
        if self.is_act(heard) and self.how == "refuse":
            return said_no("Error", "The server was told to refuse &#35; 7")
        if self.is_act(heard) and self.how == "lie":
            return DONE
        said = self._json(heard) if heard.path.startswith("/api/") else self._command(heard, who)
        self.counts["done"] += is_change and said == DONE
        return said

    def _signed_in(self, heard: Heard) -> str | None:
        """[D] Basic; `admin|user` acts as the user, and only where there is one."""
        scheme, _, rest = (heard.headers["authorization"] or "").partition(" ")
        name, _, key = base64.b64decode(rest).decode().partition(":")
        me, _, them = name.partition("|")
        if scheme != "Basic" or me != USER or key != KEY or (them and them not in self.accounts):
            return None
        return them or me

    def _json(self, heard: Heard) -> Said:
        asked = json.loads(heard.body or b"{}")
        if heard.path == "/api/server-settings/directadmin-conf/active" and self.tells_admin:
            return Said(json.dumps({"max_username_length": LONGEST_NAME}).encode())
        if heard.path == "/api/version" and self.tells_admin:
            return Said(json.dumps({"version": "1.697"}).encode())
        if heard.path.startswith("/api/convert-"):
            # [S] account and creator; 204 when it is done. It says nothing of the accounts of a reseller. [K]
            self.accounts[asked["account"]]["usertype"] = heard.path.rpartition("-")[2]
            return Said(status=204)
        return Said(json.dumps({"type": "ACCESS_DENIED", "message": "access denied"}).encode(), 403)

    def _command(self, heard: Heard, who: str) -> Said:
        fields = {**heard.query, **heard.form}
        match heard.path.removeprefix("/CMD_API_"):
            case "PACKAGES_USER" | "PACKAGES_RESELLER" as command:
                return self._packages(self.packages[command.partition("_")[2]], fields.get("package"))
            case "SHOW_USER_CONFIG" if fields["user"] in self.accounts:
                return self._config(fields["user"])
            case "SHOW_USER_USAGE" if fields["user"] in self.accounts:
                return encoded(self._usage(self.accounts[fields["user"]]["usage"]))
            case "RESELLER_STATS" if fields["user"] in self.accounts:
                return self._stats(fields["user"], fields.get("type"))
            case "USER_EXISTS":
                return encoded([("error", 0), ("exists", int(fields["user"] in self.accounts))])
            case "SHOW_USERS":
                held = [name for name, one in self.accounts.items() if one["creator"] == fields["reseller"]]
                return encoded([("list[]", name) for name in held])
            case "SHOW_RESELLER_IPS":
                return encoded([("list[]", "192.0.2.7"), ("list[]", "192.0.2.8")])
            case "ACCOUNT_USER" | "ACCOUNT_RESELLER" as command:
                return self._create(command.partition("_")[2], fields)
            case "MODIFY_USER" | "MODIFY_RESELLER" as command:
                return self._modify(command.partition("_")[2], fields)
            case "SELECT_USERS" if fields["select0"] in self.accounts:
                return self._select(fields["select0"], fields)
            case "USER_PASSWD" if fields["username"] in self.accounts:
                return self._set_password(self.accounts[fields["username"]], fields)
            case "LOGIN_KEYS":
                return self._sign_in(who, fields)
        return said_no("Unable to show user", "That user does not exist on this server")

    # [D] What it tells

    def _packages(self, packages: dict[str, Limits], name: str | None) -> Said:
        if name is None:
            return encoded([("list[]", one) for one in packages])
        return encoded(self._limits(packages[name]))

    def _limits(self, limits: Limits) -> list[tuple[str, Any]]:
        return [(theirs, limits.get(ours, "unlimited")) for ours, theirs in FIELDS.items()]

    def _usage(self, usage: dict[str, int | None]) -> list[tuple[str, Any]]:
        return [(FIELDS[ours], amount) for ours, amount in usage.items() if amount is not None]

    def _config(self, name: str) -> Said:
        one = self.accounts[name]
        told = [("username", name), *((field, one[field]) for field in ("domain", "package", "usertype"))]
        more = [("suspended", one["suspended"]), ("ns1", "ns1.example"), ("email", "a@b.example")]
        return encoded([*told, *more, *self._limits(one["limits"])])

    def _stats(self, name: str, kind: str | None) -> Said:
        """[S] The usage is that of the reseller and of all its accounts."""
        if kind != "usage":
            return encoded(self._limits(self.accounts[name]["limits"]))
        held = [one for one in self.accounts.values() if one["creator"] == name]
        all_of_it = {
            ours: sum(one["usage"][ours] or 0 for one in (self.accounts[name], *held))
            for ours in FIELDS
            if ours != "accounts"
        }
        return encoded(self._usage({**all_of_it, "accounts": len(held)}))

    # [D] What it does

    def _create(self, kind: str, fields: dict[str, str]) -> Said:
        name = fields["username"]
        if name in self.accounts or len(name) > LONGEST_NAME:
            return said_no("Cannot create account", f"That username cannot be used: {name}")
        if fields["package"] not in self.packages[kind] or fields["passwd"] != fields["passwd2"]:
            return said_no("Cannot create account", "You must select a package")
        if not fields["ip"] or fields["notify"] not in ("yes", "no"):
            return said_no("Cannot create account", "ip and notify are needed")
        self.add(name, fields["domain"], fields["package"], kind)
        return DONE

    def _modify(self, kind: str, fields: dict[str, str]) -> Said:
        one = self.accounts[fields["user"]]
        on = CHECKBOXES & fields.keys()
        if fields["action"] == "customize":
            # [K] Every field that is left out is reset.
            one["limits"] = {ours: int(fields[theirs]) for ours, theirs in FIELDS.items() if theirs in fields}
            return DONE
        if one["usertype"] != kind.lower():
            return said_no("Unable to modify", "That account is of another kind")
        one["package"] = fields["package"]
        # A package that it does not know detaches the account: nothing is limited any more. [K]
        limits = dict(self.packages[kind].get(fields["package"], {}))
        if self.how == "half":
            limits["disk"] = one["limits"]["disk"]
        one["limits"] = {ours: limit for ours, limit in limits.items() if f"u{FIELDS[ours]}" not in on}
        return DONE

    def _select(self, name: str, fields: dict[str, str]) -> Said:
        one = self.accounts[name]
        if fields.get("delete") == "yes" and fields.get("confirmed") == "Confirm":
            # [D] With a reseller go all its accounts.
            self.accounts = {
                other: held
                for other, held in self.accounts.items()
                if other != name and held["creator"] != name
            }
            return DONE
        if "dosuspend" in fields or "dounsuspend" in fields:
            wanted = "yes" if "dosuspend" in fields else "no"
            if one["suspended"] == wanted:  # stricter than need be: a second time is not known
                return said_no("Cannot do that", "Already so")
            one["suspended"] = wanted
            return DONE
        if "suspend" in fields:
            # [D] Turned over, whatever the value says.
            one["suspended"] = "no" if one["suspended"] == "yes" else "yes"
            return DONE
        return said_no("Nothing selected")

    def _set_password(self, one: dict[str, Any], fields: dict[str, str]) -> Said:
        if len(fields["passwd"]) < 8:
            # A careless server repeats what it was sent; a driver must not pass that on.
            return said_no("Error", f"The password {fields['passwd']} is too weak")
        one["password"] = fields["passwd"]
        return DONE

    def _sign_in(self, who: str, fields: dict[str, str]) -> Said:
        """[S] Made as the account itself; the address is in `details`."""
        if who == USER or fields.get("type") != "one_time_url":
            return said_no("Cannot create a login key")
        url = f"{self.url}/api/login/url?key={secrets.token_urlsafe(16)}&user={who}"
        return encoded([("error", 0), ("text", "Login URL created"), ("details", url)])
