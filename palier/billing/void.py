"""Credit an invoice in full: what it was for will not be delivered, or was billed again."""

from datetime import date, datetime

from palier.billing.credit import LineToCredit, issue_credit_note
from palier.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from palier.events.record import SYSTEM, Actor


def credit_all(
    invoice: Invoice, *, reason: str, on: date, at: datetime, by: Actor = SYSTEM
) -> CreditNote | None:
    """A credit note for all that an invoice (locked by the caller) still holds; None when that is nothing."""
    lines = list(InvoiceLine.objects.filter(customer_id=invoice.customer_id, invoice=invoice).order_by("id"))
    credited = CreditNoteLine.objects.filter(customer_id=invoice.customer_id, credit_note__invoice=invoice)
    left = invoice.net - sum(credited.values_list("amount", flat=True))
    if left <= 0:
        return None
    taken_off = set(credited.filter(facts__taken_off=True).values_list("facts__change_id", flat=True))
    waited = [
        line
        for line in lines
        if line.code == "pending" and line.facts["change_id"] not in taken_off and line.net
    ]
    fees = [line for line in lines if line.start_on is None and line.code != "pending"]
    of_periods = [line for line in lines if line.start_on is not None and line.code != "pending"]
    back = []
    for found in (fees, *([line] for line in waited)):
        amount = min(left, sum(line.net for line in found))
        left -= amount
        back += [_back(found[0], amount, reason)] if amount > 0 else []
    if left:
        back.insert(0, _back(of_periods[0] if of_periods else lines[0], left, reason))
    return issue_credit_note(invoice, back, reason=reason, on=on, at=at, by=by)


def _back(line: InvoiceLine, amount: int, reason: str) -> LineToCredit:
    """What was billed for no period (a set-up fee) is credited apart, and so is what had waited from an earlier one: a
    period's own lines say what it still holds."""
    return LineToCredit(
        reason,
        amount,
        line.tax_class,
        line.product,
        line.plan,
        line.facts,
        line.subscription_id,
        line.start_on,
        line.until_on,
    )
