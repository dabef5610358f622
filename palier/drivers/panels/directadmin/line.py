"""The line to one DirectAdmin: its legacy commands, whose answers are URL-encoded, and the few addresses of its new
interface, which speaks JSON.

- a legacy command says no with status 200 and `error=1`; `text` and `details` are sentences, not codes
- a sign-in that it does not believe is answered with status 200 and a page: HTML is never an answer
- values may hold numeric HTML entities. The named ones are left alone: `&quota=` is no quotation mark
- what changes something is a POST whose fields, the password among them, are in the body: addresses are logged there
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

import httpx

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.http import Exchange, Http

Fields = dict[str, list[str]]

TRY_LATER = re.compile(
    r"try again|another operation|already (running|in progress)|busy|locked", re.IGNORECASE
)


class Legacy(Exchange[Fields]):
    """Talks `CMD_API_…`."""

    def reading(self, response: httpx.Response) -> Fields | None:
        text = response.text.strip()
        if "html" in response.headers.get("content-type", "") or text.startswith("<"):
            return None
        return parse_qs(without_entities(text), keep_blank_values=True)

    def sentence(self, found: Fields) -> str:
        return explanation(found)


class Json(Http):
    """Talks `/api/…`, where "done, and nothing to say" has no body."""

    def reading(self, response: httpx.Response) -> dict[str, Any] | None:
        return {} if response.status_code == httpx.codes.NO_CONTENT else super().reading(response)


class Line:
    """Both, as one user. `acting_as` is an account of theirs whose place is taken."""

    def __init__(
        self, url: str, user: str, key: str, *, acting_as: str = "", read_seconds: float, certificate: str
    ) -> None:
        who = httpx.BasicAuth(f"{user}|{acting_as}" if acting_as else user, key)
        signed = next(who.auth_flow(httpx.Request("GET", "http://x"))).headers["Authorization"]
        given: dict[str, Any] = {
            "headers": {"Authorization": signed},
            "secrets": (key, signed.partition(" ")[2]),
            "read_seconds": read_seconds,
            "certificate": certificate,
        }
        self._legacy = Legacy(url, **given)
        self._json = Json(url, **given)

    def read(self, command: str, **params: str) -> Fields:
        return self._succeeded(self._legacy.read("GET", f"/{command}", params=params))

    def act(self, command: str, fields: Mapping[str, str], secrets: Iterable[str] = ()) -> Fields:
        found = self._legacy.act("POST", f"/{command}", secrets=secrets, data=dict(fields))
        if first(found, "error") not in ("0", "1"):
            raise Unknown(f"the panel's answer to {command} has no result")
        return self._succeeded(found, secrets)

    def ask(self, command: str, fields: Mapping[str, str]) -> Fields:
        """A POST that changes nothing which matters twice."""
        return self._succeeded(self._legacy.read("POST", f"/{command}", data=dict(fields)))

    def read_json(self, path: str) -> dict[str, Any]:
        return self._json.read("GET", path)

    def act_json(self, path: str, body: Mapping[str, str]) -> None:
        self._json.act("POST", path, json=dict(body))

    def _succeeded(self, found: Fields, secrets: Iterable[str] = ()) -> Fields:
        if first(found, "error") in ("", "0"):
            return found
        reason = self._legacy.clean(explanation(found) or "no reason given", secrets)
        raise Busy(reason) if TRY_LATER.search(reason) else Refused(reason)


def first(found: Fields, name: str) -> str:
    """A field's value; empty when it has none."""
    return found.get(name, [""])[0].strip()


def listed(found: Fields) -> list[str]:
    return found.get("list[]", []) or found.get("list", [])


def explanation(found: Fields) -> str:
    said = [first(found, name) for name in ("text", "details")]
    return ": ".join(words for words in said if words)


def without_entities(text: str) -> str:
    return re.sub(r"&#(\d{1,6});?", lambda found: _encoded(chr(int(found[1]))), text)


def _encoded(character: str) -> str:
    """As a form would send it, so that what was a character in a value does not become a separator."""
    return f"%{ord(character):02X}" if ord(character) < 128 else character
