"""Money that arrived at the bank: written down once, and matched to what it pays.

A line is nobody's until it is matched: to an invoice, of which it may pay a part or more than is owed, or to a
customer's credit balance. What is matched is in the books; what is set aside pays nothing of ours, and can be taken up
again.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.billing.models import Payment, StatementLine
from palier.billing.queries import locked_invoice
from palier.billing.settle import take_in_money
from palier.core import postings
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.core.statement import Arrived
from palier.drivers.gateways.bank_transfer import references_in
from palier.events.keys import new_id
from palier.events.record import Actor, record
from palier.ledger.lock import lock_accounts
from palier.ledger.post import Entry, post
from palier.ledger.queries import owed_on
from palier.people.queries import provider

#: Lines written in one statement.
AT_ONCE = 1000


class NotWaiting(Exception):
    """Somebody has matched this line, or set it aside, meanwhile. Nothing was written."""


class AnotherCurrency(ValueError):
    """The money is in another currency than what it should pay. Nothing was written."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did: lines that are new, those that paid the invoice they name, and those known before."""

    new: int
    matched: int
    known: int


def digest_of(arrived: Arrived) -> str:
    said = f"{arrived.on}|{arrived.money.minor}|{arrived.money.currency}|{arrived.text}|{arrived.nth}"
    return hashlib.sha256(said.encode()).hexdigest()


def across_customers_known(gateway: str, arrived: Sequence[Arrived]) -> frozenset[str]:
    """The digests of those lines that were taken in before."""
    digests = [digest_of(one) for one in arrived]
    lines = StatementLine.objects.filter(gateway=gateway, digest__in=digests)
    return frozenset(lines.values_list("digest", flat=True))


def take_in_statement(gateway: str, arrived: Sequence[Arrived], *, by: Actor, at: datetime) -> TakenIn:
    """All lines are written at once; then those that name their invoice pay it, each in a transaction of its own. A
    second run writes nothing again, and matches what the first one was kept from matching."""
    digests = {digest_of(one) for one in arrived} - across_customers_known(gateway, arrived)
    proposed = [
        _line(gateway, one.on, one.money, one.text, "", digest_of(one), by, at)
        for one in arrived
        if digest_of(one) in digests
    ]
    # A colleague may read the same file at this moment: a line is taken in by one of the two.
    StatementLine.objects.bulk_create(proposed, ignore_conflicts=True, batch_size=AT_ONCE)
    new = StatementLine.objects.filter(id__in=[line.id for line in proposed]).count()
    matched = sum(_pays_what_it_names(gateway, line, by, at) for line in _waiting_of(gateway, arrived))
    return TakenIn(new, matched, len(arrived) - new)


def _waiting_of(gateway: str, arrived: Sequence[Arrived]) -> list[StatementLine]:
    digests = [digest_of(one) for one in arrived]
    lines = StatementLine.objects.filter(gateway=gateway, digest__in=digests, state="waiting")
    return list(lines.order_by("on", "id"))


def _pays_what_it_names(gateway: str, line: StatementLine, by: Actor, at: datetime) -> bool:
    awaited = across_customers_awaited(gateway, line)
    if awaited is None:
        return False
    try:
        match_to_invoice(line.id, awaited.customer_id, awaited.invoice_id, by=by, at=at)
    except NotWaiting:
        return False
    return True


def record_arrival(
    gateway: str, on: date, money: Money, text: str, *, note: str = "", by: Actor, at: datetime
) -> StatementLine:
    """What staff saw arrive. Written by hand, two lines that say the same are two."""
    if money.minor <= 0:
        raise ValueError(f"what arrives is more than nothing, not {money.minor}")
    line = _line(gateway, on, money, text, note, f"by-hand-{new_id()}", by, at)
    line.save(force_insert=True)
    return line


def _line(
    gateway: str, on: date, money: Money, text: str, note: str, digest: str, by: Actor, at: datetime
) -> StatementLine:
    assert by.id is not None
    return StatementLine(
        gateway=gateway,
        on=on,
        amount=money.minor,
        currency=money.currency,
        text=text,
        note=note,
        digest=digest,
        recorded_at=at,
        recorded_by_id=by.id,
    )


def across_customers_awaited(gateway: str, line: StatementLine) -> Payment | None:
    """The transfer whose reference the line names, when it names one, in its currency."""
    return across_customers_named(gateway, line.text, line.currency)


def across_customers_named(gateway: str, text: str, currency: str) -> Payment | None:
    references = references_in(text)
    payments = Payment.objects.filter(gateway=gateway, reference__in=references, currency=currency)
    found = list(payments.select_related("customer", "invoice")[:2])
    return found[0] if len(found) == 1 else None


def across_customers_set_aside(most: int) -> list[StatementLine]:
    """What was said to pay nothing of ours, the latest first."""
    return list(StatementLine.objects.filter(state="set_aside").order_by("-matched_at", "-id")[:most])


