"""Plesk, through its XML interface (docs/reference/panel-promise; the line is line.py).

An account is a subscription, known by its domain, and the customer that owns it, known by its user name. What changes
something names the subscription: a filter on its owner would hit all of theirs, and suspending the customer too. A
change is `switch-subscription`; limits are never set one by one, which locks the subscription against its plan. What
Plesk lists as problems beside an ok is handed on: it was not applied. Every answer is final.

A sign-in is let in from one address only, the client's own browser's, which the account must therefore tell.

Sites count the subscription's own domain; subdomains are none of ours. Disk and traffic are those of the panel's
statistics, which it works out by night.

Not confirmed on a server of theirs: which codes pass (line.py), that `site/get` with `parent-id` lists the main
site too (it is counted once either way), that `status` 4 is a backup and no suspension, and that a site without
`parent-site-id` is no subdomain. Resellers are done by hand: what their statistics are called is not documented.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import ClassVar, Literal
from xml.etree.ElementTree import Element

from palier.core.fit import Measure
from palier.drivers.errors import NotThere, Refused
from palier.drivers.http import understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target
from palier.drivers.panels.plesk.line import Line, Node, part, problems_of, told

MEGABYTE = 1024 * 1024
SUSPENDED, ACTIVE = "16", "0"  # by the administrator
BACKING_UP = 4

#: Our word: the name of the limit, and its units in one of ours.
LIMITS = {
    "disk": ("disk_space", MEGABYTE),
    "bandwidth": ("max_traffic", MEGABYTE),
    "mailboxes": ("max_box", 1),
    "databases": ("max_db", 1),
    "sites": ("max_site", 1),
}
#: Our word: where its use is told, its units in one of ours, and how surely.
USES: dict[str, tuple[str, int, Literal["live", "sampled"]]] = {
    "disk": ("gen_info/real_size", MEGABYTE, "sampled"),
    "bandwidth": ("stat/traffic", MEGABYTE, "sampled"),
    "mailboxes": ("stat/box", 1, "live"),
    "databases": ("stat/db", 1, "live"),
}

#: In the order of the schema.
DATASET: Node = ("dataset", [("gen_info", ""), ("limits", ""), ("stat", ""), ("subscriptions", "")])


class Plesk(Panel):
    title: ClassVar[str] = "Plesk"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "key")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"ip", "read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`key` is a secret key of the administrator; `ip` the address of new subscriptions, if not the first shared
        one; `read_seconds` if 90 is not right."""
        self._url = url.rstrip("/")
        self._ip = settings.get("ip", "")
        self._line = Line(
            url,
            {"KEY": settings["key"], "Content-Type": "text/xml"},
            secrets=(settings["key"],),
            read_seconds=float(settings.get("read_seconds", 90)),
            certificate=settings.get("certificate", ""),
        )

    def version(self) -> str:
        (found,) = self._line.ask("server", "get", ("stat", ""))
        with understood("server/get"):
            return f"Plesk {told(found, 'stat/version/plesk_version')}"

    # What there is

    def inspect(self, account: Account) -> State:
        found = self._subscription(account)
        names = {guid: name for name, (guid, _) in self._plans().items()}
        with understood("webspace/get"):
            guids = [node.text for node in found.iterfind("data/subscriptions/subscription/plan/plan-guid")]
            return State(
                # The others are its add-ons. None of them: the subscription follows no plan.
                plan=next((names[guid] for guid in guids if guid in names), ""),
                limits=granted(part(found, "data/limits")),
                usage=self._usage(found, datetime.now(UTC)),
                suspended=is_suspended(found),
            )

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        return {name: limits for name, (_, limits) in self._plans().items()}

    def _plans(self) -> dict[str, tuple[str, dict[str, int]]]:
        """Guid and limits by name."""
        results = self._line.ask("service-plan", "get", ("filter", ""))
        with understood("service-plan/get"):
            return {
                told(plan, "name"): (told(plan, "guid"), granted(part(plan, "limits")))
                for plan in results
                if plan.find("name") is not None
            }

    def _subscription(self, account: Account) -> Element:
        if not account.domain:
            raise Refused("the panel knows subscriptions by their domain, and this account has none")
        return self._line.ask("webspace", "get", by_name(account), DATASET)[0]

    def _usage(self, found: Element, measured_at: datetime) -> dict[str, Measure]:
        measures: dict[str, Measure] = {}
        for ours, (place, unit, exactness) in USES.items():
            text = found.findtext(f"data/{place}")
            used = None if text is None else ceil(int(text) / unit)
            measures[ours] = Measure(used or 0, measured_at, "unknown" if used is None else exactness)
        measures["sites"] = Measure(self._count_sites(found), measured_at, "live")
        return measures

    def _count_sites(self, found: Element) -> int:
        parent: Node = ("filter", [("parent-id", told(found, "id"))])
        try:
            sites = self._line.ask("site", "get", parent, ("dataset", [("gen_info", "")]))
        except NotThere:  # nothing but its own domain
            return 1
        names = {
            site.findtext("data/gen_info/name")
            for site in sites
            if site.find("data/gen_info/parent-site-id") is None
        }
        return len({*names, found.findtext("data/gen_info/name")} - {None})

    def _owned_by(self, account: Account) -> list[Element]:
        """Every subscription of the account's owner."""
        owner: Node = ("filter", [("owner-login", account.username)])
        try:
            return self._line.ask("webspace", "get", owner, ("dataset", [("gen_info", "")]))
        except NotThere:
            return []

    def _has_customer(self, account: Account) -> bool:
        try:
            self._line.ask("customer", "get", by_login(account), ("dataset", [("gen_info", "")]))
        except NotThere:
            return False
        return True

    # What changes something

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        guid = self._guid(target)
        result = self._line.do("webspace", "switch-subscription", by_name(account), ("plan-guid", guid))
        return Done(problems_of(result))

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """The customer, then its subscription. One that stopped in between goes on."""
        if self._is_there(account, target):
            return Done()
        guid = self._guid(target)
        address = self._ip or self._shared_address()
        if not self._has_customer(account):
            who = [
                ("pname", account.username),
                ("login", account.username),
                ("passwd", password),
                ("email", email),
            ]
            self._line.do("customer", "add", ("gen_info", who), secrets=(password,))
        setup: list[Node] = [
            ("name", account.domain),
            ("owner-login", account.username),
            ("htype", "vrt_hst"),
            ("ip_address", address),
        ]
        hosting: list[Node] = [
            ("property", [("name", "ftp_login"), ("value", account.username)]),
            ("property", [("name", "ftp_password"), ("value", password)]),
            ("ip_address", address),
        ]
        inside: tuple[Node, ...] = (
            ("gen_setup", setup),
            ("hosting", [("vrt_hst", hosting)]),
            ("plan-guid", guid),
        )
        result = self._line.do("webspace", "add", *inside, secrets=(password,))
        return Done(problems_of(result))

    def _is_there(self, account: Account, target: Target) -> bool:
        """Raises `Refused` when the name or the domain is somebody else's."""
        owned = self._owned_by(account)
        if account.domain in [one.findtext("data/gen_info/name") for one in owned]:
            if self.inspect(account).plan == target.plan:
                return True
        elif not owned:
            try:
                self._subscription(account)
            except NotThere:
                return False
        raise Refused(
            f"the user name {account.username} or the domain {account.domain} is taken on the panel"
        )

    def suspend(self, account: Account, reason: str) -> Outcome:
        if not is_suspended(self._subscription(account)):
            self._set_status(account, SUSPENDED)
        return Done()

    def resume(self, account: Account) -> Outcome:
        if is_suspended(self._subscription(account)):
            self._set_status(account, ACTIVE)
        return Done()

    def _set_status(self, account: Account, status: str) -> None:
        values = ("values", [("gen_setup", [("status", status)])])
        self._line.do("webspace", "set", by_name(account), values)

    def terminate(self, account: Account) -> Outcome:
        """The subscription, then its owner when it has no other."""
        try:
            self._subscription(account)
        except NotThere:
            pass
        else:
            self._line.do("webspace", "del", by_name(account))
        if not self._owned_by(account) and self._has_customer(account):
            self._line.do("customer", "del", by_login(account))
        return Done()

    def set_password(self, account: Account, password: str) -> Outcome:
        values = ("values", [("gen_info", [("passwd", password)])])
        self._line.do("customer", "set", by_login(account), values, secrets=(password,))
        return Done()

    def sign_in_url(self, account: Account) -> str:
        if not account.browser:
            raise Refused("the panel lets in one address only, and that of the browser is not told")
        data = [("user_ip", base64.b64encode(account.browser.encode()).decode()), ("source_server", "")]
        (found,) = self._line.ask("server", "create_session", ("login", account.username), ("data", data))
        token = found.findtext("id")
        if not token:
            raise Refused("the panel gives no session")
        return f"{self._url}/enterprise/rsession_init.php?PLESKSESSID={token}"

    # What must be so before anything is sent

    def _guid(self, target: Target) -> str:
        """The target's plan. Some panels take an unknown one, and leave the subscription without any."""
        if target.privileges or "accounts" in target.limits:
            raise Refused("people change resellers of this panel by hand")
        plans = self._plans()
        if target.plan not in plans:
            raise Refused(f"the panel has no service plan called {target.plan}")
        return plans[target.plan][0]

    def _shared_address(self) -> str:
        addresses = self._line.ask("ip", "get")
        for found in addresses[0].iterfind("addresses/ip_info"):
            if found.findtext("type") == "shared":
                return found.findtext("ip_address", "")
        raise Refused("the panel has no shared address for new subscriptions")


def by_name(account: Account) -> Node:
    return ("filter", [("name", account.domain)])


def by_login(account: Account) -> Node:
    return ("filter", [("login", account.username)])


def is_suspended(found: Element) -> bool:
    """Whoever did it: the administrator (16), a reseller (32), the client (64), or the day it expired (256)."""
    with understood("gen_info"):
        return int(told(found, "data/gen_info/status")) & ~BACKING_UP != 0


def granted(limits: Element) -> dict[str, int]:
    """Limits in our words; -1 is unlimited, and so left out. One that is not told is not unlimited: `KeyError`."""
    said = {told(one, "name"): told(one, "value") for one in limits.iterfind("limit")}
    found = {ours: (int(said[theirs]), unit) for ours, (theirs, unit) in LIMITS.items()}
    return {ours: limit // unit for ours, (limit, unit) in found.items() if limit >= 0}
