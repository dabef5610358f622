"""Check the books once a day: keep what came of it, log it, and have a person look at what is wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction

from palier.books.checks import CHECKS, violations
from palier.books.checks.found import Violation
from palier.books.models import DailyCheck
from palier.core.periods import billing_date
from palier.people.queries import provider
from palier.work.open_item import open_item
from palier.work.queries import open_item_about

#: So many lines are logged, shown on an item, and items opened, at most: what breaks everything floods nobody.
AT_MOST = 50

log = structlog.get_logger()


def check_daily(at: datetime) -> DailyCheck | None:
    """The check of this civil day, or None when it has had its own."""
    on = billing_date(at, provider().zone)
    if DailyCheck.objects.filter(on=on).exists():
        return None
    found = violations()
    _log(found)
    return _keep(found, on=on, at=at)


def _log(found: Sequence[Violation]) -> None:
    for violation in found[:AT_MOST]:
        log.error("books_wrong", **{name: str(value) for name, value in asdict(violation).items()})
    log.info("books_checked", invariants=len(CHECKS), wrong=len(found))


@transaction.atomic
def _keep(found: Sequence[Violation], *, on: date, at: datetime) -> DailyCheck:
    counts = Counter(violation.check for violation in found)
    check = DailyCheck.objects.create(on=on, checked_at=at, invariants=len(CHECKS), found=dict(counts))
    for customer_id in list(dict.fromkeys(one.customer_id for one in found if one.customer_id))[:AT_MOST]:
        _tell_staff(customer_id, [one for one in found if one.customer_id == customer_id], at)
    return check


def _tell_staff(customer_id: UUID, found: Sequence[Violation], at: datetime) -> None:
    """One item for a customer's books: while it is open, nobody is asked again."""
    subject = ("books", customer_id)
    if open_item_about(customer_id, subject) is not None:
        return
    broken = [
        {"check": one.check.replace("_", " "), "subject": one.subject, "detail": one.detail}
        for one in found[:AT_MOST]
    ]
    open_item(
        customer_id, subject=subject, reason="books_wrong", facts={"broken": broken}, promised_by=None, at=at
    )
