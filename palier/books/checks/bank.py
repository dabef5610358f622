"""What the payers' banks took back, and what arrived at ours: each is in the ledger once."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows


def disputes_are_posted() -> Iterator[Row]:
    """A disputed payment has left the books for what was disputed; one that was won has come back."""
    yield from rows("""
        SELECT d.customer_id, 'dispute ' || d.id, d.state || ', of ' || d.amount || ', posted ' || coalesce(p.sum, 0)
        FROM billing_dispute d LEFT JOIN (
            SELECT e.source_id, -sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.source_kind = 'dispute' AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = d.id
        WHERE coalesce(p.sum, 0) <> CASE WHEN d.state = 'won' THEN 0 ELSE d.amount END
    """)


def what_is_taken_out_is_disputed() -> Iterator[Row]:
    """What was taken out of a period because a payment was disputed is back once the dispute is won, or an event's
    reaction will see to it."""
    yield from rows("""
        SELECT t.customer_id, 'period ' || t.period_id, t.held || ' out of what is held, and its dispute is won'
        FROM subscriptions_takenout t JOIN billing_dispute d ON d.customer_id = t.customer_id AND d.id = t.dispute_id
        WHERE t.returned_at IS NULL AND d.state = 'won' AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs q JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing')
            AND e.customer_id = d.customer_id AND e.subject_id = d.payment_id)
    """)


def arrivals_are_posted() -> Iterator[Row]:
    """Money that arrived at the bank is posted once when it is matched, on an invoice or for the customer, and not
    before."""
    yield from rows("""
        SELECT l.customer_id, 'arrival ' || l.id, l.state || ', of ' || l.amount || ', posted ' || coalesce(p.sum, 0)
        FROM billing_statementline l LEFT JOIN (
            SELECT e.source_id, sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.kind IN ('payment_received', 'deposited') AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = coalesce(l.payment_id, l.id)
        WHERE coalesce(p.sum, 0) <> CASE WHEN l.state = 'matched' THEN l.amount ELSE 0 END
    """)


CHECKS = (disputes_are_posted, what_is_taken_out_is_disputed, arrivals_are_posted)
