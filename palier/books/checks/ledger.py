"""The journal by itself: entries balance, balances are sums, and nothing is in it that nobody knows."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows
from palier.core.postings import ACCOUNTS, FAMILIES


def entries_balance() -> Iterator[Row]:
    """The legs of every journal entry sum to zero in each currency."""
    yield from rows("""
        SELECT customer_id, 'entry ' || entry_id, 'sums to ' || sum(amount) || ' ' || currency
        FROM ledger_posting GROUP BY customer_id, entry_id, currency HAVING sum(amount) <> 0
    """)


def entries_have_legs() -> Iterator[Row]:
    """Every entry moves something, in its own currency."""
    yield from rows("""
        SELECT e.customer_id, 'entry ' || e.id, 'a ' || e.kind || ' in ' || e.currency || ' without legs in it'
        FROM ledger_journalentry e LEFT JOIN ledger_posting p
          ON p.customer_id = e.customer_id AND p.entry_id = e.id AND p.currency = e.currency
        WHERE p.id IS NULL
        UNION ALL
        SELECT p.customer_id, 'posting ' || p.id, p.currency || ', of an entry in ' || e.currency
        FROM ledger_posting p JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
        WHERE p.currency <> e.currency
    """)


def accounts_are_known() -> Iterator[Row]:
    """Money is posted to the accounts of the ledger and to no other."""
    names = ", ".join(f"'{name}'" for name in sorted(ACCOUNTS))
    families = " AND ".join(f"NOT starts_with(account, '{family}')" for family in FAMILIES)
    yield from rows(f"""
        SELECT customer_id, 'posting ' || id, amount || ' ' || currency || ' in ' || account
        FROM ledger_posting WHERE account NOT IN ({names}) AND {families}
    """)  # noqa: S608 -- the names are ours


def entries_have_their_source() -> Iterator[Row]:
    """What an entry says moved the money exists, and is the same customer's."""
    yield from rows("""
        SELECT e.customer_id, 'entry ' || e.id, 'a ' || e.kind || ' of ' || e.source_kind || ' ' || e.source_id
            || ', which is not there'
        FROM ledger_journalentry e
        LEFT JOIN billing_invoice i ON i.id = e.source_id AND i.customer_id = e.customer_id
        LEFT JOIN billing_creditnote n ON n.id = e.source_id AND n.customer_id = e.customer_id
        LEFT JOIN billing_payment y ON y.id = e.source_id AND y.customer_id = e.customer_id
        LEFT JOIN billing_refund r ON r.id = e.source_id AND r.customer_id = e.customer_id
        LEFT JOIN billing_dispute d ON d.id = e.source_id AND d.customer_id = e.customer_id
        LEFT JOIN billing_statementline l ON l.id = e.source_id AND l.customer_id = e.customer_id
        WHERE e.source_kind IN ('invoice', 'credit_note', 'payment', 'refund', 'dispute', 'statement_line')
            AND coalesce(i.id, n.id, y.id, r.id, d.id, l.id) IS NULL
    """)


def balances_are_sums() -> Iterator[Row]:
    """Each running balance of a customer, their credit balance too, is the sum of its movements."""
    yield from rows("""
        SELECT customer_id, account || ' of customer ' || customer_id,
               'runs at ' || kept || ', postings sum to ' || summed || ' ' || currency
        FROM (SELECT customer_id, account, currency, sum(kept) AS kept, sum(summed) AS summed FROM (
            SELECT customer_id, account, currency, amount AS kept, 0 AS summed FROM ledger_balance
            UNION ALL
            SELECT customer_id, account, currency, 0, sum(amount) FROM ledger_posting
            WHERE account IN ('receivable', 'credit_balance') GROUP BY 1, 2, 3
        ) AS both_sides GROUP BY 1, 2, 3) AS compared WHERE kept <> summed
    """)


def credit_balances_are_not_overspent() -> Iterator[Row]:
    """We never owe a customer less than nothing."""
    yield from rows("""
        SELECT customer_id, 'customer ' || customer_id, 'overspent by ' || sum(amount) || ' ' || currency
        FROM ledger_posting WHERE account = 'credit_balance'
        GROUP BY customer_id, currency HAVING sum(amount) > 0
    """)


def receivable_equals_open_invoices() -> Iterator[Row]:
    """What a customer owes is what is left to pay on their invoices, together."""
    yield from rows("""
        SELECT customer_id, 'customer ' || customer_id,
               'owes ' || sum(kept) || ' ' || currency || ', open invoices make ' || sum(open)
        FROM (
            SELECT customer_id, currency, amount AS kept, 0 AS open FROM ledger_balance WHERE account = 'receivable'
            UNION ALL
            SELECT i.customer_id, i.currency, 0, sum(p.amount)
            FROM billing_invoice i JOIN ledger_posting p ON p.customer_id = i.customer_id AND p.invoice_id = i.id
             AND p.account = 'receivable' AND p.currency = i.currency
            GROUP BY 1, 2
        ) AS both_sides GROUP BY customer_id, currency HAVING sum(kept) <> sum(open)
    """)


CHECKS = (
    entries_balance,
    entries_have_legs,
    accounts_are_known,
    entries_have_their_source,
    balances_are_sums,
    credit_balances_are_not_overspent,
    receivable_equals_open_invoices,
)
