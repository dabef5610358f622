"""Exempt a customer from a tax, and end an exemption. What invoices rest on is never rewritten."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from palier.core.tax_due import Exemption
from palier.events.record import Actor, record
from palier.people.models import Customer, TaxExemption


@transaction.atomic
def add_exemption(
    customer_id: UUID, exemption: Exemption, *, reason: str, by: Actor, at: datetime
) -> TaxExemption:
    """Of one tax or of all, for the invoices from its first day on."""
    row = TaxExemption.objects.create(
        customer_id=customer_id,
        code=exemption.code,
        certificate=exemption.certificate,
        reason=reason,
        from_on=exemption.from_on,
        until_on=exemption.until_on,
        added_at=at,
    )
    Customer.objects.filter(id=customer_id).update(has_exemptions=True)
    _record("tax_exemption.added", row, by, at)
    return row


@transaction.atomic
def end_exemption(
    customer_id: UUID, exemption_id: UUID, *, until_on: date, by: Actor, at: datetime
) -> TaxExemption:
    """Let it end on that day, or before its first one not begin at all. Raises `TaxExemption.DoesNotExist`."""
    row = TaxExemption.objects.select_for_update().get(customer_id=customer_id, id=exemption_id)
    row.until_on = max(until_on, row.from_on)
    row.save(update_fields=["until_on"])
    _record("tax_exemption.ended", row, by, at)
    return row


def _record(kind: str, row: TaxExemption, by: Actor, at: datetime) -> None:
    record(
        kind,
        subject=("tax_exemption", row.id),
        customer_id=row.customer_id,
        at=at,
        actor=by,
        facts={
            "tax": row.code,
            "certificate": row.certificate,
            "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat() if row.until_on else None,
        },
    )
