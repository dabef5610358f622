"""A hosting panel that speaks WHM API 1, for the demo and the tests, in a process of its own.

    python -m palier.entrypoints.demo.panel_server --port 8101 --state FILE

    POST /json-api/FUNCTION    as cPanel & WHM documents it (panel_whm.py)
    GET  /health               ready?
    GET  /cpsess…/login/       where create_user_session sends the client
    GET  /cpsess…/json-api/…   what a reseller is told in a session of their own, by its cookie
    /control/…                 what a panel has not: read it, fill it, make it misbehave

Everything but health and sign-in wants `Authorization: whm USER:TOKEN`, the token that is in the environment
as PALIER_DEMO_PANEL_TOKEN.
"""

import argparse
import hmac
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palier.entrypoints.demo import mode, panel_page, panel_resellers, panel_whm, panel_world
from palier.entrypoints.demo.kept import Kept, State
from palier.entrypoints.demo.little_server import (
    Answer,
    Dropped,
    Request,
    json_answer,
    serve,
)

NOT_THERE = json_answer({"error": "There is nothing at this address."}, 404)
DENIED = json_answer({"cpanelresult": {"error": "Access denied", "data": {"reason": "Access denied"}}}, 403)
SIGN_IN_PAGE = Answer(200, b"<!doctype html><title>WHM</title><form></form>", "text/html; charset=utf-8")
REASONS = {
    "busy": "The account is currently locked by another process. Please try again later.",
    "refuse": "The demo panel was told to refuse.",
}


class PanelServer:
    def __init__(self, kept: Kept, token: str) -> None:
        self._kept = kept
        self._token = token

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return self._control(request) if self._is_ours(request) else DENIED
        with self._kept.reading() as state:
            if state["mode"]["mode"] == "down" and not request.path.startswith("/json-api/"):
                raise Dropped
        if request.path == "/health":
            return json_answer({"ok": True})
        if request.path.startswith("/json-api/"):
            return self._whm(request)
        if request.path.startswith("/cpsess") and "/json-api/" in request.path:
            return self._as_reseller(request)
        return panel_page.answer(self._kept, request) or NOT_THERE

    def _as_reseller(self, request: Request) -> Answer:
        place, _, function = request.path.partition("/json-api/")
        session = request.headers.get("cookie", "").partition(f"{panel_page.WHM_COOKIE}=")[2]
        with self._kept.reading() as state:
            held = state["sessions"].get(session)
            if held is None or held["path"] != place or held["expires"] < time.time():
                return SIGN_IN_PAGE
            if function != "myprivs":
                return failed(function, "You may not do that.")
            return succeeded(function, panel_resellers.myprivs(state, {"user": held["user"]}))

    def _is_ours(self, request: Request) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        token = rest.partition(":")[2]
        return scheme.lower() == "whm" and hmac.compare_digest(token.encode(), self._token.encode())

    def _whm(self, request: Request) -> Answer:
        function = request.path.removeprefix("/json-api/")
        fields = {**request.query, **request.form(), "address": request.address}
        is_act = function in panel_whm.ACTS
        how = mode.taken_from(self._kept, is_act)
        mode.before(how)
        if how["mode"] == "sign_in_page":
            return SIGN_IN_PAGE
        if not self._is_ours(request):
            return DENIED
        if not is_act:
            return self._read(function, fields, how)
        with self._kept.changing() as state:
            answer = act(state, function, fields, how)
        mode.after(how)
        return answer

    def _read(self, function: str, fields: Mapping[str, str], how: Mapping[str, Any]) -> Answer:
        """Only a sign-in changes what is kept, and only it waits for the disk."""
        opened = self._kept.changing if function == "create_user_session" else self._kept.reading
        with opened() as state:
            answer = read(state, function, fields, how)
        mode.after(how)
        return answer

    def _control(self, request: Request) -> Answer:
        verb = (request.method, request.path.removeprefix("/control/"))
        if verb == ("GET", "state"):
            with self._kept.reading() as state:
                return json_answer({name: held for name, held in state.items() if name != "sessions"})
        if verb == ("POST", "reset"):
            self._kept.reset()
            return json_answer({"ok": True})
        asked = request.json()
        with self._kept.changing() as state:
            match verb:
                case ("POST", "seed"):
                    panel_world.seed(state, asked)
                case ("POST", "usage"):
                    panel_world.set_usage(state, str(asked.get("user")), asked.get("usage", {}))
                case ("POST", "mode"):
                    state["mode"] = mode.mode_from(asked)
                case _:
                    return NOT_THERE
        return json_answer({"ok": True})


def read(state: State, function: str, fields: Mapping[str, str], how: Mapping[str, Any]) -> Answer:
    if function not in panel_whm.READS:
        return failed(function, f"Unknown app (“{function}”) requested for this version (1) of the API.")
    if how["mode"] in REASONS:
        return unwilling(function, how)
    try:
        return succeeded(function, panel_whm.READS[function](state, fields))
    except panel_world.Refusal as refusal:
        return failed(function, str(refusal))


def act(state: State, function: str, fields: Mapping[str, str], how: Mapping[str, Any]) -> Answer:
    """Do it, or what the mode makes of it; and note that it was asked."""
    if how["mode"] in REASONS:
        note(state, function, fields, how, was_done=False)
        return unwilling(function, how)
    doing = panel_whm.ACTS[function]
    if how["mode"] == "half" and function == "changepackage":
        doing = panel_whm.changepackage_by_half
    try:
        if how["mode"] != "lie":
            doing(state, fields)
    except panel_world.Refusal as refusal:
        note(state, function, fields, how, was_done=False)
        return failed(function, str(refusal))
    note(state, function, fields, how, was_done=how["mode"] != "lie")
    return succeeded(function, {})


def unwilling(function: str, how: Mapping[str, Any]) -> Answer:
    if how["http_status"]:
        return Answer(int(how["http_status"]), headers={"Retry-After": "2"})
    return failed(function, how["reason"] or REASONS[how["mode"]])


def note(
    state: State, function: str, fields: Mapping[str, str], how: Mapping[str, Any], was_done: bool
) -> None:
    user = fields.get("user") or fields.get("username") or fields.get("reseller", "")
    detail = fields.get("pkg") or fields.get("plan") or fields.get("acllist") or fields.get("reason", "")
    panel_world.note_act(state, function, user, how["mode"], was_done, detail)


def succeeded(function: str, found: dict[str, Any]) -> Answer:
    metadata = {
        "command": function,
        "version": 1,
        "result": 1,
        "reason": "OK",
        "output": {"raw": "<pre>…</pre>"},
    }
    return json_answer({"metadata": metadata, "data": found})


def failed(function: str, reason: str) -> Answer:
    return json_answer({"metadata": {"command": function, "version": 1, "result": 0, "reason": reason}})


def main() -> None:
    parser = argparse.ArgumentParser(description="The demo panel: WHM API 1, for play.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8101, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="the JSON file that holds everything")
    asked = parser.parse_args()
    token = os.environ.get("PALIER_DEMO_PANEL_TOKEN", "demo-panel-token")
    serve(
        "demo panel", asked.host, asked.port, PanelServer(Kept(asked.state, panel_world.blank), token).answer
    )


if __name__ == "__main__":
    main()
