"""Periods: the dates that are renewed on, the level that is held, and what is carried over."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from palier.books.checks.found import Row, rows
from palier.core.periods import BillingCycle, Span, boundary, period_containing


def periods_follow_each_other() -> Iterator[Row]:
    """No two periods of a subscription share a day."""
    yield from rows("""
        SELECT a.customer_id, 'subscription ' || a.subscription_id,
               'periods from ' || a.start_on || ' and ' || b.start_on || ' overlap'
        FROM subscriptions_period a JOIN subscriptions_period b
          ON b.customer_id = a.customer_id AND b.subscription_id = a.subscription_id AND a.id < b.id
         AND a.start_on < b.until_on AND b.start_on < a.until_on
        WHERE a.start_on < a.until_on AND b.start_on < b.until_on
    """)


def periods_leave_no_day_out() -> Iterator[Row]:
    """The next period of a subscription begins on the day the last one ends."""
    yield from rows("""
        SELECT customer_id, 'subscription ' || subscription_id, 'nothing from ' || until_on || ' to ' || next_on
        FROM (SELECT *, lead(start_on) OVER (PARTITION BY customer_id, subscription_id ORDER BY start_on) AS next_on
              FROM subscriptions_period WHERE until_on > start_on) period
        WHERE next_on > until_on
    """)


def renewal_dates_follow_the_anchor() -> Iterator[Row]:
    """A subscription renews on its anchor and a whole number of cycles, or a cycle after a period that began elsewhere;
    a period that was extended anchors the next ones itself."""
    with connection.chunked_cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT ON (s.customer_id, s.id) s.customer_id, s.id, s.anchor_on, p.start_on, p.until_on,
                   p.configuration->>'cycle'
            FROM subscriptions_subscription s
            JOIN subscriptions_period p ON p.customer_id = s.customer_id AND p.subscription_id = s.id
             AND p.until_on > p.start_on
            WHERE s.state <> 'cancelled' ORDER BY s.customer_id, s.id, p.until_on DESC
        """)
        for customer_id, subscription_id, anchor_on, start_on, until_on, cycle in cursor:
            if not _renews_there(anchor_on, Span(start_on, until_on), BillingCycle(cycle)):
                yield (
                    customer_id,
                    f"subscription {subscription_id}",
                    f"{cycle} from {start_on}, anchored on {anchor_on}, renews on {until_on}",
                )


def _renews_there(anchor_on: date, span: Span, cycle: BillingCycle) -> bool:
    if not cycle.is_recurring or span.until_on == anchor_on:
        return True
    ends = {period_containing(anchor_on, cycle, span.start_on).until_on, boundary(span.start_on, cycle, 1)}
    return span.until_on in ends


def carried_is_never_above_what_was_paid() -> Iterator[Row]:
    """What a restart brought along is no more than the lines of the periods it ended held, before tax and net of credit
    notes, what waited for an invoice, and what had been carried into those. Keys are in the order of time, so earlier
    rows have lower ones."""
    yield from rows("""
        SELECT p.customer_id, 'period ' || p.id, 'carried ' || p.carried_in || ', of ' || held.sum
        FROM subscriptions_period p CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount), 0) AS sum FROM (
                SELECT l.amount FROM billing_invoiceline l
                WHERE l.customer_id = p.customer_id AND l.subscription_id = p.subscription_id
                  AND l.until_on > p.billed_from_on
                  AND (l.code = 'pending' OR (l.id < p.id AND l.invoice_id IS DISTINCT FROM p.invoice_id))
                UNION ALL
                SELECT -l.amount FROM billing_creditnoteline l
                WHERE l.customer_id = p.customer_id AND l.subscription_id = p.subscription_id AND l.id < p.id
                  AND l.until_on > p.billed_from_on
                UNION ALL
                SELECT (w->>'amount')::bigint FROM subscriptions_subscription s, jsonb_array_elements(s.pending) w
                WHERE s.customer_id = p.customer_id AND s.id = p.subscription_id
                UNION ALL
                SELECT e.carried_in FROM subscriptions_period e
                WHERE e.customer_id = p.customer_id AND e.subscription_id = p.subscription_id AND e.id < p.id
                  AND e.until_on >= p.start_on
            ) AS parts
        ) AS held
        WHERE p.carried_in > 0 AND p.carried_in > held.sum
    """)


def only_paid_periods_are_held() -> Iterator[Row]:
    """Until the invoice of a period is paid, no level is held in it."""
    yield from rows("""
        SELECT customer_id, 'period ' || id, 'unpaid, holds ' || held_price FROM subscriptions_period
        WHERE paid_on IS NULL AND (held_price <> 0 OR paid_price <> 0)
    """)


def paid_periods_are_held() -> Iterator[Row]:
    """A period on whose invoice nothing is owed is held, or an event's reaction will see to it."""
    yield from rows("""
        SELECT p.customer_id, 'period ' || p.id, 'paid, and not held' FROM subscriptions_period p
        WHERE p.paid_on IS NULL AND p.until_on > p.start_on AND 0 >= (
            SELECT sum(l.amount) FROM ledger_posting l
            WHERE l.customer_id = p.customer_id AND l.invoice_id = p.invoice_id AND l.account = 'receivable')
        AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs q JOIN events_event e ON e.id = (q.args->>'event_id')::uuid
            WHERE q.task_name = 'palier.react' AND q.status IN ('todo', 'doing') AND e.kind = 'invoice.paid'
            AND e.customer_id = p.customer_id AND e.subject_id = p.invoice_id)
    """)


CHECKS = (
    periods_follow_each_other,
    periods_leave_no_day_out,
    renewal_dates_follow_the_anchor,
    carried_is_never_above_what_was_paid,
    only_paid_periods_are_held,
    paid_periods_are_held,
)
