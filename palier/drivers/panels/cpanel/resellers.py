"""Resellers of cPanel & WHM: what they may do, and how much they and their accounts may have in all.

What WHM calls an ACL list is a target's privileges; an account is a reseller's own, or owned by it. The reseller is
made the owner of its own account, so that WHM counts that too.

WHM has no function that tells root what a reseller may do: it is read as the reseller, and compared with every list.
Two lists that say the same are one, by the first name. A reseller that is suspended cannot be asked.

Not confirmed on a server of theirs: that `setacls` with a list takes away what the list does not say, the exact shape
of `myprivs`, that a session's address leaves a cookie that `myprivs` takes, and whether WHM counts the reseller's own
account in its limit of accounts (taken as not).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from palier.drivers.errors import Refused
from palier.drivers.http import understood
from palier.drivers.panel import Account, State, Target
from palier.drivers.panels.cpanel.line import Line
from palier.drivers.panels.cpanel.reading import (
    UNTOLD,
    accounts_held,
    allowed,
    list_name,
    privileges_by_list,
    reseller_limits,
    reseller_usage,
)


class Resellers:
    def __init__(self, line: Line, is_root: bool) -> None:
        """Nobody but root makes one, so that whoever else we are has none."""
        self._line = line
        self._is_root = is_root

    def has(self, account: Account) -> bool:
        if not self._is_root:
            return False
        answer = self._line.read("listresellers", {})
        with understood("listresellers"):
            return account.username in answer["reseller"]

    def seen(self, state: State, summary: Mapping[str, Any]) -> State:
        """The state of the account, as that of a reseller."""
        user = {"user": str(summary["user"])}
        counts = self._line.read("acctcounts", user)
        stats = self._line.read("resellerstats", user)
        own = {resource: state.limits[resource] for resource in state.limits.keys() - {"disk", "bandwidth"}}
        with understood("resellerstats"):
            return replace(
                state,
                limits={**own, **reseller_limits(counts["reseller"], stats["reseller"])},
                usage={**state.usage, **reseller_usage(summary, stats["reseller"], datetime.now(UTC))},
                privileges=self._privileges(user["user"]),
            )

    def _privileges(self, user: str) -> str:
        try:
            told = self._line.read_as(user, "myprivs")
        except Refused:
            return UNTOLD
        with understood("myprivs"):
            return list_name(self._lists(), allowed(told["privileges"]))

    def _lists(self) -> dict[str, frozenset[str]]:
        answer = self._line.read("listacls", {})
        with understood("listacls"):
            return privileges_by_list(answer["acl"])

    def require(self, target: Target) -> None:
        """Before anything is sent: the panel knows what the reseller shall be allowed."""
        if not target.privileges:
            if "accounts" in target.limits:
                raise Refused("a plan that limits accounts is a reseller's: it must name its privileges")
            return
        if not self._is_root:
            raise Refused("only root makes resellers")
        lists = self._lists()
        if target.privileges not in lists:
            raise Refused(f"the panel has no list of privileges called {target.privileges}")
        known_as = list_name(lists, lists[target.privileges])
        if known_as != target.privileges:
            raise Refused(f"the lists {known_as} and {target.privileges} say the same: name the first")

    def settle(self, account: Account, target: Target) -> None:
        """Make the account what the target says of resellers, or of ordinary accounts."""
        is_one = self.has(account)
        user = {"user": account.username}
        if not target.privileges:
            if is_one:
                self.require_no_accounts(account)
                self._line.act("unsetupreseller", user)
            return
        if not is_one:
            self._line.act("setupreseller", {**user, "makeowner": "1"})
        self._line.act("setacls", {"reseller": account.username, "acllist": target.privileges})
        self._line.act("setresellerlimits", {**user, **limit_fields(target.limits)})

    def require_no_accounts(self, account: Account) -> None:
        if not self.has(account):
            return
        stats = self._line.read("resellerstats", {"user": account.username})
        with understood("resellerstats"):
            held = len(accounts_held(stats["reseller"]))
        if held:
            raise Refused(f"the reseller {account.username} still has {held} accounts")


def limit_fields(limits: Mapping[str, int]) -> dict[str, str]:
    """The limits as WHM wants them: each kind is switched on, or it is not enforced."""
    counted, sized = "accounts" in limits, "disk" in limits or "bandwidth" in limits
    fields = {"enable_account_limit": str(int(counted)), "enable_resource_limits": str(int(sized))}
    if counted:
        fields["account_limit"] = str(limits["accounts"])
    if sized:
        fields |= {
            "diskspace_limit": str(limits.get("disk", 0)),
            "bandwidth_limit": str(limits.get("bandwidth", 0)),
        }
    return fields
