"""Lines that are too small to be paid alone: they count as paid, and wait on their subscription for its next invoice.

`Subscription.pending` holds them in order, each with the plan change it is of. An invoice that bills them takes them
off; one that is credited whole puts them back. The caller holds the subscription's lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from palier.billing.issue import LineToBill
from palier.billing.models import CreditNoteLine, Invoice, InvoiceLine
from palier.core.proration import Unbilled
from palier.core.tax_due import DueTaxes
from palier.subscriptions.models import Period, Subscription

#: The code of such a line on the invoice that bills it.
CODE = "pending"
_ADDED = ("what", "noted_on", "change_id")

#: One of them as it is kept: `code`, `amount`, `facts` and what else a line has, the `change_id` and the day it was put
#: `on` the next invoice.
Pending = dict[str, Any]


def of_class(subscription: Subscription, tax_class: str) -> list[Pending]:
    """Those that bear the same taxes."""
    return [line for line in subscription.pending if line["tax_class"] == tax_class]


def pending_amount(lines: Iterable[Pending]) -> int:
    """What they make, as priced."""
    return sum(line["amount"] for line in lines)


def wait(subscription: Subscription, change_id: UUID, lines: Iterable[LineToBill], on: date) -> None:
    """Put these on the next invoice."""
    _keep(subscription, [*subscription.pending, *(_written(line, change_id, on) for line in lines)])


def to_bill(line: Pending, subscription: Subscription, taxes: DueTaxes) -> LineToBill:
    """As a line of an invoice, with the taxes of its day."""
    added = {"what": line["code"], "noted_on": line["on"], "change_id": line["change_id"]}
    return LineToBill(
        code=CODE,
        amount=line["amount"],
        taxes=taxes,
        tax_class=line["tax_class"],
        product=line["product"],
        plan=line["plan"],
        facts=line["facts"] | added,
        subscription_id=subscription.id,
        start_on=_day(line["start_on"]),
        until_on=_day(line["until_on"]),
    )


def are_billed(subscription: Subscription, tax_class: str | None = None) -> None:
    """An invoice has them: all, or those of one tax class."""
    _keep(subscription, [line for line in subscription.pending if tax_class not in (None, line["tax_class"])])


def drop(subscription: Subscription, change_id: UUID) -> None:
    """The change is undone: what waits of it is owed no more."""
    _keep(subscription, without(subscription, change_id))


def without(subscription: Subscription, change_id: UUID) -> list[Pending]:
    """What waits of other changes."""
    return [line for line in subscription.pending if line["change_id"] != str(change_id)]


def lower(subscription: Subscription, change_id: UUID, by: int, on: date) -> None:
    """The change was done late, on that day: so much less is owed of it, and for the days from then."""
    kept = []
    for line in subscription.pending:
        less = 0
        if line["change_id"] == str(change_id) and line["code"] == "difference":
            less = min(by, line["amount"])
            by -= less
            first = max(line["facts"]["start_on"], on.isoformat())
            line = line | {"facts": line["facts"] | {"start_on": first}}
        kept.append(line | {"amount": line["amount"] - less})
    _keep(subscription, [line for line in kept if line["amount"]])


def unbilled(lines: Iterable[Pending], periods: Iterable[Period]) -> Iterator[Unbilled]:
    """What of the days of these paid periods waits for an invoice. A set-up fee is for no days."""
    named: Mapping[date, Period] = {period.billed_from_on: period for period in periods}
    for line in lines:
        period = named.get(_day(line["start_on"]) or date.min)
        if period is not None:
            first = max(period.start_on, date.fromisoformat(line["facts"]["start_on"]))
            yield Unbilled(first, period.until_on, line["amount"])


def billed_lines(subscription: Subscription, change_id: UUID) -> Sequence[InvoiceLine]:
    """The lines of invoices that have billed what waited of a change, the latest first."""
    found = InvoiceLine.objects.filter(
        customer_id=subscription.customer_id,
        subscription_id=subscription.id,
        code=CODE,
        facts__change_id=str(change_id),
    )
    return list(found.select_related("invoice").order_by("-id"))


def wait_again(subscription: Subscription, invoice: Invoice) -> None:
    """An invoice was credited whole: what it had billed of earlier changes waits for the next one again."""
    back = waiting_of(subscription, invoice)
    if back:
        _keep(subscription, [*back, *subscription.pending])


def waiting_at_end(
    subscription: Subscription, periods: Iterable[Period], undone: tuple[UUID, Invoice | None] | None = None
) -> list[Pending]:
    """What would wait in vain if the subscription ended: once the bills of these later periods are credited whole, and
    the invoice of a change that is `undone` first."""
    undone_id, invoice = undone or (None, None)
    invoices = [invoice, *(period.invoice for period in periods)]
    back = [line for one in invoices if one is not None for line in waiting_of(subscription, one, undone_id)]
    kept = subscription.pending if undone_id is None else without(subscription, undone_id)
    return [*back, *kept]


def waiting_of(subscription: Subscription, invoice: Invoice, undone_id: UUID | None = None) -> list[Pending]:
    """What would wait again if an invoice were credited whole: not what is of a change that was undone, or would be."""
    owned = {"customer_id": subscription.customer_id, "subscription_id": subscription.id}
    lines = list(InvoiceLine.objects.filter(**owned, invoice=invoice, code=CODE).order_by("id"))
    if not lines:
        return []
    taken_off = CreditNoteLine.objects.filter(**owned, credit_note__invoice=invoice, facts__taken_off=True)
    gone = {str(undone_id), *taken_off.values_list("facts__change_id", flat=True)}
    return [_read_back(line) for line in lines if line.facts["change_id"] not in gone]


def _written(line: LineToBill, change_id: UUID, on: date) -> Pending:
    return {
        "change_id": str(change_id),
        "on": on.isoformat(),
        "code": line.code,
        "amount": line.amount,
        "tax_class": line.tax_class,
        "product": line.product,
        "plan": line.plan,
        "facts": dict(line.facts),
        "start_on": line.start_on.isoformat() if line.start_on else None,
        "until_on": line.until_on.isoformat() if line.until_on else None,
    }


def _read_back(line: InvoiceLine) -> Pending:
    return {
        "change_id": line.facts["change_id"],
        "on": line.facts["noted_on"],
        "code": line.facts["what"],
        "amount": line.amount,
        "tax_class": line.tax_class,
        "product": line.product,
        "plan": line.plan,
        "facts": {name: value for name, value in line.facts.items() if name not in _ADDED},
        "start_on": line.start_on.isoformat() if line.start_on else None,
        "until_on": line.until_on.isoformat() if line.until_on else None,
    }


def _keep(subscription: Subscription, lines: list[Pending]) -> None:
    if lines != subscription.pending:
        subscription.pending = lines
        subscription.save(update_fields=["pending"])


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
