"""A stand-in for Plesk: the operations of its XML interface that the driver uses, as documented.

Evidence: [D] docs.plesk.com (XML API reference, error codes, automatic sign-in), [S] plesk/api-php-lib,
[K] general knowledge. Nothing was run against a server of theirs.
"""

import base64
import secrets
import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from tests.stand_ins.listening import Heard, Said, StandIn

KEY = "a-secret-key-nobody-may-see"
MEGABYTE = 1024 * 1024
Limits = dict[str, int]

FIELDS = {
    "disk": ("disk_space", MEGABYTE),
    "bandwidth": ("max_traffic", MEGABYTE),
    "mailboxes": ("max_box", 1),
    "databases": ("max_db", 1),
    "sites": ("max_site", 1),
}
# [D] "put nodes and elements in the order they follow in the packet structure".
ORDER = {
    "webspace/get": ["filter", "dataset"],
    "webspace/get/dataset": [
        "gen_info", "hosting", "limits", "stat", "prefs", "disk_usage", "performance", "subscriptions",
    ],
    "webspace/add": ["gen_setup", "hosting", "limits", "prefs", "plan-id", "plan-name", "plan-guid"],
    "webspace/add/gen_setup": ["name", "owner-id", "owner-login", "htype", "ip_address", "status"],
    "webspace/add/hosting/vrt_hst": ["property", "ip_address"],
    "webspace/set": ["filter", "values"],
    "webspace/switch-subscription": ["filter", "plan-guid", "plan-external-id", "no-plan"],
    "customer/add/gen_info": ["cname", "pname", "login", "passwd", "status", "phone", "fax", "email"],
    "customer/set": ["filter", "values"],
    "customer/get": ["filter", "dataset"],
    "server/create_session": ["login", "data"],
    "server/create_session/data": ["user_ip", "source_server"],
    "site/get": ["filter", "dataset"],
}  # fmt: skip
ACTS = ("add", "set", "del", "switch-subscription")


