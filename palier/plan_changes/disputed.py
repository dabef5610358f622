"""A payment is disputed: its own differences leave what is held; they come back when it is won or paid again."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from palier.billing.dispute import disputes_that_stand
from palier.billing.models import Dispute, Invoice
from palier.ledger.queries import owed_on
from palier.plan_changes.models import PlanChange
from palier.subscriptions.bill_period import subscription_of_period
from palier.subscriptions.disputed import bring_back, take_out
from palier.subscriptions.models import Period
from palier.subscriptions.queries import locked

Differences = dict[UUID, tuple[int, int]]


@transaction.atomic
def take_disputed_out(customer_id: UUID, invoice_id: UUID, *, at: datetime) -> None:
    """Of every dispute of an invoice's payments that stands. Does nothing for what was taken out before, and waits for
    a change that is not done: nothing is held for it yet."""
    invoice = Invoice.objects.get(customer_id=customer_id, id=invoice_id)
    subscription_id = _subscription_of(invoice)
    if subscription_id is None:
        return
    locked(customer_id, subscription_id)
    differences = _differences(invoice)
    if differences and owed_on(customer_id, invoice_id) > 0:
        for dispute in disputes_that_stand(customer_id, invoice_id):
            part = min(Fraction(1), Fraction(dispute.amount, invoice.total))
            take_out(customer_id, dispute.id, invoice_id, differences, part, at=at)


@transaction.atomic
def bring_won_back(customer_id: UUID, dispute_id: UUID, *, at: datetime) -> None:
    """The dispute is won."""
    dispute = Dispute.objects.select_related("payment__invoice").get(customer_id=customer_id, id=dispute_id)
    subscription_id = _subscription_of(dispute.payment.invoice)
    if dispute.state == "won" and subscription_id is not None:
        locked(customer_id, subscription_id)
        bring_back(customer_id, dispute_id=dispute_id, at=at)


@transaction.atomic
def bring_paid_back(customer_id: UUID, invoice_id: UUID, *, at: datetime) -> None:
    """Nothing is owed on the invoice any more: what it was for is paid, whichever way."""
    invoice = Invoice.objects.get(customer_id=customer_id, id=invoice_id)
    subscription_id = _subscription_of(invoice)
    if subscription_id is not None:
        locked(customer_id, subscription_id)
        if owed_on(customer_id, invoice_id) <= 0:
            bring_back(customer_id, invoice_id=invoice_id, at=at)


def _subscription_of(invoice: Invoice) -> UUID | None:
    if invoice.subject_kind == "period":
        return subscription_of_period(invoice.customer_id, invoice.subject_id)
    if invoice.subject_kind == "plan_change":
        changes = PlanChange.objects.filter(customer_id=invoice.customer_id, id=invoice.subject_id)
        return changes.values_list("subscription_id", flat=True).first()
    return None


def _differences(invoice: Invoice) -> Differences:
    """What the invoice has raised: (held, paid) by period."""
    if invoice.subject_kind == "period":
        periods = Period.objects.filter(
            customer_id=invoice.customer_id, id=invoice.subject_id, paid_on__isnull=False
        )
        return {period.id: (period.price, period.billed_price) for period in periods}
    change = PlanChange.objects.get(customer_id=invoice.customer_id, id=invoice.subject_id)
    return {UUID(period): (held, paid) for period, (held, paid) in change.raised.items()}
