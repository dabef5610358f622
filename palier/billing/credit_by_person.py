"""Staff give back part or all of an invoice: first exactly what would happen, then that, or nothing.

A credit note takes off what is still owed; what was paid goes to the credit balance, or back to what paid it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Refund
from palier.billing.queries import locked_invoice
from palier.billing.refund import refundable, send_refund, start_refunds
from palier.billing.settle import record_paid
from palier.core.tax import TaxLine, credited
from palier.events.record import Actor
from palier.ledger.queries import owed_on

#: Of words/reasons.py: why such a note exists. What was written for the client is on its line.
REASON = "given_back"


class TooMuch(ValueError):
    """More than the line, or than the invoice, still holds: `left` in minor units, before tax."""

    def __init__(self, left: int) -> None:
        super().__init__(f"only {left} is left")
        self.left = left


class Outdated(Exception):
    """What would happen is not what was read any more. Nothing was written."""


@dataclass(frozen=True)
class AskedCredit:
    """`net` is before tax, None for all that is left of the line, or of the invoice where no line is named. `said` is
    what the client reads; `to_method` sends what had been paid back to what paid it."""

    said: str
    net: int | None = None
    line_id: UUID | None = None
    to_method: bool = False


@dataclass(frozen=True)
class CreditProposal:
    """What giving `net` back would do, in minor units: its `taxes`, how much of what is `owed` is taken off
    (`off_owed`), how much was paid and is `kept` for the customer, and how much of that goes back `to_method`. `before`
    was credited already."""

    net: int
    taxes: tuple[TaxLine, ...]
    owed: int
    off_owed: int
    kept: int
    to_method: int
    before: int

    @property
    def total(self) -> int:
        return self.net + sum(tax.amount for tax in self.taxes)

    @property
    def figures(self) -> str:
        """All of it in a text, to be read, sent back and compared."""
        taxes = [tax.amount for tax in self.taxes]
        said = (self.net, *taxes, self.owed, self.off_owed, self.kept, self.to_method, self.before)
        return "/".join(map(str, said))


def proposed_credit(invoice: Invoice, asked: AskedCredit) -> CreditProposal:
    """Raises `TooMuch`, and `InvoiceLine.DoesNotExist` for a line of another invoice."""
    left = left_to_credit(invoice)
    most = left if asked.line_id is None else min(left, _left_of(_line(invoice, asked.line_id)))
    net = most if asked.net is None else asked.net
    if not 0 < net <= most:
        raise TooMuch(most)
    before = invoice.net - left
    taxes = credited(invoice.tax_lines, invoice.net, net, before)
    total = net + sum(tax.amount for tax in taxes)
    owed = max(0, owed_on(invoice.customer_id, invoice.id))
    off_owed = min(total, owed)
    kept = total - off_owed
    sources = refundable(invoice.customer_id, invoice.id) if asked.to_method else ()
    to_method = min(kept, sum(one.left for one in sources))
    return CreditProposal(net, taxes, owed, off_owed, kept, to_method, before)


def credit_by_person(
    customer_id: UUID,
    invoice_id: UUID,
    asked: AskedCredit,
    *,
    figures: str,
    by: Actor,
    on: date,
    at: datetime,
) -> tuple[CreditNote, list[Refund]]:
    """Do what was proposed and read (`figures`). Call it outside a transaction: the gateway is told after the commit.

    Raises `Outdated`, `TooMuch`, or `DoesNotExist`; a second press of the same button is outdated.
    """
    note, refunds = _credit(customer_id, invoice_id, asked, figures, by, on, at)
    for refund in refunds:
        send_refund(refund, at=at)
    return note, refunds


@transaction.atomic
def _credit(
    customer_id: UUID, invoice_id: UUID, asked: AskedCredit, figures: str, by: Actor, on: date, at: datetime
) -> tuple[CreditNote, list[Refund]]:
    invoice = locked_invoice(customer_id, invoice_id)
    proposal = proposed_credit(invoice, asked)
    if proposal.figures != figures:
        raise Outdated(figures)
    line = _to_credit(_line(invoice, asked.line_id), proposal.net, asked.said)
    note = issue_credit_note(invoice, [line], reason=REASON, on=on, at=at, by=by)
    if 0 < proposal.owed <= note.total:
        record_paid(invoice, at)  # Nothing is left to pay: what it was for goes on.
    if not proposal.to_method:
        return note, []
    refunds = start_refunds(customer_id, invoice_id, proposal.to_method, reason=REASON, by=by, at=at)
    return note, refunds


def _line(invoice: Invoice, line_id: UUID | None) -> InvoiceLine:
    """The line asked for, or the first, which says what the invoice is about."""
    lines = InvoiceLine.objects.filter(customer_id=invoice.customer_id, invoice=invoice).order_by("id")
    return lines.get(id=line_id) if line_id else lines[0]


def _left_of(line: InvoiceLine) -> int:
    """What a line still holds before tax. A credit note names no line, but the subscription and the days it is for: no
    more is left than these hold."""
    subscription = {"subscription_id": line.subscription_id}
    days = {**subscription, "start_on": line.start_on, "until_on": line.until_on}
    return min(line.net, *(_held(line, about) for about in (subscription, days)))


def _held(line: InvoiceLine, about: Mapping[str, Any]) -> int:
    customer_id, invoice_id = line.customer_id, line.invoice_id
    billed = InvoiceLine.objects.filter(customer_id=customer_id, invoice_id=invoice_id, **about)
    credited = CreditNoteLine.objects.filter(
        customer_id=customer_id, credit_note__invoice_id=invoice_id, **about
    )
    return sum(billed.values_list("net", flat=True)) - sum(credited.values_list("net", flat=True))


def _to_credit(line: InvoiceLine, net: int, said: str) -> LineToCredit:
    return LineToCredit(
        code=REASON,
        amount=net,
        tax_class=line.tax_class,
        product=line.product,
        plan=line.plan,
        facts={**line.facts, "said": said},
        subscription_id=line.subscription_id,
        start_on=line.start_on,
        until_on=line.until_on,
    )
