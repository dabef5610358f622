"""Try a saved payment method again, on the days that the policy says.

The payments themselves say what was tried: a try that died before it began is begun by the next round, and one that
began is not repeated (billing/collect.py).
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from palier.billing.collect_due import charge_saved_method, default_method
from palier.core.periods import billing_date
from palier.dunning.queries import across_customers_overdue, case_of
from palier.subscriptions.bill_period import House


def across_customers_to_retry(on: date, *, house: House) -> Iterator[tuple[UUID, UUID]]:
    """(customer, invoice) of what a saved method is to be tried for again today."""
    for case in across_customers_overdue(on, house=house):
        if case.is_to_retry and default_method(case.invoice.customer_id) is not None:
            yield case.invoice.customer_id, case.invoice.id


def retry(customer_id: UUID, invoice_id: UUID, *, house: House, at: datetime) -> None:
    """Call it outside a transaction. Does nothing when it was tried, paid or promised meanwhile."""
    on = billing_date(at, house.provider.zone)
    case = case_of(customer_id, invoice_id, on, house=house)
    if case is not None and case.is_to_retry:
        charge_saved_method(customer_id, invoice_id, at=at)
