"""Offer a change: the quote, and a signed token that says it was this one.

Nothing is written: looking is free, and an offer can be asked for a thousand times. The token holds the quote, so
that whoever comes back with it can be shown what differs now.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing

from palier.core.pricing import Configuration
from palier.core.quote import Quote, plan_change_quote
from palier.core.quote_json import digest, quote_from_json, quote_json
from palier.plan_changes.facts import Situation, towards

#: Real time, whatever the business clock says.
VALID_FOR = timedelta(minutes=30)
_SALT = "palier.plan_changes.offer"


class OfferExpired(Exception):
    """The offer is older than half an hour; show a new one. `offered` is what it said."""

    def __init__(self, offered: "Offered") -> None:
        super().__init__("the offer is no longer good")
        self.offered = offered


class OfferForged(Exception):
    """The token is not ours, was altered, or is another customer's; nothing is said of it."""


@dataclass(frozen=True)
class Offer:
    """A quote and the token that accepts it."""

    quote: Quote
    token: str


@dataclass(frozen=True)
class Offered:
    """What a token says was offered."""

    customer_id: UUID
    subscription_id: UUID
    at: datetime
    at_renewal: bool | None
    quote: Quote

    @property
    def code(self) -> str:
        """What the client typed."""
        return self.quote.code

    @property
    def target(self) -> Configuration:
        return self.quote.target

    @property
    def digest(self) -> str:
        return digest(self.quote)


def offer(situation: Situation, target: Configuration, at_renewal: bool | None = None) -> Offer:
    quote = plan_change_quote(towards(situation, target, at_renewal))
    return Offer(quote, _token(situation, at_renewal, quote))


def read_token(token: str, customer_id: UUID) -> Offered:
    """What was offered to this customer. Raises `OfferExpired` or `OfferForged`."""
    try:
        is_fresh, written = _written(token)
        offered = Offered(
            customer_id=UUID(written["customer"]),
            subscription_id=UUID(written["subscription"]),
            at=datetime.fromisoformat(written["at"]),
            at_renewal=written["at_renewal"],
            quote=quote_from_json(written["quote"]),
        )
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        raise OfferForged from None
    if offered.customer_id != customer_id:
        raise OfferForged
    if not is_fresh:
        raise OfferExpired(offered)
    return offered


def _written(token: str) -> tuple[bool, dict[str, Any]]:
    """Is the token young enough, and what it holds. Raises `BadSignature`."""
    try:
        return True, signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.SignatureExpired:
        return False, signing.loads(token, salt=_SALT)


def _token(situation: Situation, at_renewal: bool | None, quote: Quote) -> str:
    return signing.dumps(
        {
            "customer": str(situation.customer.id),
            "subscription": str(situation.subscription.id),
            "at": situation.at.isoformat(),
            "at_renewal": at_renewal,
            "quote": quote_json(quote),
        },
        salt=_SALT,
        compress=True,
    )
