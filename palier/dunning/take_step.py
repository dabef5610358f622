"""Take the step that is due about an overdue invoice: a reminder, the suspension of its service, or its end.

The row of the step, what it does and the event that tells of it are one transaction: whatever dies, a step is taken
once, or not yet.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from palier.billing.models import InvoiceLine
from palier.billing.queries import locked_invoice
from palier.core.dunning import StepKind
from palier.core.periods import billing_date
from palier.dunning.models import StepTaken
from palier.dunning.queries import Case, across_customers_overdue, case_of
from palier.events.record import SYSTEM, record
from palier.plan_changes.end_unpaid import end_unpaid
from palier.provisioning.suspend import suspend
from palier.subscriptions.bill_period import House
from palier.subscriptions.queries import locked


def across_customers_due_steps(on: date, *, house: House) -> Iterator[tuple[UUID, UUID]]:
    """(customer, invoice) of every overdue invoice with a step to be taken today."""
    for case in across_customers_overdue(on, house=house):
        if case.is_due:
            yield case.invoice.customer_id, case.invoice.id


@transaction.atomic
def take_step(customer_id: UUID, invoice_id: UUID, *, house: House, at: datetime) -> StepTaken | None:
    """None when none is due: it was taken, paid, promised, or its money is on the way.

    Raises `WorkHasBegun` when a change of the service was begun at this very moment: the step waits for its end.
    """
    _lock(customer_id, invoice_id)
    on = billing_date(at, house.provider.zone)
    case = case_of(customer_id, invoice_id, on, house=house)
    if case is None or case.next is None or not case.is_due:
        return None
    step = case.next.step
    taken = StepTaken.objects.create(
        customer_id=customer_id,
        invoice=case.invoice,
        since_on=case.since_on,
        kind=step.kind,
        number=step.number,
        taken_on=on,
        taken_at=at,
    )
    # What is told of the days to come counts from the step as it was taken.
    _ACTS[step.kind](replace(case, taken=(*case.taken, taken.as_taken)), house, at)
    return taken


def _lock(customer_id: UUID, invoice_id: UUID) -> None:
    """The subscription first, then the accounts and the invoice: as every act does."""
    lines = InvoiceLine.objects.filter(
        customer_id=customer_id, invoice_id=invoice_id, subscription_id__isnull=False
    )
    for subscription_id in lines.order_by("id").values_list("subscription_id", flat=True)[:1]:
        assert subscription_id is not None
        locked(customer_id, subscription_id)
    locked_invoice(customer_id, invoice_id)


def _remind(case: Case, house: House, at: datetime) -> None:
    number = case.taken[-1].number
    facts = {"number": number, "is_last": all(one.step.kind != "reminder" for one in case.upcoming)}
    record(
        "invoice.reminded",
        subject=("invoice", case.invoice.id),
        customer_id=case.invoice.customer_id,
        stream_id=case.subscription.id if case.subscription else None,
        at=at,
        facts=_facts(case) | facts | _dates(case),
    )


def _suspend(case: Case, house: House, at: datetime) -> None:
    if case.subscription is not None:
        facts = _facts(case) | _dates(case)
        suspend(
            case.subscription.customer_id,
            case.subscription.id,
            reason="unpaid",
            facts=facts,
            by=SYSTEM,
            at=at,
        )


def _end(case: Case, house: House, at: datetime) -> None:
    if case.subscription is not None:
        end_unpaid(case.subscription.customer_id, case.subscription.id, house=house, at=at)


def _facts(case: Case) -> dict[str, Any]:
    return {"invoice": str(case.invoice.id), "owed": case.owed.minor, "currency": case.owed.currency}


def _dates(case: Case) -> dict[str, Any]:
    """What is to come, counted from today: told to the client, who may count on it."""
    days = {"suspends_on": case.day_of("suspension"), "ends_on": case.day_of("end")}
    return {name: day.isoformat() if day else None for name, day in days.items()}


_ACTS: Mapping[StepKind, Callable[[Case, House, datetime], None]] = {
    "reminder": _remind,
    "suspension": _suspend,
    "end": _end,
}
