"""The promise of every payment gateway driver.

A charge is named by our key: the same key is the same payment, and the same key with another amount is
refused. A report is what the gateway says happened; reports may come twice, late, or out of order.
`report_id` tells repeats apart, `occurred_at` tells which came first, and `status` is the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from palier.core.money import Money

PaymentState = Literal["pending", "needs_action", "succeeded", "failed"]
StartState = Literal["needs_action", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Charge:
    """A request for money. With a saved method it is taken at once; without, the client is sent to a page.

    `language` is "fr", "en" or, when empty, the browser's.
    """

    key: str
    money: Money
    description: str
    return_url: str
    callback_url: str
    method: str | None
    customer_reference: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The gateway knows the charge. `redirect_url` is where the client pays or answers, or empty."""

    reference: str
    state: StartState
    redirect_url: str


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A card that may be charged again: an opaque token, a label for people, the last day it is good."""

    token: str
    label: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What the gateway says of one payment at one instant. `reason` says why it failed."""

    reference: str
    key: str
    state: PaymentState
    money: Money
    report_id: str
    method: SavedMethod | None
    occurred_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundReport:
    """What the gateway says of one refund. `reference` is the refund's own."""

    reference: str
    payment_reference: str
    key: str
    state: Literal["pending", "succeeded", "failed"]
    money: Money
    occurred_at: datetime
    reason: str = ""


class Gateway(Protocol):
    """A payment gateway. Every verb raises only Busy, Refused or Unknown; `read_callback` only Forged."""

    def start(self, charge: Charge) -> Started: ...

    def status(self, reference: str) -> PaymentReport: ...

    def refund(self, reference: str, money: Money, key: str) -> RefundReport: ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentReport:
        """The report in a signed call-back. Header names may come in any case."""
