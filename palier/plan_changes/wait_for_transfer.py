"""The client pays a change by a transfer: it takes days, and the change waits for them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.billing.models import Payment
from palier.core.periods import billing_date
from palier.plan_changes.accept import expiry
from palier.plan_changes.queries import locked_change
from palier.subscriptions.bill_period import House


@transaction.atomic
def wait_for_transfer(customer_id: UUID, payment_id: UUID, *, house: House, at: datetime) -> None:
    """Its expiry becomes the transfer's, never past the period. Does nothing once the change has moved on, or the
    transfer is no longer awaited."""
    payment = Payment.objects.select_related("invoice").get(customer_id=customer_id, id=payment_id)
    invoice = payment.invoice
    if invoice.subject_kind != "plan_change" or payment.state != "awaiting_transfer":
        return
    change, _ = locked_change(customer_id, invoice.subject_id)
    if change.state != "awaiting_payment" or change.expires_at is None:
        return
    path = house.catalog.path(change.origin.plan, change.target.plan)
    days = path.policies.transfer_expires_days if path else 7
    on = billing_date(payment.started_at, house.provider.zone)
    later = expiry(on, days, change.paid_until_on, house.provider.zone)
    if later > change.expires_at:
        change.expires_at = later
        change.save(update_fields=["expires_at"])
