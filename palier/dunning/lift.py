"""Let a service work again that was suspended for non-payment, as soon as nothing keeps it so."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.billing.models import InvoiceLine
from palier.core.periods import billing_date
from palier.dunning.queries import cases_about, unpaid_suspension_of
from palier.events.record import SYSTEM
from palier.ledger.queries import owed_on
from palier.provisioning.suspend import resume
from palier.subscriptions.bill_period import House
from palier.subscriptions.queries import locked


def lift_after(customer_id: UUID, invoice_id: UUID, *, house: House, at: datetime) -> None:
    """An invoice was paid or credited: what it was about may work again. Does nothing while some of it is owed."""
    if owed_on(customer_id, invoice_id) > 0:
        return
    lines = InvoiceLine.objects.filter(
        customer_id=customer_id, invoice_id=invoice_id, subscription_id__isnull=False
    )
    for subscription_id in sorted({line for line in lines.values_list("subscription_id", flat=True) if line}):
        lift(customer_id, subscription_id, house=house, at=at)


@transaction.atomic
def lift(customer_id: UUID, subscription_id: UUID, *, house: House, at: datetime) -> bool:
    """False when it is not suspended for non-payment, or another invoice is overdue beyond that day too.

    Another reason to be suspended stays: a payment does not lift it.
    """
    locked(customer_id, subscription_id)
    if unpaid_suspension_of(customer_id, subscription_id) is None:
        return False
    on = billing_date(at, house.provider.zone)
    cases = cases_about(customer_id, subscription_id, on, house=house)
    if any(case.keeps_suspended for case in cases):
        return False
    return resume(customer_id, subscription_id, reason="unpaid", by=SYSTEM, at=at)
