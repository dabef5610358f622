"""Lock a customer's accounts before a transaction takes anything that others wait for."""

from uuid import UUID

from django.db import connection

from palier.core.postings import OF_CUSTOMER
from palier.events.keys import new_id


def lock_accounts(customer_id: UUID, currency: str) -> None:
    """Nobody else moves these accounts until the transaction ends. One that was never used is opened, so that there
    is a row to lock; they are taken in the order in which `post` takes them.
    """
    accounts = sorted(OF_CUSTOMER)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ledger_balance AS held (id, customer_id, account, currency, amount)
            SELECT id, %s, account, %s, 0 FROM unnest(%s::uuid[], %s::text[]) AS new (id, account) ORDER BY account
            ON CONFLICT (customer_id, account, currency) DO UPDATE SET amount = held.amount
            """,
            [customer_id, currency, [new_id() for _ in accounts], accounts],
        )
