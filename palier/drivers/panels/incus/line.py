"""The line to one LXD or Incus: pylxd for its addresses and answers, our session for its certificates and time-outs.

What a failure means, beside what session.py says of the line itself:

- a certificate that it does not trust     Refused; the version is told to anybody, so trust is asked for first
- 404                                      Missing, a Refused
- 412: the ETag is an older one            Busy: somebody else has changed it meanwhile, and nothing was done
- 503 in its own words: it is starting     Busy
- 500: also how it says no                 Refused where its words say that nothing was begun, else Unknown
- 202, then an operation that fails        the operation's words, which its caller judges

Commands in a guest are never spoken to through pylxd's websockets, whose TLS verifies nothing: their output is
recorded, read and removed.
"""

import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import requests
from pylxd import Client
from pylxd.exceptions import ClientConnectionFailed, LXDAPIException

from palier.drivers.errors import Busy, DriverError, PanelError, Refused, Unknown, unanswered
from palier.drivers.http import CONNECT_SECONDS, READ_AGAIN_AFTER, without_secrets
from palier.drivers.panel import Done, Outcome, Pending
from palier.drivers.session import failed_line, meaning, session

#: A read that took longer to fail has cost all the patience there is.
AT_ONCE = 5.0
ALREADY = re.compile(r"already (stopped|running|exists|frozen)|is not (running|frozen)", re.IGNORECASE)
NO_SUCH_COMMAND = 127
FORGOTTEN = "the operation is not known any more: it has ended, well or not"
STRANGE = "the answer is not what LXD or Incus says, but perhaps a sign-in page"

#: Of a failure inside: nothing was begun, and asking again will not help.
CLEAN_REFUSAL = re.compile(
    r"invalid (config|value|device|option)|setting cgroup item|protected|not allowed|quota exceeded|not supported"
    r"|cannot be (changed|updated|lower)|unknown configuration|restricted",
    re.IGNORECASE,
)


class Missing(Refused):
    """Something that the request names does not exist on the machine."""


@dataclass(frozen=True)
class Operation:
    """Work that the machine goes on with after its answer. `error` is its own sentence, when it failed."""

    id: str
    is_over: bool = False
    error: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """A command in a guest. The code is None when it has not ended; 127 when the guest does not know it."""

    code: int | None
    said: str = ""


