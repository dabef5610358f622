"""cPanel & WHM, through WHM API 1 (docs/reference/panel-promise).

Everything is a POST, so that no parameter reaches an access log. HTTP 200 is not success: `metadata.result`
is, and its `reason` is a sentence, not a code. A change is `changepackage`: never `modifyacct`, whose
values are lost at the next package change, and never `editpkg`, which changes every account of the package.
Every answer is final.

Sites are the account's own domain and its addon domains, hence the "one more" below.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Any, ClassVar, Literal

from palier.core.fit import Measure
from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.http import Http, understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target

MEGABYTE = 1024 * 1024

# our word: (id in get_usages, their units in one of ours, what their count leaves out, how sure)
USAGES: dict[str, tuple[str, int, int, Literal["live", "sampled"]]] = {
    "bandwidth": ("bandwidth", MEGABYTE, 0, "sampled"),
    "mailboxes": ("email_accounts", 1, 0, "live"),
    "databases": ("mysql_databases", 1, 0, "live"),
    "sites": ("addon_domains", 1, 1, "live"),
}

# our word: (field of a package, what its count leaves out)
PACKAGE_FIELDS = {
    "disk": ("QUOTA", 0),
    "bandwidth": ("BWLIMIT", 0),
    "mailboxes": ("MAXPOP", 0),
    "databases": ("MAXSQL", 0),
    "sites": ("MAXADDON", 1),
}

TRY_LATER = re.compile(r"try again|locked by|server is busy|already in progress", re.IGNORECASE)


class Cpanel(Panel):
    title: ClassVar[str] = "cPanel"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "user", "token")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"user", "read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`user` is root or a reseller; `read_seconds` if 90 is not right."""
        self._http = Http(
            url,
            headers={"Authorization": f"whm {settings['user']}:{settings['token']}"},
            secrets=(settings["token"],),
            read_seconds=float(settings.get("read_seconds", 90)),
            certificate=settings.get("certificate", ""),
        )

    def version(self) -> str:
        answer = self._read("version", {})
        with understood("version"):
            return str(answer["version"])

    def inspect(self, account: Account) -> State:
        summary = self._summary(account)
        rows = self._usage_rows(account)
        with understood("get_usages"):
            measured_at = datetime.now(UTC)
            return State(
                plan=str(summary["plan"]),
                limits=account_limits(summary, rows),
                usage=account_usage(summary, rows, measured_at),
                suspended=is_suspended(summary),
            )

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_package(target.plan)
        self._act("changepackage", {"user": account.username, "pkg": target.plan})
        return Done()

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        there = self._find(account)
        if there is not None:
            if (there.get("domain"), there.get("plan")) == (account.domain, target.plan):
                return Done()
            raise Refused(f"the user name {account.username} is taken on the panel")
        self._require_package(target.plan)
        wanted = {"username": account.username, "domain": account.domain, "plan": target.plan}
        self._act("createacct", {**wanted, "contactemail": email, "password": password}, secret=password)
        return Done()

    def suspend(self, account: Account, reason: str) -> Outcome:
        if not is_suspended(self._summary(account)):
            self._act("suspendacct", {"user": account.username, "reason": reason})
        return Done()

    def resume(self, account: Account) -> Outcome:
        if is_suspended(self._summary(account)):
            self._act("unsuspendacct", {"user": account.username})
        return Done()

    def terminate(self, account: Account) -> Outcome:
        if self._find(account) is not None:
            self._act("removeacct", {"username": account.username})
        return Done()

    def set_password(self, account: Account, password: str) -> Outcome:
        wanted = {"user": account.username, "password": password, "db_pass_update": "1"}
        self._act("passwd", wanted, secret=password)
        return Done()

    def sign_in_url(self, account: Account) -> str:
        session = self._read("create_user_session", {"user": account.username, "service": "cpaneld"})
        with understood("create_user_session"):
            return str(session["url"])

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        answer = self._read("listpkgs", {})
        with understood("listpkgs"):
            return {str(package["name"]): package_limits(package) for package in answer["pkg"]}

    def _require_package(self, name: str) -> None:
        """Some panels take an unknown name, say yes, and drop the account from every package."""
        if name not in self.plans():
            raise Refused(f"the panel has no package called {name}")

    def _summary(self, account: Account) -> dict[str, Any]:
        """Raises `NotThere`, which only the list of accounts tells from any other no."""
        try:
            answer = self._read("accountsummary", {"user": account.username})
        except Refused:
            if self._find(account) is None:
                raise NotThere(f"the panel has no account called {account.username}") from None
            raise
        with understood("accountsummary"):
            return dict(answer["acct"][0])

    def _find(self, account: Account) -> dict[str, Any] | None:
        """The account, or None: a list can be empty, where a summary of nobody is only a sentence."""
        answer = self._read(
            "listaccts", {"search": account.username, "searchtype": "user", "searchmethod": "exact"}
        )
        with understood("listaccts"):
            return dict(answer["acct"][0]) if answer["acct"] else None

    def _usage_rows(self, account: Account) -> dict[str, Mapping[str, Any]]:
        """The rows of get_usages by id. UAPI knows user names in lower case only."""
        answer = self._read(
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

    def _read(self, function: str, fields: Mapping[str, str]) -> dict[str, Any]:
        answer = self._http.read("POST", path_of(function), data=fields)
        return self._succeeded(answer, Busy(f"the panel's answer to {function} has no result"))

    def _act(self, function: str, fields: Mapping[str, str], secret: str = "") -> dict[str, Any]:
        answer = self._http.act("POST", path_of(function), secrets=(secret,), data=fields)
        unreadable = Unknown(f"the panel's answer to {function} has no result")
        return self._succeeded(answer, unreadable, secret)

    def _succeeded(
        self, answer: Mapping[str, Any], unreadable: Busy | Unknown, secret: str = ""
    ) -> dict[str, Any]:
        """The answer's data, if `metadata.result` says that there was success."""
        metadata = answer.get("metadata")
        result = str(metadata.get("result")) if isinstance(metadata, dict) else ""
        if result == "1":
            found = answer.get("data")
            return found if isinstance(found, dict) else {}
        if not isinstance(metadata, dict) or result != "0":
            raise unreadable
        reason = self._http.clean(str(metadata.get("reason") or "no reason given"), (secret,))
        raise Busy(reason) if TRY_LATER.search(reason) else Refused(reason)


def path_of(function: str) -> str:
    return f"/json-api/{function}?api.version=1"


def is_suspended(summary: Mapping[str, Any]) -> bool:
    return str(summary.get("suspended")) == "1"


def account_limits(summary: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """The limits in our words. A null maximum is unlimited, and so is left out."""
    found = {"disk": megabytes(summary["disklimit"])}
    for resource, (row_id, unit, left_out, _) in USAGES.items():
        maximum = rows.get(row_id, {}).get("maximum")
        found[resource] = None if maximum is None else int(maximum) // unit + left_out
    return {resource: limit for resource, limit in found.items() if limit is not None}


def account_usage(
    summary: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]], measured_at: datetime
) -> dict[str, Measure]:
    disk = megabytes(summary["diskused"])
    found = {resource: measure(rows.get(USAGES[resource][0]), resource, measured_at) for resource in USAGES}
    return {"disk": Measure(disk or 0, measured_at, "unknown" if disk is None else "live"), **found}


