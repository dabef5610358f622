"""The promise of every payment gateway driver (docs/reference/gateway-promise).

A charge is named by our key: the same key is the same payment, and the same key for anything else is refused. A report
is what the gateway says of one thing as it stands now; reports may come twice, late, or out of order, and `status` is
the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

from palier.core.money import Money

PaymentState = Literal["pending", "needs_action", "succeeded", "failed"]
StartState = Literal["needs_action", "awaiting_transfer", "succeeded", "failed"]
SetupState = Literal["needs_action", "succeeded", "failed"]
RefundState = Literal["pending", "succeeded", "failed"]
DisputeState = Literal["opened", "won", "lost"]


class Ability(StrEnum):
    """What a driver can do. A screen hides what is missing."""

    PAGE = "page"  # sends the client to a page of its own, and says by a call-back what came of it
    CHARGE_SAVED = "charge_saved"  # charges a saved method, with the client there or not
    SET_UP = "set_up"  # saves a method without a payment
    REFUND = "refund"  # sends money back to what paid
    SLOW = "slow"  # the money comes by itself within days, and staff say so


@dataclass(frozen=True, slots=True)
class Holder:
    """Our customer, as a gateway is told of them. `reference` is ours, for good."""

    reference: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A request for money. With a saved method it is taken at once; without, the client is sent to a page.

    `account` is what `open_account` has answered for this customer. `off_session` says that the client is not there to
    confirm anything. `language` is "fr", "en" or, when empty, the browser's.
    """

    key: str
    money: Money
    description: str
    return_url: str
    callback_url: str
    method: str | None
    account: str
    language: str = ""
    off_session: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """A request to save a method without paying anything, on the gateway's page."""

    key: str
    return_url: str
    callback_url: str
    account: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The gateway knows the charge or the set-up. `redirect_url` is where the client pays or answers, or empty.

    Where the client transfers the money, `reference` is what they write with it.
    """

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
    """Where one payment stands. `reason` says why it failed, or why the page's last try brought nothing."""

    reference: str
    key: str
    state: PaymentState
    money: Money
    method: SavedMethod | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetupReport:
    """Where the saving of a method stands."""

    reference: str
    key: str
    state: SetupState
    method: SavedMethod | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundReport:
    """Where one refund stands. `reference` is the refund's own; `key` is empty for one that we never asked for."""

    reference: str
    payment_reference: str
    key: str
    state: RefundState
    money: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """The payer's bank has taken a payment back, and perhaps given it back since. `reason` is a word of the bank's."""

    reference: str
    payment_reference: str
    state: DisputeState
    money: Money
    reason: str = ""


Report = PaymentReport | SetupReport | RefundReport | DisputeReport


class Gateway(Protocol):
    """A payment gateway. Every verb raises only Busy, Refused or Unknown."""

    @property
    def abilities(self) -> frozenset[Ability]: ...

    def least(self, currency: str) -> int:
        """The least that it takes at once, in minor units; 0 where it takes any amount, or says nothing of it."""

    def open_account(self, holder: Holder) -> str:
        """What the gateway calls our customer; the same holder is the same account."""

    def start(self, charge: Charge) -> Started: ...

    def status(self, reference: str) -> PaymentReport:
        """Where a payment stands, by the reference of `start` or of a report. Changes nothing."""

    def start_setup(self, setup: Setup) -> Started: ...

    def setup_status(self, reference: str) -> SetupReport: ...

    def refund(self, reference: str, money: Money, key: str) -> RefundReport:
        """Send part or all of a payment back. The same key is the same refund, for good: told again, it is said as it
        stands."""

    def forget(self, token: str) -> None:
        """Let a saved method go. One that is gone already is forgotten."""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Report | None:
        """What a signed call-back is about, as it stands now; None for what does not concern us.

        Header names may come in any case. Raises Forged; or Busy where the gateway must be asked for the rest and
        cannot be: it will send the call-back again.
        """
