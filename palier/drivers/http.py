"""One request to another machine, and what its failure means (errors.py).

Said once, for every driver:

- not connected, so nothing was sent                    Busy
- connected, then silence, or a broken line             Unknown for an act, Busy for a read
- 429, or 503 with Retry-After                          Busy: the machine says that it did nothing
- any other 5xx, or a body that cannot be read          Unknown for an act, Busy for a read
- any other status but 2xx                              Refused

A read is a request that changes nothing, so repeating it is harmless: it is tried again at once, twice, when the
line breaks. An act is sent once. Certificates are verified, and one that is pinned is the only one believed
(certificates.py). Proxies named in the environment are not used: a panel's token goes to the panel and nowhere
else. Connections are not kept, because a kept one that the other side has just closed would turn a plain act into
an Unknown.
"""

import html
import json
import random
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote, quote_plus

import httpx

from palier.drivers.certificates import NotACertificate, trusting
from palier.drivers.errors import Busy, DriverError, Refused, Unknown, unanswered

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
REASON_LENGTH = 300
#: The pauses before a read is tried again, in seconds.
READ_AGAIN_AFTER = (0.1, 0.4)
#: However long a machine asks to be left alone, somebody waits for what it is asked.
LONGEST_PAUSE_SECONDS = 600
UNSENDABLE = "the request cannot be sent: is there a stray character in the credentials?"

#: What stands before a machine says, when the machine behind it does not answer.
SAID_FOR_IT = (502, 503, 504)
NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
CANNOT_BE_SENT = (httpx.UnsupportedProtocol, httpx.InvalidURL)
#: A read that failed so will not fare better at once, or has cost all the patience there is.
NOT_AT_ONCE = (httpx.TimeoutException, *CANNOT_BE_SENT, httpx.LocalProtocolError, UnicodeEncodeError)

T = TypeVar("T")


class Exchange(Generic[T]):
    """Talks to one machine whose answers a subclass reads as T. `secrets` never appear in what it raises."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        secrets: Iterable[str] = (),
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        certificate: str = "",
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = dict(headers)
        self._secrets = tuple(secrets)
        self._timeout = httpx.Timeout(read_seconds, connect=connect_seconds)
        self._certificate = certificate

    def reading(self, response: httpx.Response) -> T | None:
        """What the body says; None when it is not what this machine should say (a sign-in page, a proxy's words)."""
        raise NotImplementedError

    def sentence(self, found: T) -> str:
        """The explanation in an answer whose status is a failure; empty when there is none."""
        return ""

    def enter(self, client: httpx.Client) -> None:
        """What must come before a request and leave its cookie: a sign-in. Nothing, mostly."""

    def read(self, method: str, path: str, secrets: Iterable[str] = (), **body: Any) -> T:
        """Ask for something that changes nothing. `body` is httpx's `data=`, `json=`, `content=` or `params=`."""
        for pause in READ_AGAIN_AFTER:
            outcome = self._attempt(method, path, body)
            if isinstance(outcome, (httpx.Response, *NOT_AT_ONCE)):
                return self._read_as(outcome, False, secrets)
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        return self._read_as(self._attempt(method, path, body), False, secrets)

    def act(self, method: str, path: str, secrets: Iterable[str] = (), **body: Any) -> T:
        """Ask for a change, once. `secrets` are those that this one body carries."""
        return self._read_as(self._attempt(method, path, body), True, secrets)

    def _read_as(self, outcome: httpx.Response | Exception, is_act: bool, secrets: Iterable[str]) -> T:
        if isinstance(outcome, httpx.Response):
            found = self.reading(outcome)
            if found is not None and outcome.is_success:
                return found
            failure = failed_answer(outcome, "" if found is None else self.sentence(found), is_act)
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
                headers=self._headers,
                timeout=self._timeout,
                verify=trusting(self._certificate),
                trust_env=False,
            ) as client:
                self.enter(client)
                return client.request(method, f"{self._url}{path}", **body)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError, NotACertificate) as error:
            return error


class Http(Exchange[dict[str, Any]]):
    """Talks JSON objects."""

    def reading(self, response: httpx.Response) -> dict[str, Any] | None:
        try:
            found = response.json()
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def sentence(self, found: dict[str, Any]) -> str:
        return sentence(found)


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


def failed_answer(response: httpx.Response, explanation: str, is_act: bool) -> DriverError:
    """The error for an answer that cannot be read, or whose status is not 2xx."""
    status = response.status_code
    said = f"HTTP {status}: {explanation}" if explanation else f"HTTP {status}"
    if status == 429 or (status == 503 and "retry-after" in response.headers):
        return Busy(said, retry_after(response))
    if status >= 500 or response.is_success:
        said = (
            said if status >= 500 else "the answer is not what this machine says, but perhaps a sign-in page"
        )
        failure = Unknown(said) if is_act else Busy(said)
        return unanswered(failure) if status in SAID_FOR_IT else failure
    return Refused(said)


def failed_sending(error: Exception, is_act: bool) -> DriverError:
    """The error for a request that got no answer."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, NotACertificate) or is_certificate_failure(error):
        return Refused(f"the certificate is not trusted: {error}")
    if isinstance(error, httpx.LocalProtocolError | UnicodeEncodeError):
        # Its message quotes the header that cannot be sent, and so the token, escaped beyond recognition.
        return Refused(UNSENDABLE)
    if isinstance(error, CANNOT_BE_SENT):
        return Refused(said)
    if isinstance(error, NOTHING_WAS_SENT) or not is_act:
        return unanswered(Busy(said))
    return unanswered(Unknown(said))


def is_certificate_failure(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def retry_after(response: httpx.Response) -> timedelta | None:
    """What the header asks for, when it is a number of seconds."""
    text = response.headers.get("retry-after", "")
    return pause_of(int(text[:9])) if text.isdecimal() else None


def pause_of(seconds: int) -> timedelta:
    """What a machine asks for, as far as we can wait."""
    return timedelta(seconds=max(0, min(seconds, LONGEST_PAUSE_SECONDS)))


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
    spelt = {way for secret in secrets if secret for way in _spellings(secret)}
    for secret in sorted(spelt, key=len, reverse=True):
        text = text.replace(secret, "[hidden]")
    text = re.sub(r"cpsess\w+|(?i:session|token|password|passwd|pass)=[^\s&]+", "[hidden]", text)
    text = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"


def _spellings(secret: str) -> tuple[str, ...]:
    """As it is, and as a machine may quote it: in an address, in a page, in JSON."""
    return secret, quote(secret, safe=""), quote_plus(secret), html.escape(secret), json.dumps(secret)[1:-1]