def measure(row: Mapping[str, Any] | None, resource: str, measured_at: datetime) -> Measure:
    """One usage in our unit, rounded up; unknown when the panel gives none, or an error beside it."""
    _, unit, left_out, exactness = USAGES[resource]
    if row is None or row.get("error") or row.get("usage") is None:
        return Measure(0, measured_at, "unknown")
    return Measure(ceil(float(row["usage"]) / unit) + left_out, measured_at, exactness)


def package_limits(package: Mapping[str, Any]) -> dict[str, int]:
    found = {resource: megabytes(package.get(field)) for resource, (field, _) in PACKAGE_FIELDS.items()}
    return {
        resource: limit + PACKAGE_FIELDS[resource][1]
        for resource, limit in found.items()
        if limit is not None
    }


def megabytes(text: object) -> int | None:
    """'123M' -> 123, 'unlimited' -> None, a bare number as it is; parts of a megabyte are rounded up."""
    size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", str(text).strip(), re.IGNORECASE)
    if size is None:
        if str(text).strip().lower() in ("unlimited", "none", ""):
            return None
        raise ValueError(f"not a size: {text!r}")
    kilobytes = {"K": 1, "": 1024, "M": 1024, "G": 1024**2, "T": 1024**3}[size[2].upper()]
    return ceil(float(size[1]) * kilobytes / 1024)