class Problem(Exception):
    """[D] status error, errcode, errtext, with HTTP status 200."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def failed(problem: Problem) -> str:
    return f"<status>error</status><errcode>{problem.code}</errcode><errtext>{escape(problem.text)}</errtext>"


class PleskServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, Limits] = {}
        self.guids: dict[str, str] = {}
        self.customers: dict[str, dict[str, str]] = {}
        self.webspaces: dict[str, dict[str, Any]] = {}
        self.problems = ""
        self.prolog = ""

    # What a test puts in place

    def add_plan(self, name: str, limits: Limits) -> None:
        self.plans[name], self.guids[name] = dict(limits), str(uuid.uuid4())

    def add(self, login: str, domain: str, plan: str) -> None:
        self.customers.setdefault(login, {"password": "", "status": "0"})
        self.webspaces[domain] = {
            "id": str(len(self.webspaces) + 10),
            "owner": login,
            "plan": plan,
            "limits": dict(self.plans[plan]),
            "usage": {"disk": 1, "bandwidth": 0, "mailboxes": 0, "databases": 0},
            "sites": [domain],
            "status": "0",
            "locked": "false",
        }

    def use(self, resource: str, amount: int | None) -> None:
        self.webspaces["boreale.example"]["usage"][resource] = amount

    # HTTP

    def is_act(self, heard: Heard) -> bool:
        return any(f"<{act}".encode() in heard.body for act in ACTS)

    def answer(self, heard: Heard) -> Said:
        try:
            packet = self._packet(heard)
        except Problem as problem:
            return self._said(f"<system>{failed(problem)}</system>")  # [D] a request that is wrong as a whole
        (operator,) = packet
        (operation,) = operator
        results = "".join(f"<result>{each}</result>" for each in self._results(operator.tag, operation))
        return self._said(f"<{operator.tag}><{operation.tag}>{results}</{operation.tag}></{operator.tag}>")

    def _said(self, inside: str) -> Said:
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>{self.prolog}<packet version="1.6.9.1">{inside}</packet>'
        )
        return Said(text.encode(), content_type="text/xml")

    def _packet(self, heard: Heard) -> Element:
        if heard.path != "/enterprise/control/agent.php" or heard.headers["content-type"] != "text/xml":
            raise Problem(1014, "Parser error: not for the agent")
        if heard.headers["key"] != KEY:
            raise Problem(11003, "PleskAPIInvalidSecretKeyException : Invalid secret key usage")
        packet = ElementTree.fromstring(heard.body)
        (operator,) = packet
        (operation,) = operator
        check_order(operation, f"{operator.tag}/{operation.tag}")
        return packet

    def _results(self, operator: str, operation: Element) -> Iterator[str]:
        is_change = operation.tag == "switch-subscription"
        is_act = operation.tag in ACTS
        self.counts["received"] += is_change
        try:
            if is_act and self.how == "busy":
                raise Problem(1008, "Multiple access denied")  # [D] the code; [K] that it passes
            if is_act and self.how == "refuse":
                raise Problem(1023, "Operation failed: told to refuse")
            if is_act and self.how == "lie":
                yield "<status>ok</status><id>1</id>"
                return
            name = operation.tag.replace("-", "_")
            for found in getattr(self, f"_{operator.replace('-', '_')}_{name}")(operation):
                yield f"<status>ok</status>{found}"
            self.counts["done"] += is_change
        except Problem as problem:
            yield failed(problem)

    # [D] What it tells

    def _server_get(self, asked: Element) -> Iterator[str]:
        yield "<stat><version><plesk_name>psa</plesk_name><plesk_version>18.0.66</plesk_version></version></stat>"

    def _service_plan_get(self, asked: Element) -> Iterator[str]:
        for number, (name, limits) in enumerate(self.plans.items()):
            yield f"<id>{number}</id><name>{name}</name><guid>{self.guids[name]}</guid>{limits_of(limits)}"

    def _ip_get(self, asked: Element) -> Iterator[str]:
        rows = [("192.0.2.6", "exclusive"), ("192.0.2.7", "shared")]
        told = "".join(
            f"<ip_info><ip_address>{ip}</ip_address><netmask>255.255.255.0</netmask><type>{kind}</type></ip_info>"
            for ip, kind in rows
        )
        yield f"<addresses>{told}</addresses>"

    def _webspace_get(self, asked: Element) -> Iterator[str]:
        for domain, one in self._meant(asked):
            data = [f"<gen_info><name>{domain}</name><status>{one['status']}</status>"]
            if (disk := one["usage"]["disk"]) is not None:
                data.append(f"<real_size>{disk * MEGABYTE}</real_size>")
            data.append(f"<owner-login>{one['owner']}</owner-login></gen_info>")
            if asked.find("dataset/limits") is not None:
                data.append(limits_of(one["limits"]))
            if asked.find("dataset/stat") is not None:
                data.append(self._stat(one["usage"]))
            if asked.find("dataset/subscriptions") is not None:
                # The service plan, and an add-on plan, which no list of service plans names.
                plans = [self.guids.get(one["plan"], ""), "f42428e7-9078-5ed8-50de-fd5ecfb5ecc6"]
                guids = "".join(f"<plan><plan-guid>{guid}</plan-guid></plan>" for guid in plans)
                data.append(
                    f"<subscriptions><subscription><locked>{one['locked']}</locked><synchronized>true"
                    f"</synchronized>{guids}</subscription></subscriptions>"
                )
            yield f"<filter-id>{domain}</filter-id><id>{one['id']}</id><data>{''.join(data)}</data>"

    def _stat(self, usage: dict[str, int | None]) -> str:
        fields = {"traffic": ("bandwidth", MEGABYTE), "box": ("mailboxes", 1), "db": ("databases", 1)}
        told = "".join(
            f"<{name}>{(usage[ours] or 0) * unit}</{name}>"
            for name, (ours, unit) in fields.items()
            if usage[ours] is not None
        )
        return f"<stat><subdom>3</subdom><wu>0</wu>{told}</stat>"

    def _site_get(self, asked: Element) -> Iterator[str]:
        (one,) = (
            each for each in self.webspaces.values() if each["id"] == asked.findtext("filter/parent-id")
        )
        for number, name in enumerate(one["sites"]):
            yield f"<id>{number}</id><data><gen_info><name>{name}</name></gen_info></data>"
        yield (
            "<id>99</id><data><gen_info><name>blog.boreale.example</name><parent-site-id>0</parent-site-id>"
            "</gen_info></data>"
        )

    def _customer_get(self, asked: Element) -> Iterator[str]:
        login = self._customer(asked)
        yield f"<filter-id>{login}</filter-id><id>7</id><data><gen_info><login>{login}</login></gen_info></data>"

    def _server_create_session(self, asked: Element) -> Iterator[str]:
        if asked.findtext("login") not in self.customers:
            raise Problem(1013, "Client does not exist")
        base64.b64decode(asked.findtext("data/user_ip") or "", validate=True)
        yield f"<id>{secrets.token_hex(16)}</id>"

    def _meant(self, asked: Element) -> list[tuple[str, dict[str, Any]]]:
        """[S] A filter on the owner means every subscription of theirs."""
        name, owner = asked.findtext("filter/name"), asked.findtext("filter/owner-login")
        found = [
            (domain, one) for domain, one in self.webspaces.items() if domain == name or one["owner"] == owner
        ]
        if not found:
            raise Problem(1013, "Subscription does not exist")
        return found

    def _customer(self, asked: Element) -> str:
        login = asked.findtext("filter/login") or ""
        if login not in self.customers:
            raise Problem(1013, "Client does not exist")
        return login

    # [D] What it does

    def _webspace_switch_subscription(self, asked: Element) -> Iterator[str]:
        names = {guid: name for name, guid in self.guids.items()}
        for _, one in self._meant(asked):
            plan = names.get(asked.findtext("plan-guid") or "")
            if plan is None:
                raise Problem(1013, "Plan does not exist")
            limits = dict(self.plans[plan])
            one["plan"] = plan
            one["limits"] = {**limits, "disk": one["limits"]["disk"]} if self.how == "half" else limits
            told = f"<problems>{escape(self.problems)}</problems>" if self.problems else ""
            yield f"<filter-id>{one['id']}</filter-id><id>{one['id']}</id>{told}"

    def _webspace_set(self, asked: Element) -> Iterator[str]:
        for _, one in self._meant(asked):
            one["status"] = asked.findtext("values/gen_setup/status", one["status"])
            if asked.find("values/limits") is not None:
                one["locked"] = "true"
            yield f"<id>{one['id']}</id>"

    def _webspace_del(self, asked: Element) -> Iterator[str]:
        for domain, one in self._meant(asked):
            del self.webspaces[domain]
            yield f"<id>{one['id']}</id>"

    def _webspace_add(self, asked: Element) -> Iterator[str]:
        domain = asked.findtext("gen_setup/name") or ""
        owner = asked.findtext("gen_setup/owner-login") or ""
        names = {guid: name for name, guid in self.guids.items()}
        if domain in self.webspaces:
            raise Problem(1007, "Domain already exists")
        if owner not in self.customers:
            raise Problem(1015, "Owner not found")
        if asked.findtext("gen_setup/htype") == "vrt_hst" and asked.find("hosting/vrt_hst") is None:
            raise Problem(1014, "htype needs hosting")
        self.add(owner, domain, names[asked.findtext("plan-guid") or ""])
        yield "<id>12</id><guid>0</guid>"

    def _customer_add(self, asked: Element) -> Iterator[str]:
        login = asked.findtext("gen_info/login") or ""
        if login in self.customers:
            raise Problem(1007, "User account already exists")
        self.customers[login] = {"password": asked.findtext("gen_info/passwd") or "", "status": "0"}
        yield "<id>7</id><guid>0</guid>"

    def _customer_set(self, asked: Element) -> Iterator[str]:
        password = asked.findtext("values/gen_info/passwd") or ""
        if len(password) < 8:
            # A careless panel repeats what it was sent; a driver must not pass that on.
            raise Problem(1019, f"Your password {password} is not complex enough")
        self.customers[self._customer(asked)]["password"] = password
        yield "<id>7</id>"

    def _customer_del(self, asked: Element) -> Iterator[str]:
        login = self._customer(asked)
        del self.customers[login]
        # [D] All of theirs goes with them.
        self.webspaces = {domain: one for domain, one in self.webspaces.items() if one["owner"] != login}
        yield "<id>7</id>"


def limits_of(limits: Limits) -> str:
    """[D] -1 is unlimited."""
    rows = [
        (theirs, limits[ours] * unit if ours in limits else -1) for ours, (theirs, unit) in FIELDS.items()
    ]
    told = "".join(f"<limit><name>{name}</name><value>{value}</value></limit>" for name, value in rows)
    return f"<limits><overuse>block</overuse>{told}<limit><name>mbox_quota</name><value>-1</value></limit></limits>"


def check_order(element: Element, path: str) -> None:
    """[D] 1014: wrong format of XML request."""
    known = ORDER.get(path)
    if known is not None:
        places = [known.index(child.tag) if child.tag in known else -1 for child in element]
        if -1 in places or places != sorted(places):
            raise Problem(1014, f"Parser error: {path} is not expected so")
    for child in element:
        check_order(child, f"{path}/{child.tag}")
