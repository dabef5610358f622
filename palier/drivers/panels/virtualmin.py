"""Virtualmin, through its remote API (docs/reference/panel-promise).

A program of its command line is called, with its flags as fields of a form; those without a value are sent empty. What
is known of it, and what is done about that:

- The status is 200 whatever happens: `status` in the answer is the outcome, or a bare line that begins with `ERROR:`.
- **A plan that does not exist is a success that changes nothing.** So the plans are listed first.
- `plan=` changes the label and leaves the limits: only `apply-plan=` changes both, and a new server takes the limits of
  its plan only with `limits-from-plan`.
- Disabling twice is a failure, and so is enabling twice; which of them is told by looking, never by a sentence.
- Quotas are blocks of 1 KiB; what is meant for people ("2 GiB") is not read.
- A line of its own, about an address that cannot be worked out, can stand before an answer: what does not look like
  what was asked for is passed over.
- The list of servers holds passwords in clear. Nothing of it goes into an error, and where names are enough, names are
  asked for.

An account is the top-level server of a domain and the sub-servers of the same user, which share its limits. Sites are
all of them: a plan of 0 sub-servers is 1 site. A plan's limits bind the client, not this interface.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, ClassVar

import httpx

from palier.core.fit import Measure
from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.http import Http, understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target

PATH = "/virtual-server/remote.cgi"
BLOCKS_OF_MB, BYTES_OF_MB = 1024, 1024 * 1024
NO_LIMIT = "Unlimited"

#: our word: (of a plan, of a server, their units in one of ours, what their count leaves out)
LIMITS = {
    "disk": ("server_block_quota", "server_block_quota", BLOCKS_OF_MB, 0),
    "bandwidth": ("maximum_bw", "bandwidth_byte_limit", BYTES_OF_MB, 0),
    "mailboxes": ("maximum_mailbox", "maximum_mailboxes", 1, 0),
    "databases": ("maximum_dbs", "maximum_databases", 1, 0),
    "sites": ("maximum_doms", "maximum_sub-servers", 1, 1),
}
TRY_LATER = re.compile(r"is locked|lock(ed)? by|try again|in progress", re.IGNORECASE)

Values = Mapping[str, list[str]]


class Remote(Http):
    """JSON, or the bare line of who may not use it."""

    def reading(self, response: httpx.Response) -> dict[str, Any] | None:
        if response.text.startswith("ERROR:"):
            return {"status": "error", "error": response.text.removeprefix("ERROR:").strip()}
        return super().reading(response)


@dataclass(frozen=True)
class Server:
    """A virtual server: its domain, and what is listed of it."""

    domain: str
    values: Values

    def first(self, name: str) -> str:
        return (self.values.get(name) or [""])[0]

    @property
    def is_disabled(self) -> bool:
        return "disabled" in self.values


class Virtualmin(Panel):
    title: ClassVar[str] = "Virtualmin"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "user", "password")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"user", "features", "read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`user` is a Webmin user who may use the remote API; `features` are those of new servers; `read_seconds` if
        120 is not right: a web server that is reloaded takes 12."""
        signed = base64.b64encode(f"{settings['user']}:{settings['password']}".encode()).decode()
        self._http = Remote(
            url,
            headers={"Authorization": f"Basic {signed}"},
            secrets=(settings["password"], signed),
            read_seconds=float(settings.get("read_seconds", 120)),
            certificate=settings.get("certificate", ""),
        )
        self._features = settings.get("features", "unix dir web dns mail mysql webmin").split()

    def version(self) -> str:
        said = str(self._read("info", search="host").get("output", ""))
        found = re.search(r"virtualmin version:\s*(\S+)", said)
        return f"Virtualmin {found[1]}" if found else self.title

    def inspect(self, account: Account) -> State:
        servers = self._servers(account)
        mailboxes = self._lines("list-users", **{"domain-user": account.username})
        with understood("list-domains"):
            top = servers[0]
            return State(
                plan=top.first("plan"),
                limits=limits_in(top.values, of_plan=False),
                usage=usage_of(servers, len(mailboxes), datetime.now(UTC)),
                suspended=top.is_disabled,
            )

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_plan(target.plan)
        top = self._servers(account)[0]
        return self._act("modify-domain", {"domain": top.domain, "apply-plan": target.plan})

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        if account.domain in self._lines("list-domains"):
            top = self._servers(account)[0]
            if top.first("plan") == target.plan:
                return Done()
            raise Refused(f"the domain {account.domain} is taken on the panel")
        if account.username in self._lines("list-domains", only="user-only"):
            raise Refused(f"the user name {account.username} is taken on the panel")
        self._require_plan(target.plan)
        asked = {"domain": account.domain, "user": account.username, "pass": password, "email": email}
        asked |= {"plan": target.plan, "limits-from-plan": "", **dict.fromkeys(self._features, "")}
        return self._act("create-domain", asked, secret=password)

    def suspend(self, account: Account, reason: str) -> Outcome:
        for server in self._servers(account):
            if not server.is_disabled:
                self._act("disable-domain", {"domain": server.domain, "why": reason})
        return Done()

    def resume(self, account: Account) -> Outcome:
        """Those sub-servers too that were disabled for the same reason: a client may have disabled others."""
        servers = self._servers(account)
        why = servers[0].first("disabled")
        for server in servers:
            if server.is_disabled and server.first("disabled") == why:
                self._act("enable-domain", {"domain": server.domain})
        return Done()

    def terminate(self, account: Account) -> Outcome:
        try:
            top = self._servers(account)[0]
        except NotThere:
            return Done()
        return self._act("delete-domain", {"domain": top.domain})

    def set_password(self, account: Account, password: str) -> Outcome:
        top = self._servers(account)[0]
        return self._act("modify-domain", {"domain": top.domain, "pass": password}, secret=password)

    def sign_in_url(self, account: Account) -> str:
        answer = self._read("create-login-link", domain=self._servers(account)[0].domain)
        with understood("create-login-link"):
            return str(re.findall(r"^https?://\S+$", answer["output"], re.MULTILINE)[-1])

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        answer = self._read("list-plans", multiline="")
        with understood("list-plans"):
            listed = [row["values"] for row in answer["data"] if "name" in (row.get("values") or {})]
            return {values["name"][0]: limits_in(values, of_plan=True) for values in listed}

    def _require_plan(self, name: str) -> None:
        if name not in self.plans():
            raise Refused(f"the panel has no plan called {name}")

    def _servers(self, account: Account) -> list[Server]:
        """The top-level server of the user, then its sub-servers. Raises `NotThere`."""
        try:
            answer = self._read("list-domains", user=account.username, multiline="")
        except Refused:
            if account.username not in self._lines("list-domains", only="user-only"):
                raise NotThere(f"no server of the panel belongs to {account.username}") from None
            raise
        with understood("list-domains"):
            rows = [(str(row["name"]), row.get("values") or {}) for row in answer["data"]]
            servers = [Server(name, values) for name, values in rows if "username" in values]
            servers.sort(key=lambda server: server.first("type") != "Top-level server")
            top = servers[0]
        if account.domain and top.domain != account.domain:
            raise Refused(f"the user {account.username} has the domain {top.domain}, not {account.domain}")
        return servers

    def _lines(self, program: str, only: str = "name-only", **asked: str) -> list[str]:
        """The names in an answer: what has blanks in it is none."""
        answer = self._read(program, **{only: "", **asked})
        with understood(program):
            return [
                line.strip() for line in answer["output"].splitlines() if re.fullmatch(r"\s*\S+\s*", line)
            ]

    def _read(self, program: str, **asked: str) -> dict[str, Any]:
        answer = self._http.read("POST", PATH, data={"program": program, "json": "1", **asked})
        return self._succeeded(answer, program, Busy)

    def _act(self, program: str, asked: Mapping[str, str], secret: str = "") -> Done:
        form = {"program": program, "json": "1", **asked}
        self._succeeded(self._http.act("POST", PATH, secrets=(secret,), data=form), program, Unknown, secret)
        return Done()

    def _succeeded(
        self, answer: dict[str, Any], program: str, unreadable: type[Busy] | type[Unknown], secret: str = ""
    ) -> dict[str, Any]:
        status = answer.get("status")
        if status == "success":
            return answer
        if status not in ("failure", "error"):
            raise unreadable(f"the answer to {program} has no status")
        reason = self._http.clean(str(answer.get("error") or "no reason given"), (secret,))
        raise Busy(reason) if TRY_LATER.search(reason) else Refused(reason)


