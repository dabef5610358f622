"""The invariants of the books: small checks, each returning what is wrong, and a list of them at the bottom.

`palier books check` runs them; so do the random lives of the tests. A check reads across customers and writes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

#: What a row is about, and its numbers.
Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must never be: which check found it, what it is about, and the numbers."""

    check: str
    subject: str
    detail: str


def entries_balance() -> Iterator[Row]:
    """The legs of every journal entry sum to zero in each currency."""
    yield from _rows("""
        SELECT 'entry ' || entry_id, 'sums to ' || sum(amount) || ' ' || currency
        FROM ledger_posting GROUP BY entry_id, currency HAVING sum(amount) <> 0
    """)


def balances_are_sums() -> Iterator[Row]:
    """Each running balance of a customer is the sum of its postings."""
    yield from _rows("""
        SELECT account || ' of customer ' || customer_id, 'runs at ' || kept || ', postings sum to ' || summed
        FROM (SELECT customer_id, account, currency, sum(kept) AS kept, sum(summed) AS summed FROM (
            SELECT customer_id, account, currency, amount AS kept, 0 AS summed FROM ledger_balance
            UNION ALL
            SELECT customer_id, account, currency, 0, sum(amount) FROM ledger_posting
            WHERE account IN ('receivable', 'credit_balance') GROUP BY 1, 2, 3
        ) AS both_sides GROUP BY 1, 2, 3) AS compared WHERE kept <> summed
    """)


def credit_balances_are_not_overspent() -> Iterator[Row]:
    """We never owe a customer less than nothing."""
    yield from _rows("""
        SELECT 'customer ' || customer_id, 'overspent by ' || sum(amount) || ' ' || currency
        FROM ledger_posting WHERE account = 'credit_balance' GROUP BY customer_id, currency HAVING sum(amount) > 0
    """)


def invoices_are_posted() -> Iterator[Row]:
    """Every invoice is posted once, for its total."""
    yield from _rows("""
        SELECT 'invoice ' || coalesce(i.number, i.id::text), 'totals ' || i.total || ', posted ' || coalesce(p.sum, 0)
        FROM billing_invoice i LEFT JOIN (
            SELECT e.customer_id, e.source_id, sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.kind = 'invoice_issued' AND p.account = 'receivable' GROUP BY 1, 2
        ) p ON p.customer_id = i.customer_id AND p.source_id = i.id
        WHERE i.total <> coalesce(p.sum, 0)
    """)


def documents_add_up() -> Iterator[Row]:
    """Net and taxes make the total of every invoice and credit note."""
    for table in ("billing_invoice", "billing_creditnote"):
        yield from _rows(f"""
            SELECT '{table} ' || coalesce(number, id::text), 'net ' || net || ' and taxes make ' || total
            FROM {table}
            WHERE total <> net + (SELECT coalesce(sum((tax->>'amount')::bigint), 0)
                                  FROM jsonb_array_elements(taxes) tax)
        """)  # noqa: S608 -- the tables are ours


def nothing_is_owed_below_zero() -> Iterator[Row]:
    """What is paid or credited beyond an invoice is in the credit balance, not on the invoice."""
    yield from _rows("""
        SELECT 'invoice ' || invoice_id, 'is owed ' || sum(amount)
        FROM ledger_posting WHERE account = 'receivable' GROUP BY invoice_id HAVING sum(amount) < 0
    """)


def no_invoice_is_credited_beyond_its_total() -> Iterator[Row]:
    yield from _rows("""
        SELECT 'invoice ' || i.number, 'totals ' || i.total || ', credited ' || sum(c.total)
        FROM billing_invoice i JOIN billing_creditnote c ON c.customer_id = i.customer_id AND c.invoice_id = i.id
        GROUP BY i.id, i.number, i.total HAVING sum(c.total) > i.total
    """)


