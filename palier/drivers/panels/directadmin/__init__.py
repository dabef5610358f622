"""DirectAdmin, through its legacy commands (docs/reference/panel-promise; the line is line.py).

A change of plan is `action=package`, never `action=customize`, which resets every field that is left out. A checkbox
that is off is left out, so this driver sends none. `suspend=` turns a suspension over, and may lift it: `dosuspend`
and `dounsuspend` do not. How long a user name may be is the server's to say. Every answer is final.

A reseller is an account of another kind, whose package says at once what it grants and what it allows: its target
names that package both as plan and as privileges. Its usage is that of all its accounts together.

Counts are kept up to date by the panel; disk and bandwidth are those of its nightly tally.

Not confirmed on a server of theirs: the names `users` and `nusers` of a reseller's account limit, the field of
`/api/version` that holds the version, that `max_username_length` is told to administrators only, and that asking for
a suspension twice is harmless (this driver looks first).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import ClassVar, Literal

from palier.core.fit import Measure, Misfit
from palier.drivers.errors import NotThere, Refused
from palier.drivers.http import understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target, in_the_way
from palier.drivers.panels.directadmin.line import Fields, Line, first, listed

#: Our word: the panel's, and how surely it counts it.
RESOURCES: dict[str, tuple[str, Literal["live", "sampled"]]] = {
    "disk": ("quota", "sampled"),
    "bandwidth": ("bandwidth", "sampled"),
    "mailboxes": ("nemails", "live"),
    "databases": ("mysql", "live"),
    "sites": ("vdomains", "live"),
}
ACCOUNTS = "nusers"


class DirectAdmin(Panel):
    title: ClassVar[str] = "DirectAdmin"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "user", "key")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"user", "ip", "read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`user` is an administrator or a reseller and `key` a login key of theirs; `ip` is the address of new
        accounts, if not the first that there is; `read_seconds` if 90 is not right."""
        self._url, self._settings = url, settings
        self._ip = settings.get("ip", "")
        self._line = self._line_as("")

    def _line_as(self, account: str) -> Line:
        return Line(
            self._url,
            self._settings["user"],
            self._settings["key"],
            acting_as=account,
            read_seconds=float(self._settings.get("read_seconds", 90)),
            certificate=self._settings.get("certificate", ""),
        )

    def __repr__(self) -> str:
        return f"DirectAdmin({self._url!r})"

    def version(self) -> str:
        self._line.read("CMD_API_PACKAGES_USER")
        try:
            found = self._line.read_json("/api/version")
        except Refused:  # a reseller is not told
            return self.title
        return str(found.get("version") or found.get("current") or self.title)

    # What there is

    def inspect(self, account: Account) -> State:
        config = self._config(account)
        is_reseller = first(config, "usertype") == "reseller"
        limits, usage = self._limits_and_usage(account, config, is_reseller)
        with understood("the account's limits and usage"):
            return State(
                plan=first(config, "package"),
                limits=granted(limits, is_reseller),
                usage=measures(usage, is_reseller, datetime.now(UTC)),
                suspended=is_suspended(config),
                privileges=first(config, "package") if is_reseller else "",
            )

    def preflight(self, account: Account, target: Target) -> tuple[Misfit, ...]:
        """A reseller's accounts stand in the way of becoming an ordinary one."""
        state = self.inspect(account)
        if state.privileges and not target.privileges:
            target = Target(target.plan, {**target.limits, "accounts": 0})
        return in_the_way(state, target)

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        """Those of ordinary accounts, and those of resellers where we may see them."""
        found: dict[str, Mapping[str, int]] = {}
        for kind in ("RESELLER", "USER"):
            for name in self._packages(kind):
                fields = self._line.read(f"CMD_API_PACKAGES_{kind}", package=name)
                with understood("a package"):
                    found[name] = granted(fields, kind == "RESELLER")
        return found

    def _packages(self, kind: str) -> list[str]:
        try:
            return listed(self._line.read(f"CMD_API_PACKAGES_{kind}"))
        except Refused:
            if kind == "USER":
                raise
            return []

    def _config(self, account: Account) -> Fields:
        try:
            found = self._line.read("CMD_API_SHOW_USER_CONFIG", user=account.username)
        except Refused:
            there = self._line.read("CMD_API_USER_EXISTS", user=account.username)
            if first(there, "exists") == "0":
                raise NotThere(f"the panel has no account called {account.username}") from None
            raise
        with understood("the account"):
            found["usertype"][0]
            return found

    def _limits_and_usage(self, account: Account, config: Fields, is_reseller: bool) -> tuple[Fields, Fields]:
        if not is_reseller:
            return config, self._line.read("CMD_API_SHOW_USER_USAGE", user=account.username)
        stats = "CMD_API_RESELLER_STATS"
        usage = self._line.read(stats, user=account.username, type="usage")
        return self._line.read(stats, user=account.username), usage

    # What changes something

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_package(target)
        is_reseller = first(self._config(account), "usertype") == "reseller"
        if is_reseller != bool(target.privileges):
            self._convert(account, to="reseller" if target.privileges else "user")
        command = "CMD_API_MODIFY_RESELLER" if target.privileges else "CMD_API_MODIFY_USER"
        self._line.act(command, {"action": "package", "user": account.username, "package": target.plan})
        return Done()

    def _convert(self, account: Account, to: str) -> None:
        """The panel says nothing of a reseller's accounts when it stops being one: it must have none."""
        body = {"account": account.username, "creator": self._settings["user"]}
        if to == "user":
            self._require_no_accounts(account)
            self._line.act_json("/api/convert-reseller-to-user", body)
        else:
            self._line.act_json("/api/convert-user-to-reseller", body)

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        try:
            there = self._config(account)
        except NotThere:
            there = {}
        if there:
            if (first(there, "domain"), first(there, "package")) == (account.domain, target.plan):
                return Done()
            raise Refused(f"the user name {account.username} is taken on the panel")
        self._require_package(target)
        self._require_short(account.username)
        kind, address = ("RESELLER", "shared") if target.privileges else ("USER", self._address())
        wanted = {
            "action": "create",
            "add": "Submit",
            "username": account.username,
            "email": email,
            "passwd": password,
            "passwd2": password,
            "domain": account.domain,
            "package": target.plan,
            "ip": address,
            "notify": "no",
        }
        self._line.act(f"CMD_API_ACCOUNT_{kind}", wanted, secrets=(password,))
        return Done()

    def suspend(self, account: Account, reason: str) -> Outcome:
        if not is_suspended(self._config(account)):
            self._select(account, {"location": "CMD_SELECT_USERS", "dosuspend": "yes"})
        return Done()

    def resume(self, account: Account) -> Outcome:
        if is_suspended(self._config(account)):
            self._select(account, {"location": "CMD_SELECT_USERS", "dounsuspend": "yes"})
        return Done()

    def terminate(self, account: Account) -> Outcome:
        """Refused for a reseller that still has accounts, which the panel would remove along with it."""
        try:
            config = self._config(account)
        except NotThere:
            return Done()
        if first(config, "usertype") == "reseller":
            self._require_no_accounts(account)
        self._select(account, {"confirmed": "Confirm", "delete": "yes"})
        return Done()

    def set_password(self, account: Account, password: str) -> Outcome:
        wanted = {"username": account.username, "passwd": password, "passwd2": password}
        self._line.act("CMD_API_USER_PASSWD", wanted, secrets=(password,))
        return Done()

    def sign_in_url(self, account: Account) -> str:
        wanted = {
            "action": "create",
            "type": "one_time_url",
            "clear_key": "yes",
            "expiry": "30m",
            "login_keys_notify_on_creation": "0",
        }
        found = self._line_as(account.username).ask("CMD_API_LOGIN_KEYS", wanted)
        with understood("CMD_API_LOGIN_KEYS"):
            return next(url for url in (first(found, "details"), first(found, "result")) if "://" in url)

    def _select(self, account: Account, fields: Mapping[str, str]) -> None:
        self._line.act("CMD_API_SELECT_USERS", {**fields, "select0": account.username})

    # What must be so before anything is sent

    def _require_package(self, target: Target) -> None:
        if target.privileges and target.privileges != target.plan:
            raise Refused("a reseller's package is its privileges too: they must have one name")
        if "accounts" in target.limits and not target.privileges:
            raise Refused("only a reseller's package limits accounts: the plan must name it as privileges")
        kind = "RESELLER" if target.privileges else "USER"
        if target.plan not in self._packages(kind):
            raise Refused(f"the panel has no {kind.lower()} package called {target.plan}")

    def _require_short(self, name: str) -> None:
        try:
            config = self._line.read_json("/api/server-settings/directadmin-conf/active")
        except Refused:  # a reseller is not told: the panel will say
            return
        with understood("the server's settings"):
            longest = int(config.get("max_username_length") or len(name))
        if len(name) > longest:
            raise Refused(f"the user name {name} is longer than the {longest} characters of this server")

    def _require_no_accounts(self, account: Account) -> None:
        found = listed(self._line.read("CMD_API_SHOW_USERS", reseller=account.username))
        held = [name for name in found if name != account.username]
        if held:
            raise Refused(f"the reseller {account.username} still has {len(held)} accounts")

    def _address(self) -> str:
        addresses = [self._ip] if self._ip else listed(self._line.read("CMD_API_SHOW_RESELLER_IPS"))
        if not addresses:
            raise Refused("the panel has no address for new accounts")
        return addresses[0]


