"""The line to Stripe: the official SDK over our own HTTP, and what its failures mean (drivers/errors.py).

The SDK never tries again by itself: whoever asked does so, with the same idempotency key, and knows that it did.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import stripe

from palier.drivers.certificates import trusting
from palier.drivers.errors import Busy, DriverError, Refused, Unknown
from palier.drivers.http import (
    CONNECT_SECONDS,
    failed_sending,
    retry_after,
    without_secrets,
)

#: The shapes that the reading of answers was written for; Stripe keeps to them whatever the account's own version.
API_VERSION = "2026-10-28.endive"
READ_SECONDS = 60.0


Ask = Callable[[stripe.StripeClient], stripe.StripeObject]


class StripeHttp(stripe.HTTPClient):
    """Requests as our other drivers make them: no proxy of the environment, no connection that is kept."""

    name = "palier"

    def __init__(self, read_seconds: float) -> None:
        super().__init__()
        self._timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        try:
            with httpx.Client(timeout=self._timeout, verify=trusting(), trust_env=False) as client:
                answer = client.request(method, url, headers=dict(headers or {}), content=post_data)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise stripe.APIConnectionError(type(error).__name__, should_retry=False) from error  # type: ignore[no-untyped-call]
        return answer.content, answer.status_code, answer.headers

    def close(self) -> None:
        """Nothing is kept open."""


class StripeLine:
    """Asks Stripe, and raises only what drivers raise, without the key."""

    def __init__(self, url: str, key: str, read_seconds: float = READ_SECONDS) -> None:
        self._key = key
        self._client = stripe.StripeClient(
            key,
            http_client=StripeHttp(read_seconds),
            base_addresses={"api": url.rstrip("/")} if url else None,
            stripe_version=API_VERSION,
            max_network_retries=0,
        )

    def read(self, ask: Ask) -> dict[str, Any]:
        """Ask for something that changes nothing."""
        return self._asked(ask, is_act=False)

    def act(self, ask: Ask) -> dict[str, Any]:
        """Ask for a change, under an idempotency key. Raises `Declined` as well, for a card that was refused."""
        return self._asked(ask, is_act=True)

    def _asked(self, ask: Ask, is_act: bool) -> dict[str, Any]:
        try:
            return ask(self._client).to_dict()
        except stripe.StripeError as error:
            failure = failure_of(error, is_act)
        # Raised here, outside the `except`, so that no exception carries the request and its headers along.
        failure.reason = without_secrets(failure.reason, (self._key,))
        failure.args = (failure.reason,)
        raise failure


class Declined(Refused):
    """The card was refused. `intent` is the payment as it stands after that."""

    def __init__(self, reason: str, intent: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.intent = intent


def failure_of(error: stripe.StripeError, is_act: bool) -> DriverError:
    """What to do next. An answer that is not JSON is judged by its status: a page of HTML proves nothing."""
    unsure = Unknown if is_act else Busy
    status = error.http_status or 0
    if isinstance(error, stripe.APIConnectionError):
        cause = error.__cause__
        return failed_sending(cause, is_act) if isinstance(cause, Exception) else unsure(str(error))
    said = f"HTTP {status}: {error.user_message or 'no sentence'}"
    intent = intent_in(error)
    if isinstance(error, stripe.CardError) and intent is not None:
        return Declined(said, intent)
    if status == 429:
        return Busy(said, retry_after(httpx.Response(status, headers=dict(error.headers or {}))))
    if isinstance(error, stripe.IdempotencyError):
        return Refused(f"this key was used for something else, another amount perhaps ({said})")
    if status >= 500 or status < 400 or status == 409:
        return unsure(said)
    return Refused(said)


def intent_in(error: stripe.StripeError) -> Mapping[str, Any] | None:
    """The payment that an error speaks of."""
    body = error.json_body
    told = body.get("error") if isinstance(body, dict) else None
    intent = told.get("payment_intent") if isinstance(told, dict) else None
    return intent if isinstance(intent, dict) and intent.get("id") else None
