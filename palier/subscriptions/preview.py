"""What a run of renewals would bill, and write nothing."""

from dataclasses import replace

from django.db import connection, transaction

from palier.core.renewal import renews_on
from palier.subscriptions.due import Due, Key, across_customers_next, across_customers_read, without_pending
from palier.subscriptions.renew import CHUNK, Run, Told, nobody, reason_of


@transaction.atomic
def across_customers_preview(run: Run, *, chunk: int = CHUNK, told: Told = nobody) -> None:
    """Count in `run.renewed` every period that it would bill: a subscription may have more than one by then.

    The transaction may not write: PostgreSQL refuses it. Must not be called within another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    after: Key | None = None
    while keys := across_customers_next(run.due, after, chunk):
        for due in across_customers_read(keys):
            _preview(run, due)
        told(len(keys))
        after = keys[-1]


def _preview(run: Run, due: Due) -> None:
    key, agreement = (due.customer_id, due.subscription_id), due.agreement
    try:
        while (start_on := renews_on(agreement, run.until_on)) is not None:
            bill = run.thoughts.bill(due, start_on)
            run.renewed.add(bill)
            if bill.bills_pending:
                due = without_pending(due)
            agreement = replace(agreement, billed_until_on=bill.until_on)
    except LookupError as error:
        run.renewed.aside[key] = reason_of(error)
