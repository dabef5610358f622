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
    credited = CreditNoteLine.objects.filter(
        customer_id=invoice.customer_id, credit_note__invoice=invoice
    ).values_list("amount", flat=True)
    left = invoice.net - sum(credited)
    if left <= 0:
        return None
    line = lines[0]
    back = LineToCredit(
        reason,
        left,
        line.tax_class,
        line.product,
        line.plan,
        line.facts,
        line.subscription_id,
        line.start_on,
        line.until_on,
    )
    return issue_credit_note(invoice, [back], reason=reason, on=on, at=at, by=by)
