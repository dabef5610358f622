"""Resellers, as WHM API 1 documents them: the functions of panel_whm.py that are about them.

An account with `reseller` is one: {"privileges": [names], "limits": {disk, bandwidth, accounts}}; `owner` says whose an
account is. What a reseller may do is told to that reseller alone, in a session of their own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from palier.entrypoints.demo.kept import State
from palier.entrypoints.demo.panel_world import Refusal, account_of

Fields = Mapping[str, str]
Found = dict[str, Any]

#: What WHM can allow, as far as the demo panel knows, and what it allows to whoever becomes a reseller.
PRIVILEGES = ("acct-summary", "list-accts", "create-acct", "kill-acct", "suspend-acct", "add-pkg", "ssl")
INITIAL = ["acct-summary"]
SWITCHES = {
    "accounts": ("account_limit", "enable_account_limit"),
    "disk": ("diskspace_limit", "enable_resource_limits"),
    "bandwidth": ("bandwidth_limit", "enable_resource_limits"),
}


def owned_by(state: State, user: str) -> list[Found]:
    """The accounts of a reseller, their own among them if they own it."""
    return [account for account in state["accounts"].values() if account.get("owner", "root") == user]


def reseller_of(state: State, fields: Fields, name: str = "user") -> Found:
    account = account_of(state, fields, name)
    if not account.get("reseller"):
        raise Refusal("You do not have access to an account named so, or it is no reseller.")
    return account


def listresellers(state: State, fields: Fields) -> Found:
    return {"reseller": sorted(user for user, one in state["accounts"].items() if one.get("reseller"))}


def listacls(state: State, fields: Fields) -> Found:
    return {
        "acl": [
            {"name": name, "privileges": {one: int(one in granted) for one in PRIVILEGES}}
            for name, granted in state["acls"].items()
        ]
    }


def myprivs(state: State, fields: Fields) -> Found:
    granted = reseller_of(state, fields)["reseller"]["privileges"]
    return {"privileges": [{one: int(one in granted) for one in PRIVILEGES}]}


def acctcounts(state: State, fields: Fields) -> Found:
    account = reseller_of(state, fields)
    held = owned_by(state, account["user"])
    suspended = sum(one["suspended"] for one in held)
    limit = account["reseller"]["limits"].get("accounts")
    counts = {"active": len(held) - suspended, "suspended": suspended, "limit": limit}
    return {"reseller": {"user": account["user"], **counts}}


def resellerstats(state: State, fields: Fields) -> Found:
    account = reseller_of(state, fields)
    held, limits = owned_by(state, account["user"]), account["reseller"]["limits"]
    rows = [
        {
            "user": one["user"],
            "domain": one["domain"],
            "package": one["plan"],
            "diskused": f"{one['usage']['disk'] or 0}.00",
            "diskquota": f"{one['limits'].get('disk', 0)}.00",
            "bandwidthused": str(one["usage"]["bandwidth"] or 0),
            "bandwidthlimit": str(one["limits"].get("bandwidth", "0.00")),
            "deleted": 0,
            "suspended": one["suspended"],
        }
        for one in held
    ]
    gone = {"user": "gone", "domain": "gone.example", "deleted": 1, "suspended": 1, "diskused": "0.00"}
    return {
        "reseller": {
            "user": account["user"],
            "acct": rows if fields.get("filter_deleted") == "1" else [*rows, gone],
            "diskused": sum(one["usage"]["disk"] or 0 for one in held) + 0.25,
            "diskquota": limits.get("disk", 0),
            "bandwidthlimit": limits.get("bandwidth", 0),
            "totalbwused": str(sum(one["usage"]["bandwidth"] or 0 for one in held)),
        }
    }


def setupreseller(state: State, fields: Fields) -> None:
    account = account_of(state, fields)
    if account.get("reseller"):
        raise Refusal("The account is already a reseller.")
    account["reseller"] = {"privileges": INITIAL, "limits": {}}
    if fields.get("makeowner") == "1":
        account["owner"] = account["user"]


def unsetupreseller(state: State, fields: Fields) -> None:
    """It says nothing of the accounts that the reseller owns."""
    reseller_of(state, fields)["reseller"] = None


def setacls(state: State, fields: Fields) -> None:
    account = reseller_of(state, fields, "reseller")
    if fields.get("acllist", "") not in state["acls"]:
        raise Refusal("The ACL list does not exist.")
    account["reseller"]["privileges"] = list(state["acls"][fields["acllist"]])


def setresellerlimits(state: State, fields: Fields) -> None:
    """A limit without its switch is kept and not enforced; no megabytes are unlimited ones."""
    account = reseller_of(state, fields)
    account["reseller"]["limits"] = {
        resource: int(fields[name])
        for resource, (name, switch) in SWITCHES.items()
        if fields.get(switch) == "1" and int(fields.get(name, "0"))
    }


def suspendreseller(state: State, fields: Fields) -> None:
    _set_suspended(state, reseller_of(state, fields), 1, fields.get("reason", ""))


def unsuspendreseller(state: State, fields: Fields) -> None:
    _set_suspended(state, reseller_of(state, fields), 0, "")


def _set_suspended(state: State, account: Found, suspended: int, reason: str) -> None:
    """With everything that is theirs."""
    if account["suspended"] == suspended:
        raise Refusal("The account is already so.")
    for one in [account, *owned_by(state, account["user"])]:
        one.update(suspended=suspended, suspend_reason=reason)


READS: dict[str, Callable[[State, Fields], Found]] = {
    "listresellers": listresellers,
    "listacls": listacls,
    "acctcounts": acctcounts,
    "resellerstats": resellerstats,
}

ACTS: dict[str, Callable[[State, Fields], None]] = {
    "setupreseller": setupreseller,
    "unsetupreseller": unsetupreseller,
    "setacls": setacls,
    "setresellerlimits": setresellerlimits,
    "suspendreseller": suspendreseller,
    "unsuspendreseller": unsuspendreseller,
}