class Line:
    def __init__(
        self,
        url: str,
        *,
        client: tuple[str, str],
        certificate: str,
        project: str,
        read_seconds: float,
    ) -> None:
        """`client` is our certificate and its key, in PEM; `certificate` the machine's own."""
        self._url = url.rstrip("/")
        self._client_pem = client
        self._certificate = certificate
        self._project = project
        self._read_seconds = read_seconds

    # One request

    def read(self, *path: str, **given: Any) -> dict[str, Any]:
        """Ask for something that changes nothing, and again at once, twice, when the line breaks: its metadata."""
        return dict(self._tried(path, **given)["metadata"])

    def addresses(self, *path: str) -> list[str]:
        """Of everything that is there."""
        return [str(address) for address in self._tried(path)["metadata"]]

    def text(self, *path: str) -> str:
        """A file of the machine, as it is."""
        return str(self._tried(path, is_api=False)["text"])

    def with_tag(self, *path: str, **given: Any) -> tuple[dict[str, Any], str]:
        """What is read, and the tag of the state that it was in."""
        found = self._tried(path, **given)
        return dict(found["metadata"]), str(found["tag"])

    def act(self, method: str, *path: str, if_match: str = "", **given: Any) -> Operation:
        """Ask for a change, once. What the machine does at once is over when this returns."""
        if if_match:
            given["headers"] = {"If-Match": if_match}
        found = self._ask(method, path, is_act=True, **given)
        return operation_of(found["metadata"]) if found["type"] == "async" else Operation("", is_over=True)

    def put_file(self, instance: str, place: str, content: str) -> None:
        """A file in a guest that only its root can read."""
        # The same four headers, by the name that each of the two has for them.
        owned = {"uid": "0", "gid": "0", "mode": "0600", "type": "file"}
        headers = {f"X-{who}-{name}": value for who in ("LXD", "Incus") for name, value in owned.items()}
        place_and_all = {"params": {"path": place}, "data": content.encode(), "headers": headers}
        self._ask("post", ("instances", instance, "files"), is_act=True, **place_and_all)

    # What takes longer

    def waited(self, operation: Operation, seconds: float) -> Operation:
        """The operation as it stands when it is over, or after so many seconds."""
        if operation.is_over or seconds <= 0:
            return operation
        patience = (CONNECT_SECONDS, seconds + self._read_seconds)
        try:
            found = self.read(
                "operations", operation.id, "wait", params={"timeout": str(ceil(seconds))}, timeout=patience
            )
        except Missing:
            return replace(operation, is_over=True, error=FORGOTTEN)
        except Busy:
            return operation  # the line broke, not the work
        return operation_of(found)

    def run(self, instance: str, command: list[str], seconds: float, *, is_act: bool) -> Ran:
        """A command in a guest, and what it said on its standard output. One that only looks is no act."""
        asked = {"command": command, "wait-for-websocket": False, "record-output": True, "interactive": False}
        begun = self._ask("post", ("instances", instance, "exec"), is_act=is_act, json=asked)
        ended = self.waited(operation_of(begun["metadata"]), seconds)
        if not ended.is_over:
            return Ran(None)
        recorded = {
            number: path.split("/")[2:] for number, path in (ended.metadata.get("output") or {}).items()
        }
        said = self.text(*recorded["1"]) if "1" in recorded else ""
        for path in recorded.values():
            with suppress(PanelError):  # a record that stays behind harms nobody
                self.act("delete", *path)
        return Ran(int(ended.metadata.get("return", -1)), said)

    # Inside

    def _tried(self, path: tuple[str, ...], **given: Any) -> dict[str, Any]:
        for pause in READ_AGAIN_AFTER:
            began = time.monotonic()
            try:
                return self._ask("get", path, is_act=False, **given)
            except Busy:
                if time.monotonic() - began > AT_ONCE:
                    raise
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        return self._ask("get", path, is_act=False, **given)

    def _ask(self, method: str, path: tuple[str, ...], *, is_act: bool, **given: Any) -> dict[str, Any]:
        """`type`, `metadata` and `tag` of an answer; only `text` of one that is no answer of the API."""
        node = self._client.api
        for part in path:
            node = node[quote(part, safe="")]
        failure: DriverError
        try:
            with meaning(is_act, self._clean):
                answer = getattr(node, method)(**given)
                if given.get("is_api") is False:
                    return {"text": answer.text}
                said = answer.json()
                return {
                    "type": said["type"],
                    "metadata": said["metadata"] or {},
                    "tag": answer.headers.get("ETag", ""),
                }
        except LXDAPIException as error:
            failure = failure_of(error.response, is_act, self._clean)
        except (KeyError, TypeError, ValueError):
            failure = Unknown(STRANGE) if is_act else Busy(STRANGE)
        # Raised here, outside any `except`, so that no exception carries the request along.
        raise failure

    @cached_property
    def _client(self) -> Client:
        """pylxd. It asks what the machine is as it is made, which is told to anybody: trust is another question."""
        failure: DriverError
        try:
            with meaning(False, self._clean):
                client = Client(endpoint=self._url, session=self._session(), project=self._project or None)
            if client.trusted:
                return client
            failure = Refused("it does not trust our client certificate: not authorized")
        except ClientConnectionFailed as error:
            behind = error.__context__  # what went wrong on the line
            failure = failed_line(behind if isinstance(behind, Exception) else error, is_act=False)
            failure.reason = self._clean(failure.reason)
            failure.args = (failure.reason,)
        except LXDAPIException as error:
            failure = failure_of(error.response, False, self._clean)
        except (KeyError, TypeError, ValueError):
            failure = Busy(STRANGE)
        raise failure

    def _session(self) -> requests.Session:
        """A key is loaded from files only: they live for as long as that takes, in a folder that only we can read."""
        with TemporaryDirectory(prefix="palier-") as folder:
            certificate, key = Path(folder) / "client.crt", Path(folder) / "client.key"
            certificate.write_text(self._client_pem[0])
            key.write_text(self._client_pem[1])
            try:
                return session(
                    self._certificate, (str(certificate), str(key)), read_seconds=self._read_seconds
                )
            except ssl.SSLError:
                pass
        raise Refused(
            "our client certificate and key cannot be used: are both in PEM, and the key that one's?"
        )

    def _clean(self, text: str) -> str:
        return without_secrets(text, (self._client_pem[1],))


def operation_of(found: Mapping[str, Any]) -> Operation:
    """An operation as the machine describes it. Its states below 200 are those of work under way."""
    status = int(found["status_code"])
    error = str(found.get("err") or f"the operation ended with {status}") if status >= 300 else ""
    return Operation(str(found["id"]), status >= 200, error, found.get("metadata") or {})


def has_failed(operation: Operation) -> bool:
    return not operation.is_over or bool(operation.error and not ALREADY.search(operation.error))


def outcome_of(operation: Operation) -> Outcome:
    """ "Already so" is success; an operation that nobody remembers may have ended in any way."""
    if not operation.is_over:
        return Pending(operation.id)
    if operation.error == FORGOTTEN:
        raise Unknown(FORGOTTEN)
    if operation.error and not ALREADY.search(operation.error):
        raise Refused(operation.error)
    return Done()


def failure_of(response: requests.Response, is_act: bool, clean: Callable[[str], str]) -> DriverError:
    """The error for an answer that is none of success."""
    own_words = words_of(response)
    said = clean(f"HTTP {response.status_code}: {own_words}" if own_words else f"HTTP {response.status_code}")
    unsure: DriverError = Unknown(said) if is_act else Busy(said)
    match response.status_code:
        case 404 if own_words:
            return Missing(said)
        case 412:
            return Busy(said)
        case 429 | 503 if own_words or "retry-after" in response.headers:
            wait = response.headers.get("retry-after", "")
            return Busy(said, timedelta(seconds=int(wait)) if wait.isdecimal() else None)
        case 500 if CLEAN_REFUSAL.search(own_words):
            return Refused(said)
        case 502 | 503 | 504:
            return unanswered(unsure)  # a proxy says it for the machine
        case status if status >= 500 or status < 300:
            return unsure
    return Refused(said)


def words_of(response: requests.Response) -> str:
    """The machine's own explanation; empty when somebody else has answered."""
    try:
        said = response.json()
    except ValueError:
        return ""
    return str(said.get("error") or "") if isinstance(said, dict) and said.get("type") == "error" else ""