def is_suspended(config: Fields) -> bool:
    return first(config, "suspended").lower() in ("yes", "on", "1")


def granted(fields: Fields, is_reseller: bool) -> dict[str, int]:
    """Limits in our words; what is unlimited is left out. One that is not told is not unlimited: `KeyError`."""
    found = {ours: amount(fields[theirs][0]) for ours, (theirs, _) in RESOURCES.items()}
    if is_reseller:
        found["accounts"] = amount(first(fields, "users") or first(fields, ACCOUNTS))
    return {ours: int(limit) for ours, limit in found.items() if limit is not None and limit >= 0}


def measures(usage: Fields, is_reseller: bool, measured_at: datetime) -> dict[str, Measure]:
    """The usage, rounded up; unknown where the panel says nothing."""
    asked = RESOURCES | ({"accounts": (ACCOUNTS, "live")} if is_reseller else {})
    found: dict[str, Measure] = {}
    for ours, (theirs, exactness) in asked.items():
        used = amount(first(usage, theirs))
        found[ours] = Measure(ceil(used or 0), measured_at, "unknown" if used is None else exactness)
    return found


def amount(text: str) -> float | None:
    """'12.5' -> 12.5; None for 'unlimited', and for what is not told. Raises `ValueError`."""
    return None if text.lower() in ("", "unlimited") else float(text)
