"""Dunning: who is suspended for non-payment owes something, and no step is taken on what is settled."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows


def suspended_services_have_a_reason() -> Iterator[Row]:
    """A subscription is suspended exactly while a reason for it holds."""
    yield from rows("""
        SELECT s.customer_id, 'subscription ' || s.id, s.state || ', reasons that hold: ' || count(r.id)
        FROM subscriptions_subscription s LEFT JOIN subscriptions_suspension r
          ON r.customer_id = s.customer_id AND r.subscription_id = s.id AND r.lifted_at IS NULL
        WHERE s.state <> 'cancelled' GROUP BY s.customer_id, s.id, s.state
        HAVING (s.state = 'suspended') <> (count(r.id) > 0)
    """)


def nobody_is_suspended_who_owes_nothing() -> Iterator[Row]:
    """What is suspended for non-payment has an overdue invoice, or an event whose reaction lets it work again."""
    yield from rows("""
        WITH owed AS (
            SELECT p.customer_id, p.invoice_id FROM ledger_posting p WHERE p.account = 'receivable'
            GROUP BY 1, 2 HAVING sum(p.amount) > 0),
        reacting AS (
            SELECT e.customer_id, e.kind, e.subject_id, e.facts FROM procrastinate_jobs q
            JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing'))
        SELECT r.customer_id, 'subscription ' || r.subscription_id, 'suspended for non-payment, with nothing overdue'
        FROM subscriptions_suspension r JOIN subscriptions_subscription s
          ON s.customer_id = r.customer_id AND s.id = r.subscription_id AND s.state = 'suspended'
        WHERE r.reason = 'unpaid' AND r.lifted_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM billing_invoiceline l LEFT JOIN owed o
              ON o.customer_id = l.customer_id AND o.invoice_id = l.invoice_id
            WHERE l.customer_id = r.customer_id AND l.subscription_id = r.subscription_id
            AND (o.invoice_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM reacting e WHERE e.customer_id = l.customer_id
                AND (e.kind = 'invoice.paid' AND e.subject_id = l.invoice_id
                     OR e.kind = 'credit_note.issued' AND e.facts->>'invoice' = l.invoice_id::text))))
    """)


def nobody_is_reminded_of_what_is_paid() -> Iterator[Row]:
    """No step of dunning is taken on an invoice after the payment that settled it, unless a bank took that back."""
    yield from rows("""
        SELECT t.customer_id, 'invoice ' || i.number,
               t.kind || ' ' || t.number || ' at ' || t.taken_at || ', settled before'
        FROM dunning_steptaken t
        JOIN billing_invoice i ON i.customer_id = t.customer_id AND i.id = t.invoice_id
        WHERE (SELECT sum(p.amount) FROM ledger_posting p
               JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
               WHERE p.customer_id = t.customer_id AND p.invoice_id = t.invoice_id AND p.account = 'receivable'
               AND e.at < t.taken_at) <= 0
    """)


def steps_are_taken_in_order() -> Iterator[Row]:
    """Reminders, then the suspension, then the end: never two of them about one invoice on the same day."""
    yield from rows("""
        WITH placed AS (
            SELECT *, array_position(ARRAY['reminder', 'suspension', 'end'], kind::text) AS rank FROM dunning_steptaken)
        SELECT a.customer_id, 'invoice ' || a.invoice_id, a.kind || ' ' || a.number || ' on ' || a.taken_on || ', '
               || b.kind || ' ' || b.number || ' on ' || b.taken_on
        FROM placed a JOIN placed b ON b.customer_id = a.customer_id AND b.invoice_id = a.invoice_id
         AND b.since_on = a.since_on AND (a.rank, a.number) < (b.rank, b.number) AND a.taken_on >= b.taken_on
    """)


CHECKS = (
    suspended_services_have_a_reason,
    nobody_is_suspended_who_owes_nothing,
    nobody_is_reminded_of_what_is_paid,
    steps_are_taken_in_order,
)
