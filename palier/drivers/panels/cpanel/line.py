"""The line to one cPanel & WHM: WHM API 1, as one user.

Everything is a POST, so that no parameter reaches an access log. HTTP 200 is not success: `metadata.result` is, and its
`reason` is a sentence, not a code.

What a reseller may do is told to that reseller alone, so we ask as them: in a session that root opens, as cPanel's
guide to single sign-on describes. Its address leaves a cookie, by which the next request is theirs.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.http import Http, understood

TRY_LATER = re.compile(r"try again|locked by|server is busy|already in progress", re.IGNORECASE)


class InSession(Http):
    """Asks by the cookie that the session's address leaves."""

    login = ""

    def enter(self, client: httpx.Client) -> None:
        client.get(f"{self._url}{self.login}")


class Line:
    def __init__(self, url: str, user: str, token: str, *, read_seconds: float, certificate: str) -> None:
        self._url = url
        self._given: dict[str, Any] = {"read_seconds": read_seconds, "certificate": certificate}
        signed = {"Authorization": f"whm {user}:{token}"}
        self._http = Http(url, signed, secrets=(token,), **self._given)

    def read(self, function: str, fields: Mapping[str, str]) -> dict[str, Any]:
        answer = self._http.read("POST", path_of(function), data=dict(fields))
        return self._succeeded(answer, Busy(f"the panel's answer to {function} has no result"))

    def act(self, function: str, fields: Mapping[str, str], secret: str = "") -> dict[str, Any]:
        answer = self._http.act("POST", path_of(function), secrets=(secret,), data=dict(fields))
        unreadable = Unknown(f"the panel's answer to {function} has no result")
        return self._succeeded(answer, unreadable, secret)

    def read_as(self, user: str, function: str) -> dict[str, Any]:
        """What only the user themselves is told."""
        opened = self.read("create_user_session", {"user": user, "service": "whostmgrd"})
        with understood("create_user_session"):
            place, session = str(opened["cp_security_token"]), str(opened["session"])
        inside = InSession(self._url, {}, secrets=(session, place), **self._given)
        inside.login = f"{place}/login/?session={session}"
        answer = inside.read("GET", f"{place}{path_of(function)}")
        return self._succeeded(answer, Busy(f"the panel's answer to {function} has no result"))

    def _succeeded(
        self, answer: Mapping[str, Any], unreadable: Busy | Unknown, secret: str = ""
    ) -> dict[str, Any]:
        """The answer's data, if `metadata.result` says that there was success."""
        metadata = answer.get("metadata")
        result = str(metadata.get("result")) if isinstance(metadata, dict) else ""
        if result == "1":
            found = answer.get("data")
            return found if isinstance(found, dict) else {}
        if not isinstance(metadata, dict) or result != "0":
            raise unreadable
        reason = self._http.clean(str(metadata.get("reason") or "no reason given"), (secret,))
        raise Busy(reason) if TRY_LATER.search(reason) else Refused(reason)


def path_of(function: str) -> str:
    return f"/json-api/{function}?api.version=1"
