"""The history of a credit balance: what came in, what went out, and what it held then."""

from uuid import UUID

from django.db.models import OuterRef, Subquery

from palier.billing.models import CreditNote, Invoice, Payment, Refund
from palier.core.money import Money
from palier.core.postings import RECEIVABLE
from palier.entrypoints.staff_desk.pages.customer import MovementRow
from palier.ledger.models import Posting
from palier.ledger.queries import credit_movements
from palier.people.models import Customer
from palier.words.movements import movement

SHOWN = 20


def movements_of(customer: Customer, held: int) -> tuple[MovementRow, ...]:
    """The latest ones, counted back from what is `held` now."""
    postings = list(credit_movements(customer.id, customer.currency)[:SHOWN])
    numbers = _numbers(customer.id, postings)
    rows = []
    for posting in postings:
        entry = posting.entry
        rows.append(
            MovementRow(
                on=entry.on,
                sentence=movement(entry.kind, entry.source_kind, numbers.get(entry.source_id, "")),
                amount=Money(-posting.amount, posting.currency),
                balance=Money(held, posting.currency),
            )
        )
        held += posting.amount
    return tuple(rows)


def _numbers(customer_id: UUID, postings: list[Posting]) -> dict[UUID, str]:
    """The number of the document each movement is about, by its source's id, whatever the source is."""
    ids = [posting.entry.source_id for posting in postings]
    owned = {"customer_id": customer_id, "id__in": ids}
    found = [
        *Invoice.objects.filter(**owned).values_list("id", "number"),
        *CreditNote.objects.filter(**owned).values_list("id", "number"),
        *Payment.objects.filter(**owned).values_list("id", "invoice__number"),
        *Refund.objects.filter(**owned).values_list("id", "payment__invoice__number"),
        *_uses(customer_id, ids),
    ]
    return {source_id: number or "" for source_id, number in found}


def _uses(customer_id: UUID, ids: list[UUID]) -> list[tuple[UUID, str | None]]:
    """The invoices that were paid from the balance on the day they were due, by the id of the use."""
    paid = Invoice.objects.filter(customer_id=customer_id, id=OuterRef("invoice_id"))
    legs = Posting.objects.filter(
        customer_id=customer_id, account=RECEIVABLE, entry__source_kind="credit_use", entry__source_id__in=ids
    )
    numbered = legs.annotate(number=Subquery(paid.values("number")[:1]))
    return list(numbered.values_list("entry__source_id", "number"))
