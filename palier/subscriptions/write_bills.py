"""Write the bills of periods: one, or a chunk of thousands. The same rows, by COPY, in the same order.

Bills that are alike but for whom they are for are thought through once (`Alike`) and filled for each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Model

from palier.billing.issue import Draft
from palier.billing.models import Invoice, InvoiceLine
from palier.billing.number import take_numbers
from palier.events.copy_in import blanks_of, copy_in, form, lines_of, mark
from palier.events.keys import new_ids
from palier.events.models import Event
from palier.events.record import event_row, next_versions, queue_reactions
from palier.ledger.models import JournalEntry, Posting
from palier.ledger.post import move_balances, moved_by, rows_of
from palier.subscriptions.models import Period, Subscription

Filled = Callable[..., str]

_NUMBER = mark("number")
#: Stands for the version of an event: no stream is that long.
_VERSION = 2_147_483_646


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows of bills that differ only in whose they are: by table, as forms.

    The blanks of a form are, in order, the customer and the subscription, the `keys` of the new rows (the invoice's
    first), the texts that the subscription was thought with as marks, and last what only the writing knows: a number or
    a version.
    """

    rows: tuple[tuple[type[Model], Filled], ...]
    invoice: Filled | None
    event: Filled
    keys: int
    currency: str
    moved: tuple[tuple[str, int], ...]
    total: int
    until_on: date
    bills_pending: bool


def alike(
    subscription: Subscription,
    period: Period,
    invoice: Draft | None,
    *,
    on: date,
    at: datetime,
    marks: Sequence[str] = (),
) -> Alike:
    """The rows of one bill, with blanks for whatever belongs to this subscription alone. `marks` are the texts that it
    was thought with (copy_in.py)."""
    customer_id, currency = subscription.customer_id, subscription.currency
    rows: dict[type[Model], list[Model]] = {Period: [period]}
    moved: dict[str, int] = {}
    if invoice is not None:
        entry, postings = rows_of(invoice.entry, customer_id=customer_id, currency=currency, on=on, at=at)
        rows |= {InvoiceLine: [*invoice.lines], JournalEntry: [entry], Posting: [*postings]}
        moved = moved_by([invoice.entry])
        invoice.invoice.number = _NUMBER
    event = _billed(subscription, period, at)
    fresh = [invoice.invoice.pk] if invoice else []
    fresh += [row.pk for of_table in rows.values() for row in of_table] + [event.pk]
    blanks = [str(key) for key in (customer_id, subscription.id, *fresh)]
    blanks += [blank for marked in marks for blank in blanks_of(marked)]
    return Alike(
        rows=tuple((model, form(lines_of(found), blanks)) for model, found in rows.items()),
        invoice=form(lines_of([invoice.invoice]), [*blanks, _NUMBER]) if invoice else None,
        event=form(lines_of([event]), [*blanks, str(_VERSION)]),
        keys=len(fresh),
        currency=currency,
        moved=tuple(moved.items()),
        total=invoice.invoice.total if invoice else 0,
        until_on=period.until_on,
        bills_pending=invoice is not None and bool(subscription.pending),
    )


def _billed(subscription: Subscription, period: Period, at: datetime) -> Event:
    invoice_id = str(period.invoice_id) if period.invoice_id else None
    return event_row(
        "period.billed",
        subject=("subscription", subscription.id),
        customer_id=subscription.customer_id,
        at=at,
        version=_VERSION,
        facts={"period": str(period.id), "invoice": invoice_id},
    )


class Bills:
    """Bills on their way to the database. The caller holds the locks of their subscriptions."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._rows: dict[type[Model], list[str]] = defaultdict(list)
        self._invoices: list[tuple[Filled, Sequence[str]]] = []
        self._events: list[tuple[Filled, Sequence[str]]] = []
        self._moved: dict[tuple[str, str, str], int] = defaultdict(int)

    def add(
        self, found: Alike, customer_id: UUID, subscription_id: UUID, fillings: Sequence[str] = ()
    ) -> UUID | None:
        """One more, for this subscription; `fillings` go in the blanks of its marks. Returns its invoice's id."""
        owner = str(customer_id)
        values = (owner, str(subscription_id), *new_ids(found.keys), *fillings)
        for model, filled in found.rows:
            self._rows[model].append(filled(*values))
        self._events.append((found.event, values))
        for account, by in found.moved:
            self._moved[owner, account, found.currency] += by
        if found.invoice is None:
            return None
        self._invoices.append((found.invoice, values))
        return UUID(values[2])

    def write(self) -> None:
        """Everything, the invoices with their numbers last. Raises `IntegrityError` when one was billed already."""
        self.write_but_invoices()
        self.write_invoices()

    def write_but_invoices(self) -> None:
        for model, lines in self._rows.items():
            copy_in(model, lines)
        if self._moved:
            move_balances(self._moved)
        self._write_events()

    def _write_events(self) -> None:
        """An event's id is filled after its row's others: its reactions are queued by it."""
        versions = next_versions([values[1] for _, values in self._events])
        lines = [filled(*values, versions[values[1]]) for filled, values in self._events]
        copy_in(Event, lines)
        queue_reactions([line.split("\t", 1)[0] for line in lines])

    def write_invoices(self) -> None:
        if self._invoices:
            numbers = take_numbers(Invoice, self._on.year, len(self._invoices))
            pairs = zip(self._invoices, numbers, strict=True)
            copy_in(Invoice, (filled(*values, number) for (filled, values), number in pairs))


@contextmanager
def checked_before() -> Iterator[None]:
    """Around the writing of the invoices: what the commit would check is checked before, while nobody waits for it."""
    waiting = _checked_at_commit()
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {waiting} IMMEDIATE")
        yield
        cursor.execute(f"SET CONSTRAINTS {waiting} DEFERRED")


@cache
def _checked_at_commit() -> str:
    """All that waits for the commit, but for what points to the invoices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(conname), ', ') FROM pg_constraint WHERE condeferred"
            " AND connamespace = current_schema()::regnamespace AND confrelid <> %s::regclass",
            [Invoice._meta.db_table],
        )
        return str(cursor.fetchone()[0])
