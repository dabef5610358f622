"""Plan changes: what was invoiced is what was quoted, and none is paid for and left without an end."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows


def invoices_equal_their_quotes() -> Iterator[Row]:
    """The invoice of a change is its quote, to the cent, as of its approval where it had to be approved before; a
    change without one had nothing to pay, or was never approved."""
    yield from rows("""
        SELECT customer_id, 'plan change ' || id, 'quoted ' || quoted || ', invoiced ' || invoiced FROM (
            SELECT c.customer_id, c.id, coalesce(i.total, 0) AS invoiced, CASE
                WHEN c.approved_quote IS NULL AND c.quote->>'approval' = 'before_payment' THEN 0
                ELSE (coalesce(c.approved_quote, c.quote)->'today'->>'total')::bigint END AS quoted
            FROM plan_changes_planchange c
            LEFT JOIN billing_invoice i ON i.customer_id = c.customer_id AND i.id = c.invoice_id
        ) AS both_sides WHERE quoted <> invoiced
    """)


def approval_never_costs_more() -> Iterator[Row]:
    """What our team approved costs no more than what the client had accepted."""
    yield from rows("""
        SELECT customer_id, 'plan change ' || id, 'accepted at ' || (quote->'today'->>'total') || ', approved at '
               || (approved_quote->'today'->>'total') FROM plan_changes_planchange
        WHERE (approved_quote->'today'->>'total')::bigint + (approved_quote->'to_next_invoice'->>'total')::bigint
            > (quote->'today'->>'total')::bigint + (quote->'to_next_invoice'->>'total')::bigint
    """)


def nothing_is_delivered_unpaid() -> Iterator[Row]:
    """A change that is done, under way, with a person or up for approval owes nothing but what the payer's bank took
    back."""
    yield from rows("""
        SELECT c.customer_id, 'plan change ' || c.id, c.state || ', still owed ' || sum(p.amount)
        FROM plan_changes_planchange c
        JOIN ledger_posting p ON p.customer_id = c.customer_id AND p.invoice_id = c.invoice_id
        JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
        WHERE c.state IN ('needs_approval', 'applying', 'needs_person', 'done') AND p.account = 'receivable'
        GROUP BY c.id, c.state HAVING sum(p.amount) NOT BETWEEN 0 AND greatest(0, coalesce(
            sum(p.amount) FILTER (WHERE e.kind IN ('charged_back', 'charge_back_returned')), 0))
    """)


def nothing_is_charged_and_not_delivered() -> Iterator[Row]:
    """A change that ended otherwise holds no money: its invoice is credited in full."""
    yield from rows("""
        SELECT c.customer_id, 'plan change ' || c.id,
               c.state || ', invoiced ' || i.total || ', credited ' || coalesce(sum(n.total), 0)
        FROM plan_changes_planchange c
        JOIN billing_invoice i ON i.customer_id = c.customer_id AND i.id = c.invoice_id
        LEFT JOIN billing_creditnote n ON n.customer_id = i.customer_id AND n.invoice_id = i.id
        WHERE c.state IN ('expired', 'cancelled', 'reversed')
        GROUP BY c.id, c.state, i.total HAVING i.total <> coalesce(sum(n.total), 0)
    """)


def every_change_has_someone() -> Iterator[Row]:
    """No paid change is without an end: one that is paid or being applied has a job that will run, or an event whose
    reaction will; one that needs a person, or our approval, is in the queue."""
    yield from rows("""
        WITH reacting AS (
            SELECT e.customer_id, e.subject_id FROM procrastinate_jobs q
            JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing')),
        paid AS (SELECT customer_id, subject_id, at FROM events_event WHERE kind = 'invoice.paid')
        SELECT c.customer_id, 'plan change ' || c.id, c.state || ' with nobody at it' FROM plan_changes_planchange c
        WHERE c.state = 'applying' AND NOT EXISTS (
                SELECT 1 FROM provisioning_provisioningjob j WHERE j.customer_id = c.customer_id
                AND j.subject_id = c.id AND (j.state IN ('queued', 'running')
                OR (j.customer_id, j.id) IN (SELECT * FROM reacting)))
           OR c.state = 'awaiting_payment' AND EXISTS (
                SELECT 1 FROM paid p WHERE p.customer_id = c.customer_id AND p.subject_id = c.invoice_id
                AND (c.expires_at IS NULL OR p.at < c.expires_at) AND NOT EXISTS (SELECT 1 FROM reacting r
                    WHERE r.customer_id = p.customer_id AND r.subject_id = p.subject_id))
           OR c.state IN ('needs_person', 'needs_approval') AND NOT EXISTS (
                SELECT 1 FROM work_workitem w WHERE w.customer_id = c.customer_id
                AND w.subject_id = c.id AND w.state IN ('open', 'taken'))
    """)


def every_job_given_up_has_someone() -> Iterator[Row]:
    """What a panel could not do for a subscription is in the queue; a change's own job is its change's matter."""
    yield from rows("""
        SELECT j.customer_id, 'job ' || j.id, j.verb || ' given up with nobody at it'
        FROM provisioning_provisioningjob j
        WHERE j.state = 'needs_person' AND j.subject_kind <> 'plan_change' AND NOT EXISTS (
            SELECT 1 FROM work_workitem w WHERE w.customer_id = j.customer_id
            AND w.subject_id = j.subject_id AND w.state IN ('open', 'taken'))
    """)


CHECKS = (
    invoices_equal_their_quotes,
    approval_never_costs_more,
    nothing_is_delivered_unpaid,
    nothing_is_charged_and_not_delivered,
    every_change_has_someone,
    every_job_given_up_has_someone,
)