def numbers_have_no_gap() -> Iterator[Row]:
    """A series counts its documents."""
    yield from _rows("""
        SELECT kind || ' ' || year, 'counted to ' || (next - 1) || ', holds ' || (CASE kind
            WHEN 'invoice' THEN (SELECT count(*) FROM billing_invoice i WHERE extract(year FROM i.issued_on) = year)
            ELSE (SELECT count(*) FROM billing_creditnote c WHERE extract(year FROM c.issued_on) = year) END)
        FROM billing_series WHERE next - 1 <> (CASE kind
            WHEN 'invoice' THEN (SELECT count(*) FROM billing_invoice i WHERE extract(year FROM i.issued_on) = year)
            ELSE (SELECT count(*) FROM billing_creditnote c WHERE extract(year FROM c.issued_on) = year) END)
    """)


def payments_are_posted() -> Iterator[Row]:
    """A payment that succeeded is posted for what was received, and no other is."""
    yield from _rows("""
        SELECT 'payment ' || y.id, y.state || ', received ' || y.received || ', posted ' || coalesce(p.sum, 0)
        FROM billing_payment y LEFT JOIN (
            SELECT e.source_id, sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.kind = 'payment_received' AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = y.id
        WHERE coalesce(p.sum, 0) <> CASE WHEN y.state = 'succeeded' THEN y.received ELSE 0 END
    """)


def refunds_are_posted() -> Iterator[Row]:
    """A refund has left the books for its amount; one that failed has come back."""
    yield from _rows("""
        SELECT 'refund ' || r.id, r.state || ', of ' || r.amount || ', posted ' || coalesce(p.sum, 0)
        FROM billing_refund r LEFT JOIN (
            SELECT e.source_id, -sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.source_kind = 'refund' AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = r.id
        WHERE coalesce(p.sum, 0) <> CASE WHEN r.state = 'failed' THEN 0 ELSE r.amount END
    """)


def invoices_equal_their_quotes() -> Iterator[Row]:
    """The invoice of a change is its quote, to the cent; a change without one had nothing to pay."""
    yield from _rows("""
        SELECT 'plan change ' || c.id,
               'quoted ' || (c.quote->'today'->>'total') || ', invoiced ' || coalesce(i.total, 0)
        FROM plan_changes_planchange c
        LEFT JOIN billing_invoice i ON i.customer_id = c.customer_id AND i.id = c.invoice_id
        WHERE (c.quote->'today'->>'total')::bigint <> coalesce(i.total, 0)
    """)


def nothing_is_delivered_unpaid() -> Iterator[Row]:
    """A change that is done, under way or with a person owes nothing."""
    yield from _rows("""
        SELECT 'plan change ' || c.id, c.state || ', still owed ' || sum(p.amount)
        FROM plan_changes_planchange c
        JOIN ledger_posting p ON p.customer_id = c.customer_id AND p.invoice_id = c.invoice_id
        WHERE c.state IN ('applying', 'needs_person', 'done') AND p.account = 'receivable'
        GROUP BY c.id, c.state HAVING sum(p.amount) <> 0
    """)


def nothing_is_charged_and_not_delivered() -> Iterator[Row]:
    """A change that ended otherwise holds no money: its invoice is credited in full."""
    yield from _rows("""
        SELECT 'plan change ' || c.id, c.state || ', invoiced ' || i.total || ', credited ' || coalesce(sum(n.total), 0)
        FROM plan_changes_planchange c
        JOIN billing_invoice i ON i.customer_id = c.customer_id AND i.id = c.invoice_id
        LEFT JOIN billing_creditnote n ON n.customer_id = i.customer_id AND n.invoice_id = i.id
        WHERE c.state IN ('expired', 'cancelled', 'reversed')
        GROUP BY c.id, c.state, i.total HAVING i.total <> coalesce(sum(n.total), 0)
    """)


