"""A session for libraries that bring their own calls (pylxd, proxmoxer): what http.py promises, on `requests`.

The pinned certificate or an authority's, a time-out on every call, nothing taken from the environment
(REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE would replace what is verified, proxies would see the secrets), and the same
meaning of what goes wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from palier.drivers.certificates import NotACertificate, trusting
from palier.drivers.errors import Busy, DriverError, Refused, Unknown, unanswered
from palier.drivers.http import CONNECT_SECONDS, READ_SECONDS, UNSENDABLE, is_certificate_failure

NOT_AN_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)


class _Adapter(HTTPAdapter):
    def __init__(
        self, certificate: str, timeout: tuple[float, float], client: tuple[str, str] | None
    ) -> None:
        self._certificate, self._timeout, self._client = certificate, timeout, client
        super().__init__()

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        context = trusting(self._certificate)
        if self._client:
            context = trusting.__wrapped__(self._certificate)  # one of its own: it carries the client's key
            context.load_cert_chain(*self._client)
        if self._certificate:
            named["assert_hostname"] = False
        super().init_poolmanager(*given, ssl_context=context, **named)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Whatever a library asks for: the context of the connection verifies, and nothing switches that off."""
        return super().build_connection_pool_key_attributes(request, True, None)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The same, where requests says it a second time."""

    def send(self, request: Any, *given: Any, **named: Any) -> requests.Response:
        named["timeout"] = named.get("timeout") or self._timeout
        return super().send(request, *given, **named)


def session(
    certificate: str = "",
    client: tuple[str, str] | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
) -> requests.Session:
    """`client` are the files of a certificate and its key, where we sign in with one. Raises `NotACertificate`."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", _Adapter(certificate, (connect_seconds, read_seconds), client))
    made.mount("http://", _Adapter("", (connect_seconds, read_seconds), None))
    return made


@contextmanager
def meaning(is_act: bool, clean: Callable[[str], str]) -> Iterator[None]:
    """Around a call of such a library: what goes wrong on the line becomes one of our errors, without its request."""
    try:
        yield
        return
    except (requests.RequestException, UnicodeEncodeError, NotACertificate) as error:
        failure = failed_line(error, is_act)
    failure.reason = clean(failure.reason)
    failure.args = (failure.reason,)
    raise failure


def failed_line(error: Exception, is_act: bool) -> DriverError:
    """The error for a request that got no answer that can be read."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, requests.exceptions.InvalidHeader | UnicodeEncodeError):
        # Its message quotes the header, and so the token.
        return Refused(UNSENDABLE)
    if isinstance(error, NOT_AN_ADDRESS):
        return Refused(said)
    if isinstance(error, requests.exceptions.InvalidJSONError):
        return (Unknown if is_act else Busy)("the answer is not JSON, but perhaps a sign-in page")
    if isinstance(error, NotACertificate | requests.exceptions.SSLError) and (
        isinstance(error, NotACertificate) or is_certificate_failure(error) or "CERTIFICATE" in said.upper()
    ):
        return Refused(f"the certificate is not trusted: {error}")
    if isinstance(error, requests.exceptions.ConnectTimeout) or _never_connected(error) or not is_act:
        return unanswered(Busy(said))
    return unanswered(Unknown(said))


def _never_connected(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, NewConnectionError) or isinstance(
            getattr(error, "reason", None), NewConnectionError
        ):
            return True
        error = error.__cause__ or error.__context__
    return False
