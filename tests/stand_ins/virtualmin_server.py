"""A stand-in for Virtualmin's remote API: the programs that the driver calls, in the shapes of their JSON.

Evidence: [R] run and seen, [S] read in the public source of virtualmin-gpl (list-domains.pl, list-plans.pl,
list-users.pl, create-domain.pl, disable-domain.pl, create-login-link.pl, remote.cgi, json-lib.pl), [K] general
knowledge.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.listening import Heard, Said, StandIn

USER, PASSWORD = "billing", "a-webmin-password-nobody-may-see"
MYSQL_PASSWORD, HASH = "mysql-in-clear-1998", "$6$a-unix-hash"
MB = 1024 * 1024
FREE_LINE = "Failed to work out externally visible IPv4 address"  # [R] before normal output
Limits = dict[str, int]


class No(Exception):
    """A failure, in Virtualmin's words."""


@dataclass
class Domain:
    name: str
    user: str
    plan: str
    limits: Limits
    parent: str = ""
    disabled: str = ""
    used: dict[str, int | None] = field(default_factory=lambda: {"disk": 5, "bandwidth": 1, "databases": 0})
    mailboxes: int = 0
    password: str = ""


class VirtualminServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, Limits] = {}
        self.domains: dict[str, Domain] = {}
        self.may_use_it = True

    # What the contract's other end does

    def use(self, resource: str, amount: int | None) -> None:
        if resource == "mailboxes":
            self.domains["boreale.example"].mailboxes = amount or 0
        else:
            self.domains["boreale.example"].used[resource] = amount

    def is_act(self, heard: Heard) -> bool:
        return not heard.form["program"].startswith(("list-", "info", "create-login"))

    # The API

    def answer(self, heard: Heard) -> Said:
        signed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if heard.headers["Authorization"] != f"Basic {signed}":
            return Said(b"<html>Login failed</html>", status=401, content_type="text/html")  # [R]
        if not self.may_use_it:
            return Said(b"ERROR: You are not allowed to use the remote API\n")  # [S] remote.cgi, api_error
        form = heard.form
        program = form.pop("program")
        assert form.pop("json") == "1"
        answering = getattr(self, "_" + program.replace("-", "_"), None)
        if answering is None:
            return json_said(
                {"command": program, "status": "error", "error": f"No such program {program}"}
            )  # [R]
        try:
            found = self._bad_day(program, form) or answering(form)
        except No as no:
            # [S] the first line that is not blank, and all of it
            full = f"{no}\n\nChanges the settings for a Virtualmin server\n"
            return json_said({"command": program, "status": "failure", "error": str(no), "full_error": full})
        return json_said({"command": program, "status": "success", **found})

    def _bad_day(self, program: str, form: dict[str, str]) -> dict[str, str]:
        if program.startswith(("list-", "info", "create-login")):
            return {}
        self.counts["received"] += "apply-plan" in form
        if self.how == "busy":
            raise No("The domain is locked by another process, try again later")  # [K]
        if self.how == "refuse":
            raise No("told to refuse")
        return {"output": "Done"} if self.how == "lie" else {}

    def _info(self, form: dict[str, str]) -> dict[str, Any]:
        assert form == {"search": "host"}
        return {"output": f"{FREE_LINE}\nhost: \n    hostname: web2\n    virtualmin version: 7.20.2\n"}  # [S]

    def _list_plans(self, form: dict[str, str]) -> dict[str, Any]:
        assert form == {"multiline": ""}
        return {"data": [junk(), *(plan_row(str(n), *pair) for n, pair in enumerate(self.plans.items()))]}

    def _list_domains(self, form: dict[str, str]) -> dict[str, Any]:
        if "user-only" in form:
            return {"output": "\n".join([FREE_LINE, *(domain.user for domain in self.domains.values())])}
        if "name-only" in form:
            return {"output": "\n".join([FREE_LINE, *self.domains])}
        assert "multiline" in form
        listed = [domain for domain in self.domains.values() if domain.user == form["user"]]
        if not listed:
            raise No(f"No top-level domain owned by {form['user']} exists")  # [S]
        return {"data": [junk(), *(domain_row(domain) for domain in listed)]}

    def _list_users(self, form: dict[str, str]) -> dict[str, Any]:
        assert "name-only" in form  # [S] with multiline, passwords in clear
        listed = [domain for domain in self.domains.values() if domain.user == form["domain-user"]]
        names = [f"u{n}@{domain.name}" for domain in listed for n in range(domain.mailboxes)]
        return {"output": "\n".join([FREE_LINE, *names])}

    def _modify_domain(self, form: dict[str, str]) -> dict[str, Any]:
        domain = self._domain(form)
        if "pass" in form:
            if form["pass"].startswith("sapin"):
                raise No(f"Password {form['pass']} is too weak")  # [K]
            domain.password = form["pass"]
        plan = self.plans.get(form.get("apply-plan", ""))
        if "plan" in form and form["plan"] in self.plans:
            domain.plan = form["plan"]  # [R] the label alone
        if plan is not None:  # [R] an unknown one is passed over, and it is a success
            self.counts["done"] += 1
            kept = domain.limits.get("mailboxes")
            domain.plan, domain.limits = form["apply-plan"], dict(plan)
            if self.how == "half":
                domain.limits["mailboxes"] = kept or 0
        return {"output": f"{FREE_LINE}\nUpdating virtual server {domain.name} ..\n\nAll done\n"}

    def _create_domain(self, form: dict[str, str]) -> dict[str, Any]:
        assert {"unix", "dir", "web"} <= form.keys()
        if form["domain"] in self.domains:
            raise No("You are already hosting this domain")  # [S]
        plan = self.plans.get(form["plan"], {})
        limits = dict(plan) if "limits-from-plan" in form else {}  # [S]
        self.domains[form["domain"]] = Domain(
            form["domain"], form["user"], form["plan"], limits, password=form["pass"]
        )
        return {"output": "All done!"}

    def _disable_domain(self, form: dict[str, str]) -> dict[str, Any]:
        domain = self._domain(form)
        if domain.disabled:
            raise No(f"Virtual server {domain.name} is already disabled")  # [R][S]
        domain.disabled = f"Manually ({form['why']})"  # [S]
        return {"output": "All done!"}

    def _enable_domain(self, form: dict[str, str]) -> dict[str, Any]:
        domain = self._domain(form)
        if not domain.disabled:
            raise No(f"Virtual server {domain.name} is not disabled")  # [R]
        domain.disabled = ""
        return {"output": "All done!"}

    def _delete_domain(self, form: dict[str, str]) -> dict[str, Any]:
        gone = self._domain(form)
        self.domains = {
            name: one for name, one in self.domains.items() if gone.name not in (name, one.parent)
        }
        return {"output": "All done!"}

    def _create_login_link(self, form: dict[str, str]) -> dict[str, Any]:
        link = f"https://web2.example:10000/session_login.cgi?session={secrets.token_hex(8)}"  # [S]
        return {"output": f"{FREE_LINE}\n{link}\n", "name": self._domain(form).name}

    def _domain(self, form: dict[str, str]) -> Domain:
        if form["domain"] not in self.domains:
            raise No(f"Virtual server {form['domain']} does not exist")  # [R]
        return self.domains[form["domain"]]