def every_change_has_someone() -> Iterator[Row]:
    """A change that is paid or being applied has a job that will run, or an event whose reaction will; one that needs
    a person is in the queue."""
    yield from _rows("""
        WITH reacting AS (
            SELECT e.customer_id, e.subject_id FROM procrastinate_jobs q
            JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing')),
        paid AS (SELECT customer_id, subject_id, at FROM events_event WHERE kind = 'invoice.paid')
        SELECT 'plan change ' || c.id, c.state || ' with nobody at it' FROM plan_changes_planchange c
        WHERE c.state = 'applying' AND NOT EXISTS (
                SELECT 1 FROM provisioning_provisioningjob j WHERE j.customer_id = c.customer_id
                AND j.subject_id = c.id AND (j.state IN ('queued', 'running')
                OR (j.customer_id, j.id) IN (SELECT * FROM reacting)))
           OR c.state = 'awaiting_payment' AND EXISTS (
                SELECT 1 FROM paid p WHERE p.customer_id = c.customer_id AND p.subject_id = c.invoice_id
                AND (c.expires_at IS NULL OR p.at < c.expires_at) AND NOT EXISTS (SELECT 1 FROM reacting r
                    WHERE r.customer_id = p.customer_id AND r.subject_id = p.subject_id))
           OR c.state = 'needs_person' AND NOT EXISTS (
                SELECT 1 FROM work_workitem w WHERE w.customer_id = c.customer_id
                AND w.subject_id = c.id AND w.state IN ('open', 'taken'))
    """)


def every_job_given_up_has_someone() -> Iterator[Row]:
    """What a panel could not do for a subscription is in the queue; a change's own job is its change's matter."""
    yield from _rows("""
        SELECT 'job ' || j.id, j.verb || ' given up with nobody at it' FROM provisioning_provisioningjob j
        WHERE j.state = 'needs_person' AND j.subject_kind <> 'plan_change' AND NOT EXISTS (
            SELECT 1 FROM work_workitem w WHERE w.customer_id = j.customer_id
            AND w.subject_id = j.subject_id AND w.state IN ('open', 'taken'))
    """)


def periods_follow_each_other() -> Iterator[Row]:
    """No two periods of a subscription share a day."""
    yield from _rows("""
        SELECT 'subscription ' || a.subscription_id,
               'periods from ' || a.start_on || ' and ' || b.start_on || ' overlap'
        FROM subscriptions_period a JOIN subscriptions_period b
          ON b.customer_id = a.customer_id AND b.subscription_id = a.subscription_id AND a.id < b.id
         AND a.start_on < b.until_on AND b.start_on < a.until_on
        WHERE a.start_on < a.until_on AND b.start_on < b.until_on
    """)


def only_paid_periods_are_held() -> Iterator[Row]:
    yield from _rows("""
        SELECT 'period ' || id, 'unpaid, holds ' || held_price FROM subscriptions_period
        WHERE paid_on IS NULL AND (held_price <> 0 OR paid_price <> 0)
    """)


def paid_periods_are_held() -> Iterator[Row]:
    """A period on whose invoice nothing is owed is held, or an event's reaction will see to it."""
    yield from _rows("""
        SELECT 'period ' || p.id, 'paid, and not held' FROM subscriptions_period p
        WHERE p.paid_on IS NULL AND p.until_on > p.start_on AND 0 >= (
            SELECT sum(l.amount) FROM ledger_posting l
            WHERE l.customer_id = p.customer_id AND l.invoice_id = p.invoice_id AND l.account = 'receivable')
        AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs q JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing') AND e.kind = 'invoice.paid'
            AND e.customer_id = p.customer_id AND e.subject_id = p.invoice_id)
    """)


CHECKS: tuple[Callable[[], Iterator[Row]], ...] = (
    entries_balance,
    balances_are_sums,
    credit_balances_are_not_overspent,
    invoices_are_posted,
    documents_add_up,
    nothing_is_owed_below_zero,
    no_invoice_is_credited_beyond_its_total,
    numbers_have_no_gap,
    payments_are_posted,
    refunds_are_posted,
    invoices_equal_their_quotes,
    nothing_is_delivered_unpaid,
    nothing_is_charged_and_not_delivered,
    every_change_has_someone,
    every_job_given_up_has_someone,
    periods_follow_each_other,
    only_paid_periods_are_held,
    paid_periods_are_held,
)


def violations() -> list[Violation]:
    """Everything that is wrong with the books; empty when they are right."""
    return [Violation(check.__name__, *found) for check in CHECKS for found in check()]


def _rows(query: str) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from cursor.fetchall()
