"""The balanced postings of each money event (docs/explanation/money, "Invoices and ledger").

A leg is an account and an amount in minor units: positive is a debit, negative a credit. The legs of
every function here sum to zero for any input, so an entry built from them always balances.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from palier.core.tax import TaxLine

RECEIVABLE = "receivable"
CREDIT_BALANCE = "credit_balance"
REVENUE = "revenue"
ADJUSTMENTS = "adjustments"

#: The single accounts, and the beginnings of those that are one for each tax and each gateway. There are no others.
ACCOUNTS = frozenset({RECEIVABLE, CREDIT_BALANCE, REVENUE, ADJUSTMENTS})
FAMILIES = ("tax:", "cash:")
#: Accounts kept for each customer; all the others belong to the provider.
OF_CUSTOMER = frozenset({RECEIVABLE, CREDIT_BALANCE})


@dataclass(frozen=True, slots=True)
class Leg:
    account: str
    amount: int


def tax_account(code: str) -> str:
    """The account in which a tax is owed to the authority: `tax:TPS`."""
    return f"tax:{code}"


def cash_account(gateway: str) -> str:
    """The account of the money a gateway holds for the provider: `cash:stripe`."""
    return f"cash:{gateway}"


def invoice_issued(net: int, taxes: Sequence[TaxLine]) -> tuple[Leg, ...]:
    """The customer owes `net` and its taxes; the provider has earned the one and owes the others."""
    owed = net + sum(tax.amount for tax in taxes)
    return _legs(
        Leg(RECEIVABLE, owed), Leg(REVENUE, -net), *(Leg(tax_account(tax.code), -tax.amount) for tax in taxes)
    )


def credit_note_issued(net: int, taxes: Sequence[TaxLine]) -> tuple[Leg, ...]:
    """The mirror of `invoice_issued`: `net` and the taxes are what the note gives back, as positive amounts."""
    return tuple(Leg(leg.account, -leg.amount) for leg in invoice_issued(net, taxes))


def payment_received(gateway: str, amount: int) -> tuple[Leg, ...]:
    return _legs(Leg(cash_account(gateway), amount), Leg(RECEIVABLE, -amount))


def kept_for_customer(amount: int) -> tuple[Leg, ...]:
    """An overpaid or credited invoice: what the customer no longer owes becomes money we hold for them."""
    return _legs(Leg(RECEIVABLE, amount), Leg(CREDIT_BALANCE, -amount))


def credit_balance_used(amount: int) -> tuple[Leg, ...]:
    return _legs(Leg(CREDIT_BALANCE, amount), Leg(RECEIVABLE, -amount))


def goodwill_given(amount: int) -> tuple[Leg, ...]:
    return _legs(Leg(ADJUSTMENTS, amount), Leg(CREDIT_BALANCE, -amount))


def refund_sent(gateway: str, amount: int) -> tuple[Leg, ...]:
    """Money we held for the customer goes back to where it came from."""
    return _legs(Leg(CREDIT_BALANCE, amount), Leg(cash_account(gateway), -amount))


def refund_returned(gateway: str, amount: int) -> tuple[Leg, ...]:
    """A refund that the gateway would not make: the money is with us again, for the customer."""
    return _legs(Leg(cash_account(gateway), amount), Leg(CREDIT_BALANCE, -amount))


def deposited(gateway: str, amount: int) -> tuple[Leg, ...]:
    """Money that came for no invoice: we hold it for the customer."""
    return _legs(Leg(cash_account(gateway), amount), Leg(CREDIT_BALANCE, -amount))


def charge_back_returned(gateway: str, amount: int) -> tuple[Leg, ...]:
    """A dispute that was won: the mirror of `charged_back`."""
    return payment_received(gateway, amount)


def charged_back(gateway: str, amount: int) -> tuple[Leg, ...]:
    """The payer's bank took a payment back: it is owed again."""
    return _legs(Leg(RECEIVABLE, amount), Leg(cash_account(gateway), -amount))


def _legs(*legs: Leg) -> tuple[Leg, ...]:
    return tuple(leg for leg in legs if leg.amount)