def junk() -> dict[str, Any]:
    """[S] A line of its own becomes an object without values."""
    return {"name": FREE_LINE, "values": {}}


def plan_row(number: str, name: str, limits: Limits) -> dict[str, Any]:
    """[R][S] Values are lists of what is printed for people."""

    def told(resource: str, unit: int = 1, less: int = 0) -> list[str]:
        return [str(limits[resource] * unit - less) if resource in limits else "Unlimited"]

    values = {
        "name": [name],
        "server_block_quota": told("disk", 1024),
        "server_quota": ["2 GiB"],
        "maximum_mailbox": told("mailboxes"),
        "maximum_dbs": told("databases"),
        "maximum_doms": told("sites", less=1),
        "maximum_bw": told("bandwidth", MB),
    }
    return {"name": number, "values": values}


def domain_row(domain: Domain) -> dict[str, Any]:
    """[S] What is printed of a server; of a sub-server no limits."""
    used, limits = domain.used, domain.limits
    values: dict[str, list[str]] = {
        "type": ["Sub-server" if domain.parent else "Top-level server"],
        "plan": [domain.plan],
        "username": [domain.user],
        "password": [domain.password or "the-password-in-clear"],  # [R]
        "hashed_password": [HASH],
        "password_for_mysql": [MYSQL_PASSWORD],  # [R]
    }
    if domain.disabled:
        values["disabled"] = [domain.disabled]
    if used["databases"]:
        values["databases_count"] = [str(used["databases"])]  # [S] not there when there are none
    if domain.parent:
        return {"name": domain.name, "values": values}

    def told(resource: str, unit: int = 1, less: int = 0) -> list[str]:
        amount = limits.get(resource)
        return ["Unlimited" if amount is None else str(amount * unit - less)]

    values |= {
        "server_block_quota": told("disk", 1024),
        "server_quota": ["2 GiB"],
        "bandwidth_byte_limit": told("bandwidth", MB),
        "maximum_mailboxes": told("mailboxes"),
        "maximum_databases": told("databases"),
        # [S] no sub-server at all is "Cannot create"
        "maximum_sub-servers": ["Cannot create"] if limits.get("sites") == 1 else told("sites", less=1),
    }
    if used["disk"] is not None:
        values["server_byte_quota_used"] = [str(used["disk"] * MB)]
    if used["bandwidth"] is not None:
        values["bandwidth_byte_usage"] = [str(used["bandwidth"] * MB)]
    return {"name": domain.name, "values": values}


def json_said(found: dict[str, Any]) -> Said:
    return Said(json.dumps(found).encode())  # [S] text/plain, and 200
