"""A payment gateway whose money is pretend, in a process of its own.

    python -m palier.entrypoints.demo.card_server --port 8102 --state FILE

    POST /v1/charges          make the charge of a key, or find it      (Authorization: Bearer SECRET)
    GET  /v1/charges/REF      where it stands
    POST /v1/refunds          make the refund of a key, or find it
    POST /v1/setups           begin to save a card without a payment, or find it
    GET  /v1/setups/REF       where it stands
    DELETE /v1/methods/TOKEN  forget a saved card
    GET  /pay/REF             the hosted page; POST is the client's decision
    GET  /save/REF            the hosted page that saves a card
    GET  /health              ready?
    /control/…                read everything, set cards, delivery and mode (Authorization: Bearer SECRET)

The secret is in the environment as PALIER_DEMO_CARD_SECRET; it signs the call-backs too.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palier.entrypoints.demo import card_disputes, card_payments, card_setups, mode
from palier.entrypoints.demo.card_callbacks import Callbacks
from palier.entrypoints.demo.card_page import not_found_page, payment_page, save_page
from palier.entrypoints.demo.kept import Kept, State
from palier.entrypoints.demo.little_server import (
    Answer,
    Dropped,
    NotUnderstood,
    Request,
    json_answer,
    see_other,
    serve,
)
from palier.entrypoints.demo.machine_page import STYLE_PATH, style

NOT_THERE = json_answer({"error": "There is nothing at this address."}, 404)
DENIED = json_answer({"error": "The secret is missing or wrong."}, 401)
CONTROL = ("methods", "delivery", "mode")


class CardServer:
    def __init__(self, kept: Kept, secret: str, public_url: str = "") -> None:
        self._kept = kept
        self._secret = secret
        self._public_url = public_url.rstrip("/")
        self._callbacks = Callbacks(kept, secret)
        self._callbacks.start()

    def answer(self, request: Request) -> Answer:
        part = request.path.split("/")[1]
        if part == "control":
            return self._control(request) if self._is_ours(request) else DENIED
        with self._kept.reading() as state:
            if state["mode"]["mode"] == "down" and part != "v1":
                raise Dropped
        match part:
            case "v1":
                return self._api(request)
            case "pay":
                return self._page(request)
            case "save":
                return self._save_page(request)
            case "health":
                return json_answer({"ok": True})
            case "favicon.ico":
                return Answer(204)
        return style() if request.path == STYLE_PATH else NOT_THERE

    def _is_ours(self, request: Request) -> bool:
        return request.is_authorized(f"Bearer {self._secret}")

    def _api(self, request: Request) -> Answer:
        how = mode.taken_from(self._kept, is_act=request.method != "GET")
        mode.before(how)
        if not self._is_ours(request):
            return DENIED
        if how["mode"] == "busy":
            return Answer(int(how["http_status"] or 503), headers={"Retry-After": "2"})
        if how["mode"] == "refuse":
            return json_answer({"error": how["reason"] or "The demo card was told to refuse."}, 422)
        try:
            answer = self._asked(request)
        except card_payments.Conflict as conflict:
            answer = json_answer({"error": str(conflict)}, 409)
        except card_payments.NotPossible as refusal:
            answer = json_answer({"error": str(refusal)}, 422)
        except card_payments.NotFound as absence:
            answer = json_answer({"error": str(absence)}, 404)
        self._callbacks.ring()
        mode.after(how)
        return answer

    def _asked(self, request: Request) -> Answer:
        verb = (request.method, *request.path.split("/")[2:])
        match verb:
            case ("POST", "charges"):
                with self._kept.changing() as state:
                    charge = card_payments.start(state, request.json())
                    return json_answer(self._started(charge, request))
            case ("GET", "charges", reference):
                with self._kept.reading() as state:
                    charge = card_payments.charge_of(state, reference)
                    return json_answer(card_payments.told(state, charge))
            case ("POST", "refunds"):
                with self._kept.changing() as state:
                    return json_answer(card_payments.refund(state, request.json()))
            case ("POST", "setups"):
                with self._kept.changing() as state:
                    setup = card_setups.start_setup(state, request.json())
                address = f"{self._public_url or request.address}/save/{setup['reference']}"
                return json_answer({"reference": setup["reference"], "redirect_url": address})
            case ("GET", "setups", reference):
                with self._kept.reading() as state:
                    return json_answer(card_setups.told_setup(state, card_setups.setup_of(state, reference)))
            case ("DELETE", "methods", token):
                with self._kept.changing() as state:
                    state["methods"].pop(token, None)
                return json_answer({"ok": True})
        return NOT_THERE

    def _started(self, charge: Mapping[str, Any], request: Request) -> dict[str, Any]:
        """A charge that has not succeeded can still be paid on its page."""
        stands = card_payments.state_of(dict(charge))
        address = f"{self._public_url or request.address}/pay/{charge['reference']}"
        redirect_url = "" if stands == "succeeded" else address
        return {"reference": charge["reference"], "state": stands, "redirect_url": redirect_url}

    def _page(self, request: Request) -> Answer:
        try:
            with self._kept.reading() as state:
                charge = dict(card_payments.charge_of(state, request.path.removeprefix("/pay/")))
        except card_payments.NotFound:
            return not_found_page(request.language())
        if request.method == "GET":
            return payment_page(charge, request.language(charge["language"]))
        with self._kept.changing() as state:
            where = decided(state, state["charges"][charge["reference"]], request.form())
        self._callbacks.ring()
        return see_other(where or request.path)

    def _save_page(self, request: Request) -> Answer:
        reference = request.path.removeprefix("/save/")
        try:
            with self._kept.reading() as state:
                setup = dict(card_setups.setup_of(state, reference))
        except card_payments.NotFound:
            return not_found_page(request.language())
        if request.method == "GET":
            return save_page(setup, request.language(setup["language"]))
        form = request.form()
        with self._kept.changing() as state:
            if form.get("decision") == "approve":
                card_setups.save(state, state["setups"][reference], form.get("next_time") or "approve")
        self._callbacks.ring()
        return see_other(setup["return_url"])

    def _control(self, request: Request) -> Answer:
        verb = (request.method, request.path.removeprefix("/control/"))
        if verb == ("GET", "state"):
            with self._kept.reading() as state:
                return json_answer(state)
        if verb == ("POST", "reset"):
            self._kept.reset()
            return json_answer({"ok": True})
        asked = request.json()
        with self._kept.changing() as state:
            match verb:
                case ("POST", "methods"):
                    card_payments.keep_method(state, asked)
                case ("POST", "disputes"):
                    card_disputes.dispute(state, asked)
                case ("POST", "delivery"):
                    state["delivery"] = card_payments.delivery_from(asked)
                case ("POST", "mode"):
                    state["mode"] = mode.mode_from(asked)
                case _:
                    return NOT_THERE
        self._callbacks.ring()
        return json_answer({"ok": True})


def decided(state: State, charge: dict[str, Any], form: Mapping[str, str]) -> str:
    """Do what the client decided on the page; where to go next, empty for the same page."""
    decision, next_time = form.get("decision"), form.get("next_time", "approve")
    delivery = delivery_chosen(form)
    if card_payments.state_of(charge) == "succeeded" or decision == "cancel":
        return str(charge["return_url"])
    if decision == "challenge" and not charge["is_challenged"]:
        charge.update(is_challenged=True, chosen_delivery=delivery)
        return ""
    if decision == "confirm" and charge["is_challenged"]:
        card_payments.pay(state, charge, "challenge", charge.get("chosen_delivery"))
    elif decision == "refuse" and charge["is_challenged"]:
        charge["is_challenged"] = False
        card_payments.decide(state, charge, "failed", "authentication_failed", charge.get("chosen_delivery"))
    elif decision == "approve" and not charge["is_challenged"]:
        behaviour = next_time if next_time in card_payments.BEHAVIOURS else "approve"
        card_payments.pay(state, charge, behaviour, delivery)
    elif decision == "decline" and not charge["is_challenged"]:
        card_payments.decide(state, charge, "failed", "card_declined", delivery)
    else:
        raise NotUnderstood("This decision cannot be taken here.")
    return str(charge["return_url"])


def delivery_chosen(form: Mapping[str, str]) -> dict[str, Any] | None:
    """What the fold for testing asks for, or None for what control has set."""
    if not form.get("delivery"):
        return None
    seconds = form.get("seconds", "")
    asked = {"delivery": form["delivery"], "seconds": float(seconds) if seconds.isdecimal() else 10.0}
    return card_payments.delivery_from(asked)


def main() -> None:
    parser = argparse.ArgumentParser(description="The demo card: a payment gateway, for play.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8102, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="the JSON file that holds everything")
    parser.add_argument(
        "--public-url", default="", help="how browsers reach this server, if not as it listens"
    )
    asked = parser.parse_args()
    secret = os.environ.get("PALIER_DEMO_CARD_SECRET", "demo-card-secret")
    card = CardServer(Kept(asked.state, card_payments.blank), secret, asked.public_url)
    serve("demo card", asked.host, asked.port, card.answer)


if __name__ == "__main__":
    main()
