"""The host's own system, by signed requests (docs/reference/webhook-panel).

Every verb is a POST of JSON to one address; the answer says what came of it. What the other side works on it names
with a handle, and when it is over it may call us back, signed by the same secret, so that nobody waits for the next
look. What it says is believed no more than what any panel says: the state that it tells is read back.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from palier.core.fit import Measure
from palier.drivers.errors import Busy, Forged, NotThere, Refused, Unknown
from palier.drivers.gateways.signature import is_signed, signature
from palier.drivers.http import Http, pause_of, understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, Pending, State, Target

ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "palier-id", "palier-timestamp", "palier-signature"
TOLERANCE = timedelta(minutes=5)
#: What is kept of a job has room for no more.
LONGEST_HANDLE = 200
NOT_AS_DOCUMENTED = "the answer is not as documented"


class Webhook(Panel):
    title: ClassVar[str] = ""
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability)
    needs: ClassVar[tuple[str, ...]] = ("url", "secret")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"read_seconds"})

    def __init__(
        self,
        url: str,
        settings: Mapping[str, str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`secret` signs what either side sends; `read_seconds` if 30 is not right."""
        self._secret = settings["secret"]
        self._now = now
        self._http = Http(
            url,
            headers={"Content-Type": "application/json"},
            secrets=(self._secret,),
            read_seconds=float(settings.get("read_seconds", 30)),
            certificate=settings.get("certificate", ""),
        )

    def version(self) -> str:
        answer = self._look("version")
        with understood("version"):
            return str(answer["version"])

    def inspect(self, account: Account) -> State:
        answer = self._look("inspect", account=told(account))
        with understood("inspect"):
            return state_in(answer["state"], self._now())

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        answer = self._look("plans")
        with understood("plans"):
            return {str(name): limits_in(limits) for name, limits in answer["plans"].items()}

    def sign_in_url(self, account: Account) -> str:
        answer = self._look("sign_in_url", account=told(account))
        with understood("sign_in_url"):
            return str(answer["url"])

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_plan(target.plan)
        return self._act("change", account=told(account), target=wanted(target), key=key)

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        self._require_plan(target.plan)
        asked = {"account": told(account), "target": wanted(target), "email": email, "key": key}
        return self._act("create", secret=password, password=password, **asked)

    def suspend(self, account: Account, reason: str) -> Outcome:
        return self._act("suspend", account=told(account), reason=reason)

    def resume(self, account: Account) -> Outcome:
        return self._act("resume", account=told(account))

    def terminate(self, account: Account) -> Outcome:
        return self._act("terminate", account=told(account))

    def set_password(self, account: Account, password: str) -> Outcome:
        return self._act("set_password", secret=password, account=told(account), password=password)

    def poll(self, handle: str) -> Outcome:
        answer = self._look("poll", handle=handle)
        return outcome_in(answer, Busy)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> str:
        sent = {name.lower(): value for name, value in headers.items()}
        timestamp, id = sent.get(TIMESTAMP_HEADER, ""), sent.get(ID_HEADER, "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
            raise Forged("the call-back has no readable instant")
        if not is_signed(self._secret, int(timestamp), id, body, sent.get(SIGNATURE_HEADER, "")):
            raise Forged("the call-back is not signed by the host's system")
        if abs(self._now() - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
            raise Forged("the call-back was signed too long ago, or by a clock that is wrong")
        try:
            return str(json.loads(body)["handle"])
        except (KeyError, TypeError, ValueError):
            pass
        raise Forged("the call-back names no handle")

    def _require_plan(self, name: str) -> None:
        if name not in self.plans():
            raise Refused(f"the host's system has no plan called {name}")

    def _look(self, verb: str, **asked: Any) -> dict[str, Any]:
        headers, body = self._signed(verb, asked)
        return self._meant(self._http.read("POST", "", headers=headers, content=body), verb, Busy)

    def _act(self, verb: str, secret: str = "", **asked: Any) -> Outcome:
        headers, body = self._signed(verb, asked)
        answer = self._http.act("POST", "", secrets=(secret,), headers=headers, content=body)
        return outcome_in(self._meant(answer, verb, Unknown, secret), Unknown)

    def _signed(self, verb: str, asked: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        body = json.dumps({"verb": verb, **asked}, ensure_ascii=False).encode()
        timestamp, id = int(self._now().timestamp()), str(uuid.uuid4())
        signed = signature(self._secret, timestamp, id, body)
        return {ID_HEADER: id, TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: signed}, body

    def _meant(
        self, found: dict[str, Any], verb: str, unsure: type[Busy] | type[Unknown], secret: str = ""
    ) -> dict[str, Any]:
        answer = found.get("answer")
        reason = self._http.clean(str(found.get("reason") or "no reason given"), (secret,))
        if answer in ("done", "pending"):
            return found
        if answer == "busy":
            seconds = found.get("retry_after")
            raise Busy(reason, pause_of(seconds) if isinstance(seconds, int) else None)
        if answer == "not_there":
            if verb == "terminate":
                return {"answer": "done"}
            raise NotThere(reason)
        raise Refused(reason) if answer == "refused" else unsure(f"{NOT_AS_DOCUMENTED}: {verb}")


def outcome_in(found: Mapping[str, Any], unsure: type[Busy] | type[Unknown]) -> Outcome:
    with understood("the outcome", unsure):
        if found["answer"] == "done":
            return Done(problems=tuple(str(problem) for problem in found.get("problems") or ()))
        handle = str(found["handle"])
        if not 0 < len(handle) <= LONGEST_HANDLE:
            raise ValueError("a handle of no length that can be kept")
        return Pending(handle)


def told(account: Account) -> dict[str, str]:
    return {"username": account.username, "domain": account.domain}


def wanted(target: Target) -> dict[str, Any]:
    return {"plan": target.plan, "limits": dict(target.limits), "privileges": target.privileges}


def state_in(found: Mapping[str, Any], at: datetime) -> State:
    return State(
        plan=None if found["plan"] is None else str(found["plan"]),
        limits=limits_in(found["limits"]),
        usage={str(name): measure_in(usage, at) for name, usage in found["usage"].items()},
        suspended=found["suspended"] is True,
        privileges=str(found.get("privileges") or ""),
        grows_only=frozenset(found.get("grows_only") or ()),
        room=limits_in(found.get("room") or {}),
    )


def limits_in(found: Mapping[str, Any]) -> dict[str, int]:
    """What is null is unlimited."""
    return {str(name): int(limit) for name, limit in found.items() if limit is not None}


def measure_in(found: Mapping[str, Any], at: datetime) -> Measure:
    """An amount that is null is not known."""
    if found.get("amount") is None:
        return Measure(0, at, "unknown")
    return Measure(int(found["amount"]), at, "sampled" if found.get("sampled") else "live")
