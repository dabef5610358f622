"""Collect invoices on the day they are due: from the credit balance first, then from the saved method."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum

from palier.billing.collect import NothingOwed, collect
from palier.billing.models import Invoice, Payment
from palier.billing.queries import payment_methods
from palier.billing.settle import record_paid
from palier.core import postings
from palier.core.postings import RECEIVABLE
from palier.ledger.models import Posting
from palier.ledger.post import Entry, post
from palier.ledger.queries import credit_balance, owed_on


def across_customers_due(on: date, subject_kind: str) -> Iterator[tuple[UUID, UUID]]:
    """(customer, invoice) of what is owed, due on that day or before, and was not tried yet."""
    owed = (
        Posting.objects.filter(
            customer_id=OuterRef("customer_id"), invoice_id=OuterRef("id"), account=RECEIVABLE
        )
        .order_by()
        .values("invoice_id")
        .annotate(sum=Sum("amount"))
        .filter(sum__gt=0)
    )
    tried = Payment.objects.filter(customer_id=OuterRef("customer_id"), invoice_id=OuterRef("id"))
    invoices = Invoice.objects.filter(Exists(owed), ~Exists(tried), due_on__lte=on, subject_kind=subject_kind)
    return iter(invoices.order_by("due_on", "id").values_list("customer_id", "id"))


def collect_when_due(customer_id: UUID, invoice_id: UUID, *, on: date, at: datetime) -> None:
    """One try, with what the customer has left us and the method they saved. Without either it stays owed."""
    use_credit_balance(customer_id, invoice_id, on=on, at=at)
    methods = payment_methods(customer_id)
    if not methods or not owed_on(customer_id, invoice_id):
        return
    try:
        collect(
            customer_id,
            invoice_id,
            gateway=methods[0].gateway,
            method_id=methods[0].id,
            return_url=settings.BASE_URL,
            at=at,
        )
    except NothingOwed:
        return


@transaction.atomic
def use_credit_balance(customer_id: UUID, invoice_id: UUID, *, on: date, at: datetime) -> int:
    """Pay what the customer's credit balance covers of an invoice; returns how much."""
    invoice = Invoice.objects.select_for_update().get(customer_id=customer_id, id=invoice_id)
    owed = owed_on(customer_id, invoice_id)
    used = min(owed, credit_balance(customer_id, invoice.currency, lock=True))
    if used > 0:
        legs = postings.credit_balance_used(used)
        entry = Entry("credit_balance_used", ("invoice", invoice_id), legs, invoice_id)
        post([entry], customer_id=customer_id, currency=invoice.currency, on=on, at=at)
        if used == owed:
            record_paid(invoice, at)
    return used
