"""How a demo server misbehaves when it is told to.

    ok                    as it should
    slow                  waits `seconds` first
    busy                  says "try again later" and does nothing; with `http_status`, as an HTTP error
    down                  takes the connection and closes it, for every request but those of control
    refuse                says no, with `reason`
    timeout_after_doing   does the work, waits `seconds`, then closes the connection without a word
    lie                   says yes and does nothing
    half                  says yes and does half of it
    sign_in_page          shows a sign-in page, with status 200, whatever it is asked

A mode holds until it is set again, or for the next `calls` requests that it touches. It touches acts only,
unless `reads` is true; `down` and `sign_in_page` touch all.
"""

import time
from collections.abc import Mapping
from typing import Any

from palier.entrypoints.demo.kept import Kept, State
from palier.entrypoints.demo.little_server import Dropped, NotUnderstood

MODES = ("ok", "slow", "busy", "down", "refuse", "timeout_after_doing", "lie", "half", "sign_in_page")
TOUCH_ALL = ("down", "sign_in_page")

OK: dict[str, Any] = {
    "mode": "ok",
    "calls": None,
    "seconds": 0.0,
    "reads": False,
    "reason": "",
    "http_status": None,
}


def mode_from(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A whole mode from what control was sent. Raises NotUnderstood."""
    if asked.get("mode") not in MODES:
        raise NotUnderstood(f"mode must be one of: {', '.join(MODES)}.")
    if strange := asked.keys() - OK.keys():
        raise NotUnderstood(f"A mode has no {', '.join(sorted(strange))}.")
    return {**OK, **asked}


def taken_from(kept: Kept, is_act: bool) -> dict[str, Any]:
    """The mode for this one request, which uses up one of its `calls`. Writes only if it must."""
    with kept.reading() as state:
        if state["mode"]["mode"] == "ok":
            return OK
    with kept.changing() as state:
        return taken(state, is_act)


def taken(state: State, is_act: bool) -> dict[str, Any]:
    mode: dict[str, Any] = dict(state["mode"])
    if mode["mode"] == "ok" or not (is_act or mode["reads"] or mode["mode"] in TOUCH_ALL):
        return OK
    if mode["calls"] is not None:
        left = int(mode["calls"]) - 1
        state["mode"] = {**mode, "calls": left} if left > 0 else OK
    return mode


def before(mode: Mapping[str, Any]) -> None:
    """What happens before the work."""
    if mode["mode"] == "down":
        raise Dropped
    if mode["mode"] == "slow":
        time.sleep(float(mode["seconds"]))


def after(mode: Mapping[str, Any]) -> None:
    """What happens when the work is done and on disk."""
    if mode["mode"] == "timeout_after_doing":
        time.sleep(float(mode["seconds"]))
        raise Dropped
