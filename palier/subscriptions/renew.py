"""Renew subscriptions: bill their next periods, ahead of time, and once.

Chunk by chunk: locked, read, thought through, written. Any number of processes may do it at once: each passes over what
another has. Whatever dies in the middle leaves its chunk undone, and the next run does it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from palier.core.periods import billing_date
from palier.core.renewal import horizon, renews_on
from palier.subscriptions.bill_period import House
from palier.subscriptions.due import (
    Key,
    across_customers_due,
    across_customers_locked,
    across_customers_not_pending_any_more,
    across_customers_read,
    across_customers_take,
)
from palier.subscriptions.models import Subscription
from palier.subscriptions.set_aside import (
    across_customers_not_aside_any_more,
    across_customers_not_set_aside,
    set_aside,
)
from palier.subscriptions.thoughts import Thoughts, fillings
from palier.subscriptions.write_bills import Alike, Bills, checked_before

log = structlog.get_logger()

CHUNK = 1000
REASON_LENGTH = 200
#: The database is gone, or had to choose between two: no subscription's fault, and the next round's matter.
BROKEN = (OperationalError, InterfaceError)

#: What is told of the work as it goes on: how many more subscriptions were seen.
Told = Callable[[int], None]


def nobody(seen: int) -> None:
    """Tells nobody."""


@dataclass
class Renewed:
    """What came of a run: how many periods were billed, for how much by currency (with taxes, in minor units), and
    which subscriptions were set aside, why."""

    count: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    aside: dict[Key, str] = field(default_factory=dict)

    def add(self, bill: Alike) -> None:
        self.count += 1
        self.totals[bill.currency] += bill.total


@dataclass(frozen=True)
class Run:
    """One run over all that is due by a day. `again` tries what was set aside today too."""

    at: datetime
    until_on: date
    thoughts: Thoughts
    again: bool = False
    renewed: Renewed = field(default_factory=Renewed)

    @classmethod
    def of(cls, house: House, at: datetime, *, until_on: date | None = None, again: bool = False) -> "Run":
        """Until the provider's days ahead of today, where no day is given."""
        on = billing_date(at, house.provider.zone)
        return cls(
            at, until_on or horizon(on, house.provider.invoice_days_ahead), Thoughts(house, at, on), again
        )

    @property
    def due(self) -> QuerySet[Subscription]:
        due = across_customers_due(self.until_on)
        return due if self.again else across_customers_not_set_aside(due, self.thoughts.on)


def renew_due(house: House, at: datetime, *, chunk: int = CHUNK, told: Told = nobody) -> Renewed:
    """Bill the next period of every subscription for which it is time."""
    return renew(Run.of(house, at), chunk=chunk, told=told)


def renew(run: Run, *, chunk: int = CHUNK, told: Told = nobody) -> Renewed:
    """Bill the next period of all that is due by the run's day.

    Bills `next_configuration` where a change with nothing left to pay has written one. A subscription that was
    cancelled, or asked to end then, is not renewed; one held up by a restart under way waits for it. What somebody else
    holds at the moment is left to them, or to the next run.
    """
    after: Key | None = None
    while keys := _renew_next(run, after, chunk):
        told(len(keys))
        after = keys[-1]
    return run.renewed


def _renew_next(run: Run, after: Key | None, size: int) -> list[Key]:
    """The next chunk, in one transaction; when something in it fails, its parts in theirs."""
    keys: list[Key] = []
    try:
        with transaction.atomic():
            keys = across_customers_take(run.due, after, size)
            bills = _write(run, keys)
    except BROKEN:
        raise
    except Exception as error:
        if not keys:
            raise
        _apart(run, keys, error)
    else:
        _count(run, bills)
    return keys


def _write(run: Run, keys: Sequence[Key]) -> list[Alike]:
    """Bill these, which this transaction has locked."""
    bills, written, renewed_ids, settled_ids = Bills(run.thoughts.on), [], [], []
    for due in across_customers_read(keys):
        start_on = renews_on(due.agreement, run.until_on)
        if start_on is not None:
            written.append(run.thoughts.bill(due, start_on))
            bills.add(written[-1], due.customer_id, due.subscription_id, fillings(due))
            renewed_ids.append(due.subscription_id)
            if written[-1].bills_pending:
                settled_ids.append(due.subscription_id)
    if written:
        # Before their events, as whoever closes an item does.
        across_customers_not_aside_any_more(renewed_ids, run.at)
        bills.write_but_invoices()
        if settled_ids:
            across_customers_not_pending_any_more(settled_ids)
        with checked_before():
            bills.write_invoices()
    return written


def _apart(run: Run, keys: Sequence[Key], error: Exception) -> None:
    """Something in these failed, and nothing of them was written: each half alone, until it is one that fails."""
    if len(keys) == 1:
        _set_aside(run, keys[0], error)
        return
    middle = len(keys) // 2
    for half in (keys[:middle], keys[middle:]):
        try:
            with transaction.atomic():
                bills = _write(run, across_customers_locked(half))
        except BROKEN:
            raise
        except Exception as found:
            _apart(run, half, found)
        else:
            _count(run, bills)


def _set_aside(run: Run, key: Key, error: Exception) -> None:
    reason = reason_of(error)
    log.warning("not_renewed", subscription_id=str(key[1]), reason=reason, exc_info=error)
    set_aside(*key, reason, on=run.thoughts.on, at=run.at)
    run.renewed.aside[key] = reason


def reason_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip()[:REASON_LENGTH]


def _count(run: Run, bills: Sequence[Alike]) -> None:
    for bill in bills:
        run.renewed.add(bill)
