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
    apart = [line for line in lines if line.start_on is None]
    of_fees = min(left, sum(line.net for line in apart))
    of_periods = [line for line in lines if line.start_on is not None]
    back = [
        _back(found[0], amount, reason)
        for found, amount in ((of_periods, left - of_fees), (apart, of_fees))
        if found and amount
    ]
    return issue_credit_note(invoice, back, reason=reason, on=on, at=at, by=by)


def _back(line: InvoiceLine, amount: int, reason: str) -> LineToCredit:
    """What was billed for no period (a set-up fee) is credited apart: a period's own lines say what it still holds."""
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
