"""cPanel & WHM, through WHM API 1 (docs/reference/panel-promise; the line is line.py).

A change is `changepackage`: never `modifyacct`, whose values are lost at the next package change, and never `editpkg`,
which changes every account of the package. Every answer is final.

A target with privileges, which is the name of a list of them in WHM, is a reseller's: its privileges, its limits and
its package are set together, the package last (resellers.py). Only root can.

Not confirmed on a server of theirs: what a smaller package does below the usage (taken as accepted), and what
resellers.py names.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from palier.core.fit import Misfit
from palier.drivers.errors import NotThere, Refused
from palier.drivers.http import understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target, in_the_way
from palier.drivers.panels.cpanel.line import Line
from palier.drivers.panels.cpanel.reading import account_limits, account_usage, is_suspended, package_limits
from palier.drivers.panels.cpanel.resellers import Resellers


class Cpanel(Panel):
    title: ClassVar[str] = "cPanel"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "user", "token")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"user", "read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`user` is root or a reseller; `read_seconds` if 90 is not right."""
        self._line = Line(
            url,
            settings["user"],
            settings["token"],
            read_seconds=float(settings.get("read_seconds", 90)),
            certificate=settings.get("certificate", ""),
        )
        self._resellers = Resellers(self._line, is_root=settings["user"] == "root")

    def version(self) -> str:
        answer = self._line.read("version", {})
        with understood("version"):
            return str(answer["version"])

    def inspect(self, account: Account) -> State:
        summary = self._summary(account)
        rows = self._usage_rows(account)
        with understood("get_usages"):
            measured_at = datetime.now(UTC)
            state = State(
                plan=str(summary["plan"]),
                limits=account_limits(summary, rows),
                usage=account_usage(summary, rows, measured_at),
                suspended=is_suspended(summary),
            )
        return self._resellers.seen(state, summary) if self._resellers.has(account) else state

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        """A reseller's accounts stand in the way of becoming an ordinary one."""
        state = self.inspect(account)
        if state.privileges and not target.privileges:
            target = Target(target.plan, {**target.limits, "accounts": 0})
        return in_the_way(state, target)

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_package(target.plan)
        self._resellers.require(target)
        self._resellers.settle(account, target)
        self._line.act("changepackage", {"user": account.username, "pkg": target.plan})
        return Done()

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        there = self._find(account)
        if there is not None:
            if (there.get("domain"), there.get("plan")) != (account.domain, target.plan):
                raise Refused(f"the user name {account.username} is taken on the panel")
            self._resellers.require(target)
            self._resellers.settle(account, target)
            return Done()
        self._require_package(target.plan)
        self._resellers.require(target)
        wanted = {"username": account.username, "domain": account.domain, "plan": target.plan}
        self._line.act("createacct", {**wanted, "contactemail": email, "password": password}, secret=password)
        self._resellers.settle(account, target)
        return Done()

    def suspend(self, account: Account, reason: str) -> Outcome:
        """A reseller's accounts go off line with it."""
        if not is_suspended(self._summary(account)):
            function = "suspendreseller" if self._resellers.has(account) else "suspendacct"
            self._line.act(function, {"user": account.username, "reason": reason})
        return Done()

    def resume(self, account: Account) -> Outcome:
        if is_suspended(self._summary(account)):
            function = "unsuspendreseller" if self._resellers.has(account) else "unsuspendacct"
            self._line.act(function, {"user": account.username})
        return Done()

    def terminate(self, account: Account) -> Outcome:
        """Refused for a reseller that still has accounts, which would be nobody's."""
        if self._find(account) is not None:
            self._resellers.require_no_accounts(account)
            self._line.act("removeacct", {"username": account.username})
        return Done()

    def set_password(self, account: Account, password: str) -> Outcome:
        wanted = {"user": account.username, "password": password, "db_pass_update": "1"}
        self._line.act("passwd", wanted, secret=password)
        return Done()

    def sign_in_url(self, account: Account) -> str:
        session = self._line.read("create_user_session", {"user": account.username, "service": "cpaneld"})
        with understood("create_user_session"):
            return str(session["url"])

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        answer = self._line.read("listpkgs", {})
        with understood("listpkgs"):
            return {str(package["name"]): package_limits(package) for package in answer["pkg"]}

    def _require_package(self, name: str) -> None:
        """Some panels take an unknown name, say yes, and drop the account from every package."""
        if name not in self.plans():
            raise Refused(f"the panel has no package called {name}")

    def _summary(self, account: Account) -> dict[str, Any]:
        """Raises `NotThere`, which only the list of accounts tells from any other no."""
        try:
            answer = self._line.read("accountsummary", {"user": account.username})
        except Refused:
            if self._find(account) is None:
                raise NotThere(f"the panel has no account called {account.username}") from None
            raise
        with understood("accountsummary"):
            return dict(answer["acct"][0])

    def _find(self, account: Account) -> dict[str, Any] | None:
        """The account, or None: a list can be empty, where a summary of nobody is only a sentence."""
        answer = self._line.read(
            "listaccts", {"search": account.username, "searchtype": "user", "searchmethod": "exact"}
        )
        with understood("listaccts"):
            rows = [dict(row) for row in answer["acct"] if row["user"].lower() == account.username.lower()]
            return rows[0] if rows else None

    def _usage_rows(self, account: Account) -> dict[str, Mapping[str, Any]]:
        """The rows of get_usages by id. UAPI knows user names in lower case only."""
        answer = self._line.read(
            "uapi_cpanel",
            {
                "cpanel.user": account.username.lower(),
                "cpanel.module": "ResourceUsage",
                "cpanel.function": "get_usages",
            },
        )
        with understood("get_usages"):
            found = answer["uapi"]
            if int(found["status"]) != 1:
                raise Refused("; ".join(found.get("errors") or ["the panel gives no usage"]))
            return {str(row["id"]): row for row in found["data"]}
