"""A stand-in for Stripe, in a process of its own: its API, its pages and its webhooks, as documented.

    python -m tests.stand_ins.stripe_server --port 0

`/control/…` is the tests': what it holds, how it misbehaves, which webhooks it sends and where.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from palier.entrypoints.demo.little_server import Answer, Dropped, Request, json_answer, see_other, serve
from tests.stand_ins.stripe_things import Found, Problem, Things, shown

KEY = "sk_test_51PalierStandIn"
WEBHOOK_SECRET = "whsec_palier_stand_in"
API_VERSION = "2026-10-28.endive"


class StripeServer:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self.things = Things()
        self.answers: dict[str, tuple[str, int, Found]] = {}  # idempotency key: what was asked, status, body
        self.mode = "ok"
        self.webhook_url = ""
        self.counts = {"asked": 0, "replayed": 0}

    def answer(self, request: Request) -> Answer:
        with self._lock:
            self.things.address = request.address
            told_before = len(self.things.events)
            try:
                answer = self._answer(request)
            finally:
                self._send(self.things.events[told_before:])
        return answer

    def _answer(self, request: Request) -> Answer:
        part = request.path.split("/")[1]
        if part == "v1":
            return self._api(request)
        if part == "control":
            return self._control(request)
        if part == "c":
            return self._page(request, self.things.sessions[request.path.rpartition("/")[2]])
        if part == "3ds":
            return self._bank(request, self.things.intents[request.path.rpartition("/")[2]])
        return json_answer(
            {"error": {"type": "invalid_request_error", "message": "Unrecognized request URL"}}, 404
        )

    # The API

    def _api(self, request: Request) -> Answer:
        self.counts["asked"] += 1
        match self.mode:
            case "down":
                raise Dropped
            case "busy":
                return problem(Problem(429, "invalid_request_error", "Too many requests", code="rate_limit"))
            case "error":
                return problem(Problem(500, "api_error", "Something went wrong on our end."))
            case "html":
                return Answer(200, b"<!doctype html><title>Sign in</title>", "text/html")
            case "html_502":
                return Answer(502, b"<html><h1>Bad gateway</h1></html>", "text/html")
            case "refuse":
                return problem(Problem(403, "invalid_request_error", f"The key {KEY} may not do this."))
        if not request.is_authorized(f"Bearer {KEY}"):
            return problem(
                Problem(
                    401,
                    "invalid_request_error",
                    f"Invalid API Key provided: {request.headers.get('authorization')}",
                )
            )
        if request.headers.get("stripe-version") != API_VERSION:
            return problem(Problem(400, "invalid_request_error", "This stand-in speaks one version only."))
        if request.method == "GET":
            return self._read(request)
        return self._act(request)

    def _act(self, request: Request) -> Answer:
        key = request.headers.get("idempotency-key", "")
        asked = f"{request.path} {request.body.decode()}"
        if key in self.answers:
            before, status, body = self.answers[key]
            if before != asked:
                return problem(Problem(
                    400, "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                ))  # fmt: skip
            self.counts["replayed"] += 1
            return json_answer(body, status, {"Idempotent-Replayed": "true"})
        try:
            status, body = 200, self._made(request.path.split("/")[2:], nested(request.body))
        except Problem as found:
            if found.status != 402:
                return problem(found)  # refused before anything was begun: nothing is kept under the key
            status, body = found.status, found.body
        if key:
            self.answers[key] = (asked, status, body)
        if self.mode == "timeout_after_doing":
            raise Dropped
        return json_answer(body, status)

    def _made(self, path: list[str], asked: Found) -> Found:
        match path:
            case ["customers"]:
                return self.things.make_customer(asked)
            case ["checkout", "sessions"]:
                return shown(self.things.make_session(asked))
            case ["payment_intents"]:
                return self.things.make_intent(asked)
            case ["refunds"]:
                return self.things.make_refund(asked)
            case ["payment_methods", method_id, "detach"]:
                return self.things.detach(method_id)
        raise Problem(404, "invalid_request_error", "Unrecognized request URL")

    def _read(self, request: Request) -> Answer:
        where = {
            "sessions": self.things.sessions,
            "payment_intents": self.things.intents,
            "setup_intents": self.things.setups,
            "refunds": self.things.refunds,
            "disputes": self.things.disputes,
        }
        *_, kind, what = request.path.split("/")
        if what == "refunds":
            intent = request.query.get("payment_intent")
            listed = [one for one in self.things.refunds.values() if one["payment_intent"] == intent]
            return json_answer({"object": "list", "data": listed, "has_more": False})
        found = where.get(kind, {}).get(what)
        if found is None:
            return problem(
                Problem(404, "invalid_request_error", f"No such {kind}: '{what}'", code="resource_missing")
            )
        expand = [value for name, value in request.query.items() if name.startswith("expand")]
        return json_answer(self._expanded(shown(found), expand))

    def _expanded(self, found: Found, paths: list[str]) -> Found:
        """`payment_intent.payment_method` in a session: the ids of both, replaced by what they name."""
        where = {"payment_intent": self.things.intents, "setup_intent": self.things.setups}
        found = dict(found)
        for path in paths:
            name, _, rest = path.partition(".")
            if not found.get(name):
                continue
            named = where.get(name, self.things.methods)[found[name]]
            found[name] = self._expanded(named, [rest] if rest else [])
        return found

    # The pages

    def _page(self, request: Request, session: Found) -> Answer:
        if request.method == "GET":
            return Answer(200, b"<title>Checkout</title>", "text/html")
        return see_other(self.things.decide(session, request.form()["decision"]) or request.path)

    def _bank(self, request: Request, intent: Found) -> Answer:
        if request.method == "GET":
            return Answer(200, b"<title>3-D Secure</title>", "text/html")
        return see_other(self.things.answer_bank(intent, request.form()["decision"]))

    # The tests'

    def _control(self, request: Request) -> Answer:
        asked = request.json()
        match request.path.rpartition("/")[2]:
            case "reset":
                self._forget()
                self.webhook_url = str(asked.get("webhook_url", ""))
            case "mode":
                self.mode = asked["mode"]
            case "method":
                return json_answer(self.things.make_method(asked["behaviour"], "cus_x", asked.get("id")))
            case "expire":
                self.things.expire(self.things.sessions[asked["session"]])
            case "dispute":
                intent = self.things.intents[asked["payment_intent"]]
                return json_answer(self.things.dispute(intent, asked["status"], asked.get("amount")))
            case "refund":
                return json_answer(self.things.make_refund(asked))
            case "forget_keys":  # as Stripe does after a day
                self.answers.clear()
            case "fail_refund":
                refund = self.things.refunds[asked["refund"]]
                refund.update(status="failed", failure_reason="expired_or_canceled_card")
                self.things.tell("refund.failed", refund)
        return json_answer({
            "counts": self.counts, "events": self.things.events, "intents": list(self.things.intents.values()),
            "customers": list(self.things.customers.values()), "refunds": list(self.things.refunds.values()),
            "sessions": [shown(one) for one in self.things.sessions.values()],
        })  # fmt: skip

    # Webhooks

    def _send(self, events: list[Found]) -> None:
        if self.webhook_url and events:
            threading.Thread(target=post_all, args=(self.webhook_url, events), daemon=True).start()


def post_all(url: str, events: list[Found]) -> None:
    for event in events:
        body = json.dumps(event).encode()
        posted(url, {"Content-Type": "application/json", "Stripe-Signature": signature(body)}, body)


def signature(body: bytes, at: float | None = None, secret: str = WEBHOOK_SECRET) -> str:
    """As https://docs.stripe.com/webhooks says it is made; written here anew, to check the reading of it."""
    stamp = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def posted(url: str, headers: dict[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def nested(body: bytes) -> Found:
    """`a[b][0][c]=d` as dictionaries; lists keep their numbers as names."""
    found: Found = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        here: Any = found
        for step in outer:
            here = here.setdefault(step, {})
        here[last] = value
    return found


def problem(found: Problem) -> Answer:
    return json_answer(found.body, found.status, {"Request-Id": "req_stand_in"})


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe, for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", help="ignored: nothing is kept")
    serve("stripe", "127.0.0.1", parser.parse_args().port, StripeServer().answer)


if __name__ == "__main__":
    main()
