"""Grant a customer a delay: they promised to pay by a day, and until it is over no step is taken."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from palier.billing.queries import locked_invoice
from palier.dunning.models import Delay
from palier.events.record import Actor, record
from palier.ledger.queries import owed_on
from palier.people.models import User

#: A promise for a later day than this is a slip of the keyboard, and would hold for ever.
MOST_DAYS = 90


class NotGranted(Exception):
    """`code` is `nothing_owed`, `in_the_past` or `too_far`. Nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def grant_delay(
    customer_id: UUID, invoice_id: UUID, *, promised_on: date, note: str, by: User, on: date, at: datetime
) -> Delay:
    """The promise; an earlier one counts no more, so that it is shortened or taken back in the same way.

    A service that is suspended already stays so until it is paid. Raises `NotGranted`.
    """
    invoice = locked_invoice(customer_id, invoice_id)
    if owed_on(customer_id, invoice_id) <= 0:
        raise NotGranted("nothing_owed")
    if promised_on < on:
        raise NotGranted("in_the_past")
    if promised_on > on + timedelta(MOST_DAYS):
        raise NotGranted("too_far")
    delay = Delay.objects.create(
        customer_id=customer_id,
        invoice=invoice,
        promised_on=promised_on,
        note=note,
        granted_by=by,
        granted_at=at,
    )
    record(
        "invoice.delay_granted",
        subject=("invoice", invoice.id),
        customer_id=customer_id,
        at=at,
        actor=Actor("staff", by.id),
        facts={"promised_on": promised_on.isoformat(), "note": note},
    )
    return delay