def across_customers_waiting() -> Iterator[StatementLine]:
    """The lines that nobody has matched, the oldest first."""
    return iter(StatementLine.objects.filter(state="waiting").order_by("on", "id"))


def across_customers_awaited_transfers() -> Iterator[Payment]:
    """Every transfer that a client has announced, the oldest first."""
    payments = Payment.objects.filter(state="awaiting_transfer").select_related("customer", "invoice")
    return iter(payments.order_by("started_at", "id"))


@transaction.atomic
def match_to_invoice(
    line_id: UUID, customer_id: UUID, invoice_id: UUID, *, by: Actor, at: datetime
) -> Payment:
    """Take the money in on an invoice. What is beyond it goes to the credit balance.

    Raises `NotWaiting`, `AnotherCurrency` or `Invoice.DoesNotExist`.
    """
    invoice = locked_invoice(customer_id, invoice_id)
    line = _locked(line_id)
    if line.currency != invoice.currency:
        raise AnotherCurrency(line.currency)
    payment = _payment_for(line, customer_id, invoice_id, at)
    take_in_money(payment, invoice, by=by, on=_booked_on(line, at), at=at)
    _matched(line, customer_id, payment.id, by, at)
    return payment


def _payment_for(line: StatementLine, customer_id: UUID, invoice_id: UUID, at: datetime) -> Payment:
    """The payment that was awaited, when the money covers it; a part of it is a payment of its own, and what is left is
    awaited still."""
    awaited = (
        Payment.objects.select_for_update()
        .filter(
            customer_id=customer_id, invoice_id=invoice_id, gateway=line.gateway, state="awaiting_transfer"
        )
        .first()
    )
    owed = max(0, owed_on(customer_id, invoice_id))
    if awaited is not None and line.amount >= owed:
        awaited.state, awaited.received, awaited.settled_at = "succeeded", line.amount, at
        awaited.save(update_fields=["state", "received", "settled_at"])
        return awaited
    if awaited is not None:
        awaited.amount = owed - line.amount
        awaited.save(update_fields=["amount"])
    return Payment.objects.create(
        customer_id=customer_id,
        invoice_id=invoice_id,
        gateway=line.gateway,
        reference=str(line.id),
        amount=line.amount,
        received=line.amount,
        currency=line.currency,
        state="succeeded",
        started_at=at,
        settled_at=at,
    )


@transaction.atomic
def match_to_balance(line_id: UUID, customer_id: UUID, *, by: Actor, at: datetime) -> StatementLine:
    """Hold the money for a customer. Raises `NotWaiting`."""
    currency = StatementLine.objects.values_list("currency", flat=True).get(id=line_id)
    lock_accounts(customer_id, currency)
    line = _locked(line_id)
    entry = Entry("deposited", ("statement_line", line.id), postings.deposited(line.gateway, line.amount))
    post([entry], customer_id=customer_id, currency=line.currency, on=_booked_on(line, at), at=at)
    record(
        "credit.deposited",
        subject=("statement_line", line.id),
        customer_id=customer_id,
        at=at,
        actor=by,
        facts={"amount": line.amount, "currency": line.currency},
    )
    _matched(line, customer_id, None, by, at)
    return line


@transaction.atomic
def set_aside(line_id: UUID, *, note: str, by: Actor, at: datetime) -> StatementLine:
    """It pays nothing of ours. Raises `NotWaiting`."""
    line = _locked(line_id)
    line.state, line.note, line.matched_at, line.matched_by_id = "set_aside", note, at, by.id
    line.save(update_fields=["state", "note", "matched_at", "matched_by_id"])
    return line


@transaction.atomic
def take_up(line_id: UUID) -> StatementLine:
    """It waits again after all. Raises `NotWaiting` for one that is matched."""
    line = StatementLine.objects.select_for_update().get(id=line_id)
    if line.state != "set_aside":
        raise NotWaiting(str(line_id))
    line.state = "waiting"
    line.save(update_fields=["state"])
    return line


def _locked(line_id: UUID) -> StatementLine:
    line = StatementLine.objects.select_for_update().get(id=line_id)
    if line.state != "waiting":
        raise NotWaiting(str(line_id))
    return line


def _booked_on(line: StatementLine, at: datetime) -> date:
    """The day it was at the bank, so that our account and theirs agree; never a day to come."""
    return min(line.on, billing_date(at, provider().zone))


def _matched(
    line: StatementLine, customer_id: UUID, payment_id: UUID | None, by: Actor, at: datetime
) -> None:
    line.state, line.customer_id, line.payment_id = "matched", customer_id, payment_id
    line.matched_at, line.matched_by_id = at, by.id
    line.save(update_fields=["state", "customer", "payment_id", "matched_at", "matched_by_id"])
