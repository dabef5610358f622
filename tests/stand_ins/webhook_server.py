"""A stand-in for a host's own system, as docs/reference/webhook-panel describes it.

The protocol is ours, so all of it is evidence [D]. It checks what we sign, and can work on things for a while.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from palier.drivers.gateways.signature import is_signed
from tests.stand_ins.listening import Heard, Said, StandIn

SECRET = "a-secret-of-both-sides-nobody-may-see"
LOOKS = ("version", "inspect", "plans", "sign_in_url", "poll")
RESOURCES = ("disk", "mailboxes", "databases")
Limits = dict[str, int]


@dataclass
class One:
    username: str
    domain: str
    plan: str
    limits: Limits
    suspended: bool = False
    password: str = ""
    used: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(RESOURCES, 0))


class No(Exception):
    def __init__(self, answer: str, reason: str, **more: Any) -> None:
        super().__init__(reason)
        self.found = {"answer": answer, "reason": reason, **more}


class WebhookServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, Limits] = {}
        self.accounts: dict[str, One] = {}
        self.works_on_it = False
        self.working: dict[str, dict[str, Any]] = {}
        self.seen_keys: dict[str, int] = {}
        self.says: Any = None  # instead of an answer

    # What the contract's other end does

    def use(self, resource: str, amount: int | None) -> None:
        self.accounts["alice"].used[resource] = amount

    def is_act(self, heard: Heard) -> bool:
        return json.loads(heard.body)["verb"] not in LOOKS

    # The protocol

    def answer(self, heard: Heard) -> Said:
        sent = {name: heard.headers[f"palier-{name}"] or "" for name in ("id", "timestamp", "signature")}
        timestamp = int(sent["timestamp"])
        if not is_signed(SECRET, timestamp, sent["id"], heard.body, sent["signature"]):
            return Said(b'{"answer": "refused", "reason": "not signed"}', status=401)
        assert abs(time.time() - timestamp) < 300
        asked = json.loads(heard.body)
        try:
            found = self._heard(asked.pop("verb"), asked)
        except No as no:
            found = no.found
        return Said(
            json.dumps(found if self.says is None else self.says).encode(), content_type="application/json"
        )

    def _heard(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        if verb in LOOKS:
            return {"answer": "done", **getattr(self, f"_{verb}")(**asked)}
        self.counts["received"] += verb == "change"
        if self.how == "busy":
            raise No("busy", "nightly work", retry_after=2)
        if self.how == "refuse":
            raise No("refused", "told to refuse")
        if self.how != "lie":
            getattr(self, f"_{verb}")(**asked)
        if self.works_on_it:
            handle = f"job-{len(self.working)}"
            self.working[handle] = {"answer": "pending", "handle": handle}
            return self.working[handle]
        return {"answer": "done"}

    def finish(self, handle: str, found: dict[str, Any] | None = None) -> None:
        self.working[handle] = found or {"answer": "done"}

    def _poll(self, handle: str) -> dict[str, Any]:
        if handle not in self.working:
            raise No("refused", "no such handle")
        return self.working[handle]

    def _version(self) -> dict[str, Any]:
        return {"version": "our billing bridge 1.4"}

    def _plans(self) -> dict[str, Any]:
        return {"plans": self.plans}

    def _inspect(self, account: dict[str, str]) -> dict[str, Any]:
        one = self._one(account)
        usage = {name: {"amount": amount} for name, amount in one.used.items()}
        limits = {name: one.limits.get(name) for name in RESOURCES}
        return {"state": {"plan": one.plan, "limits": limits, "usage": usage, "suspended": one.suspended}}

    def _sign_in_url(self, account: dict[str, str]) -> dict[str, Any]:
        return {"url": f"https://panel.example/in/{self._one(account).username}/{len(self.heard)}"}

    def _change(self, account: dict[str, str], target: dict[str, Any], key: str) -> None:
        one = self._one(account)
        self.counts["done"] += 1
        kept = one.limits.get("databases")
        one.plan, one.limits = target["plan"], dict(target["limits"])
        if self.how == "half":
            one.limits["databases"] = kept or 0

    def _create(
        self, account: dict[str, str], target: dict[str, Any], password: str, email: str, key: str
    ) -> None:
        one = self.accounts.get(account["username"])
        if one is None:
            limits = dict(target["limits"])
            self.accounts[account["username"]] = One(
                **account, plan=target["plan"], limits=limits, password=password
            )
        elif (one.domain, one.plan) != (account["domain"], target["plan"]):
            raise No("refused", "the user name is taken")

    def _suspend(self, account: dict[str, str], reason: str) -> None:
        self._one(account).suspended = True

    def _resume(self, account: dict[str, str]) -> None:
        self._one(account).suspended = False

    def _terminate(self, account: dict[str, str]) -> None:
        del self.accounts[self._one(account).username]

    def _set_password(self, account: dict[str, str], password: str) -> None:
        if password.startswith("sapin"):
            raise No("refused", f"{password} is too easy to guess")
        self._one(account).password = password

    def _one(self, account: dict[str, str]) -> One:
        if account["username"] not in self.accounts:
            raise No("not_there", "no such account")
        return self.accounts[account["username"]]
