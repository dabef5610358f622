"""A bank transfer: the client is given a reference to write with it, and staff say what arrived.

Nobody is asked anything over a network. The reference is a structured creditor reference (ISO 11649): banks check its
digits, so that a mistyped one is noticed, and it is always the same for the same payment.
"""

import hashlib
from collections.abc import Mapping

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from palier.core.money import Money
from palier.drivers.errors import Forged, Refused
from palier.drivers.gateway import (
    Ability,
    Charge,
    Holder,
    PaymentReport,
    RefundReport,
    Report,
    Setup,
    SetupReport,
    Started,
)

#: Letters and digits that nobody takes for one another.
_ALPHABET = "0123456789ACDEFGHJKLMNPQRTUVWXYZ"
_LENGTH = 12

_BY_HAND = "a bank transfer is seen on the bank's statement only"


class BankTransfer:
    abilities = frozenset({Ability.SLOW})

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        """`credentials`: `account`, the lines that say where the money goes. There is no address."""

    def least(self, currency: str) -> int:
        return 0

    def open_account(self, holder: Holder) -> str:
        return holder.reference

    def start(self, charge: Charge) -> Started:
        return Started(reference_of(charge.key), "awaiting_transfer", "")

    def status(self, reference: str) -> PaymentReport:
        raise Refused(_BY_HAND)

    def start_setup(self, setup: Setup) -> Started:
        raise Refused("there is nothing to save for a bank transfer")

    def setup_status(self, reference: str) -> SetupReport:
        raise Refused("there is nothing to save for a bank transfer")

    def refund(self, reference: str, money: Money, key: str) -> RefundReport:
        raise Refused("a bank transfer is sent back by hand")

    def forget(self, token: str) -> None:
        """Nothing is kept."""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Report | None:
        raise Forged("no bank calls us")


def reference_of(key: str) -> str:
    """`RF` and two check digits, then sixty bits of the key's digest."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    text = "".join(_ALPHABET[(number >> 5 * place) & 31] for place in range(_LENGTH))
    return f"RF{mod_97_10.calc_check_digits(text + 'RF')}{text}"


def written(reference: str) -> str:
    """In groups of four, as people copy it."""
    return str(iso11649.format(reference))


def references_in(text: str) -> tuple[str, ...]:
    """The references of ours that a line of a statement names, however it is spaced, with the right digits."""
    packed = "".join(character for character in text.upper() if character.isalnum())
    places = (place for place in range(len(packed)) if packed.startswith("RF", place))
    found = (packed[place : place + 4 + _LENGTH] for place in places)
    return tuple(one for one in found if len(one) == 4 + _LENGTH and iso11649.is_valid(one))
