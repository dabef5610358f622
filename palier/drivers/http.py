"""One request to another machine, and what its failure means (errors.py).

Said once, for every driver:

- not connected, so nothing was sent                    Busy
- connected, then silence, or a broken line             Unknown for an act, Busy for a read
- 429, or 503 with Retry-After                          Busy: the machine says that it did nothing
- any other 5xx, or a body that is not a JSON object    Unknown for an act, Busy for a read
- any other status but 2xx                              Refused

A read is a request that changes nothing, so repeating it is harmless. Certificates are verified. Proxies
named in the environment are not used: a panel's token goes to the panel and nowhere else. Connections are not
kept, because a kept one that the other side has just closed would turn a plain act into an Unknown.
"""

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any

import certifi
import httpx

from palier.drivers.errors import Busy, DriverError, Refused, Unknown

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
REASON_LENGTH = 300

NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
CANNOT_BE_SENT = (httpx.UnsupportedProtocol, httpx.InvalidURL)


class Http:
    """Talks JSON to one machine. `secrets` never appear in what it raises."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        secrets: Iterable[str] = (),
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = dict(headers)
        self._secrets = tuple(secrets)
        self._timeout = httpx.Timeout(read_seconds, connect=connect_seconds)

    def read(self, method: str, path: str, secrets: Iterable[str] = (), **body: Any) -> dict[str, Any]:
        """Ask for something that changes nothing. `body` is httpx's `data=` or `json=`."""
        return self._send(method, path, body, is_act=False, secrets=secrets)

    def act(self, method: str, path: str, secrets: Iterable[str] = (), **body: Any) -> dict[str, Any]:
        """Ask for a change. `secrets` are those that this one body carries."""
        return self._send(method, path, body, is_act=True, secrets=secrets)

    def _send(
        self, method: str, path: str, body: dict[str, Any], is_act: bool, secrets: Iterable[str]
    ) -> dict[str, Any]:
        outcome = self._attempt(method, path, body)
        if isinstance(outcome, httpx.Response):
            found = json_object(outcome)
            if found is not None and outcome.is_success:
                return found
            failure = failed_answer(outcome, found, is_act)
        else:
            failure = failed_sending(outcome, is_act)
        # Raised here, outside any `except`, so that no exception carries the request and its headers along.
        failure.reason = self.clean(failure.reason, secrets)
        failure.args = (failure.reason,)
        raise failure

    def clean(self, text: str, secrets: Iterable[str] = ()) -> str:
        """What the machine said, fit for a log."""
        return without_secrets(text, (*self._secrets, *secrets))

    def _attempt(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response | Exception:
        try:
            with httpx.Client(
                headers=self._headers, timeout=self._timeout, verify=trusted_certificates(), trust_env=False
            ) as client:
                return client.request(method, f"{self._url}{path}", **body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return error


@contextmanager
def understood(what: str, failure: type[Busy] | type[Unknown] = Busy) -> Iterator[None]:
    """Around the reading of an answer: a shape that we do not know is Busy, or Unknown after an act."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        said = f"the answer to {what} is not as documented ({type(error).__name__})"
    else:
        return
    raise failure(said)


@lru_cache(maxsize=1)
def trusted_certificates() -> ssl.SSLContext:
    """The system's authorities and Mozilla's. Made once: reading them costs more than a request."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def failed_answer(response: httpx.Response, found: dict[str, Any] | None, is_act: bool) -> DriverError:
    """The error for an answer that is not a JSON object with a 2xx status."""
    status = response.status_code
    said = f"HTTP {status}: {sentence(found)}" if found else f"HTTP {status}"
    if status == 429 or (status == 503 and "retry-after" in response.headers):
        return Busy(said, retry_after(response))
    if status >= 500 or response.is_success:
        said = said if status >= 500 else "the answer is not a JSON object"
        return Unknown(said) if is_act else Busy(said)
    return Refused(said)


def failed_sending(error: Exception, is_act: bool) -> DriverError:
    """The error for a request that got no answer."""
    said = f"{type(error).__name__}: {error}"
    if is_certificate_failure(error):
        return Refused(f"the certificate is not trusted: {error}")
    if isinstance(error, httpx.LocalProtocolError):
        # Its message quotes the header that cannot be sent, and so the token, escaped beyond recognition.
        return Refused("the request cannot be sent: is there a stray character in the credentials?")
    if isinstance(error, CANNOT_BE_SENT):
        return Refused(said)
    if isinstance(error, NOTHING_WAS_SENT) or not is_act:
        return Busy(said)
    return Unknown(said)


def is_certificate_failure(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def retry_after(response: httpx.Response) -> timedelta | None:
    """What the header asks for, when it is a number of seconds."""
    text = response.headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isdecimal() else None


def sentence(found: Mapping[str, Any]) -> str:
    """The first explanation in a JSON answer, wherever the machine has put it."""
    for name in ("reason", "message", "error", "detail"):
        if isinstance(found.get(name), str):
            return str(found[name])
    for value in found.values():
        if isinstance(value, dict) and (said := sentence(value)):
            return said
    return ""


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """One short line, with every secret and every sign-in session cut out."""
    for secret in sorted((secret for secret in secrets if secret), key=len, reverse=True):
        text = text.replace(secret, "[hidden]")
    text = re.sub(r"cpsess\w+|(?i:session|token|password|passwd|pass)=[^\s&]+", "[hidden]", text)
    text = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"