def limits_in(values: Values, *, of_plan: bool) -> dict[str, int]:
    """What is not listed is not limited there: a server without quotas, bandwidth that nobody counts."""
    found = {}
    for resource, (in_plan, in_server, unit, left_out) in LIMITS.items():
        text = (values.get(in_plan if of_plan else in_server) or [NO_LIMIT])[0]
        if text != NO_LIMIT:
            found[resource] = (0 if text == "Cannot create" else int(text) // unit) + left_out
    return found


def usage_of(servers: list[Server], mailboxes: int, at: datetime) -> dict[str, Measure]:
    """Of the account: all its servers together. Databases are counted wherever there are any."""
    top = servers[0]
    databases = sum(int(server.first("databases_count") or 0) for server in servers)
    return {
        "disk": measured(top.first("server_byte_quota_used"), at, is_sampled=False),
        "bandwidth": measured(top.first("bandwidth_byte_usage"), at, is_sampled=True),
        "mailboxes": Measure(mailboxes, at, "live"),
        "databases": Measure(databases, at, "live"),
        "sites": Measure(len(servers), at, "live"),
    }


def measured(text: str, at: datetime, *, is_sampled: bool) -> Measure:
    """Bytes in MB, rounded up."""
    if not text:
        return Measure(0, at, "unknown")
    return Measure(ceil(int(text) / BYTES_OF_MB), at, "sampled" if is_sampled else "live")
