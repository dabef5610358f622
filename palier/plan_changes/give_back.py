"""Give money back when a change is done: for the days it was late, and where the policy gives it on a move down.

You pay for the new plan from the day it works. Only ever downwards, with the reason, into the credit balance, and
never above what the invoice that billed it still holds.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Sum

from palier.billing.credit import LineToCredit, issue_credit_note, left_to_credit
from palier.billing.models import CreditNote, Invoice, InvoiceLine
from palier.billing.queries import lines_about, locked_invoice
from palier.billing.settle import record_paid
from palier.core.money import round_half_up
from palier.core.proration import billed_part, exact_due
from palier.core.quote import Quote
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Period
from palier.subscriptions.pending import billed_lines, lower


def give_back(
    change: PlanChange, quote: Quote, periods: list[Period], *, house: House, on: date, at: datetime
) -> list[CreditNote]:
    """The credit notes it took. `periods` are those billed since the day of the quote, paid or not, as they were before
    the change."""
    notes = []
    if quote.to_next_invoice.total and on > change.on and not change.restarts:
        less = change.net_due - due_when_done(change, quote, periods, on)
        lower(change.subscription, change.id, less, on)
    for invoice_id, amount, reason in _owed_back(change, quote, periods, on):
        invoice = locked_invoice(change.customer_id, invoice_id)
        amount = min(_net_of(amount, invoice), left_to_credit(invoice))
        if amount > 0:
            line = _line(change, quote, reason, amount, invoice, house, on)
            owed = owed_on(invoice.customer_id, invoice.id)
            note = issue_credit_note(invoice, [line], reason=reason, on=on, at=at)
            if 0 < owed <= note.total:
                record_paid(invoice, at)  # What is left of it was paid before: its period is held.
            notes.append(note)
    return notes


def _owed_back(
    change: PlanChange, quote: Quote, periods: list[Period], on: date
) -> list[tuple[UUID, int, str]]:
    """(invoice, amount, reason): of the change's own invoice, and of each renewal billed at the target meanwhile."""
    found: list[tuple[UUID, int, str]] = []
    if not change.restarts:
        billed_on = _billed_on(change, quote)
        if on > change.on and billed_on is not None and not change.at_renewal:
            found.append((billed_on, change.net_due - due_when_done(change, quote, periods, on), "late"))
        found += [
            (period.invoice_id, late_part(period, quote, on), "late")
            for period in _billed_at_target(change, quote, periods)
            if period.invoice_id is not None
        ]
    if quote.returned:
        found += _returned(change, quote, periods)
    return found


def _billed_on(change: PlanChange, quote: Quote) -> UUID | None:
    """Its own invoice, or the one that what waited of it was billed on since."""
    if not quote.to_next_invoice.total:
        return change.invoice_id
    for line in billed_lines(change.subscription, change.id):
        if left_to_credit(line.invoice) >= line.net:
            found: UUID = line.invoice_id
            return found
    return None


def due_when_done(change: PlanChange, quote: Quote, periods: list[Period], on: date) -> int:
    """The due again, of the same periods and after the same discount, for the day it was done."""
    quoted = [period.held for period in periods if period.start_on < change.paid_until_on]
    return round_half_up(exact_due(change.price, quoted, on) * quote.billed_part)


def _billed_at_target(change: PlanChange, quote: Quote, periods: list[Period]) -> list[Period]:
    """The renewals billed at the target before it was delivered, in the same cycle."""
    if quote.origin.cycle != quote.target.cycle:
        return []
    return [
        period
        for period in periods
        if period.start_on >= change.paid_until_on and period.configuration == change.to_configuration
    ]


def late_part(period: Period, quote: Quote, on: date) -> int:
    """The difference for the days of a renewed period before the change was done."""
    days = (min(on, period.until_on) - period.start_on).days
    difference = max(0, quote.price - quote.origin_price)
    billed = difference * billed_part(period.billed_price, period.price)
    return round_half_up(billed * Fraction(max(0, days), period.cycle_days))


def _returned(change: PlanChange, quote: Quote, periods: list[Period]) -> list[tuple[UUID, int, str]]:
    """What the policy returns, from the invoices that billed the paid periods, the latest first."""
    starts = [period.billed_from_on for period in periods if period.is_paid]
    billed = (
        lines_about(change.customer_id, change.subscription_id)
        .filter(start_on__in=starts)
        .values("invoice_id", "invoice__issued_at")
        .annotate(sum=Sum("amount"))
        .order_by("-invoice__issued_at")
    )
    left = quote.returned
    found: list[tuple[UUID, int, str]] = []
    for row in billed:
        if left > 0 and row["sum"] > 0:
            found.append((row["invoice_id"], min(left, row["sum"]), "returned"))
            left -= min(left, row["sum"])
    return found


def _net_of(amount: int, invoice: Invoice) -> int:
    """An amount of prices as an amount before tax: the same, unless the prices include it."""
    priced = sum(line.amount for line in invoice.lines.filter(customer_id=invoice.customer_id))
    return amount if priced == invoice.net else round_half_up(Fraction(amount * invoice.net, priced))


def _line(
    change: PlanChange, quote: Quote, reason: str, amount: int, invoice: Invoice, house: House, on: date
) -> LineToCredit:
    plans = house.catalog.plans
    billed = lines_about(change.customer_id, change.subscription_id).filter(invoice=invoice)
    first = billed.order_by("start_on").first()
    plan = first.plan if first else quote.target.plan
    return LineToCredit(
        code=reason,
        amount=amount,
        tax_class=house.catalog.product_of(quote.target.plan).tax_class,
        product=house.catalog.product_of(plan).code,
        plan=plan,
        facts={
            "label": change.subscription.label,
            "origin": dict(plans[quote.origin.plan].names),
            "plan": dict(plans[quote.target.plan].names),
            "done_on": on.isoformat(),
            **(_days_late(change, first, on) if reason == "late" and first else {}),
        },
        subscription_id=change.subscription_id,
        start_on=first.start_on if first else None,
        until_on=first.until_on if first else None,
    )


def _days_late(change: PlanChange, billed: InvoiceLine, on: date) -> dict[str, str | int]:
    """The days that an invoice billed and on which the change was not delivered yet."""
    from_on = max(change.on, billed.start_on or change.on)
    until_on = min(on, billed.until_on or on)
    return {"from_on": from_on.isoformat(), "late_days": (until_on - from_on).days}


def late_facts(notes: Sequence[CreditNote]) -> dict[str, str | int]:
    """What the event of a change says of a late delivery: what was given back, taxes included, and for how long."""
    late = [note for note in notes if note.reason == "late"]
    if not late:
        return {}
    days = (line.facts["late_days"] for note in late for line in note.lines.all())
    return {
        "given_back": sum(note.total for note in late),
        "currency": late[0].currency,
        "late_days": sum(days),
    }
