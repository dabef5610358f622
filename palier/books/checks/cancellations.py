"""Ends: what a subscription that is over gave back, and the days it no longer has."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows


def cancellations_give_back_what_was_settled() -> Iterator[Row]:
    """The credit notes of an end at once come to what was settled and kept with the request: no more, no less."""
    yield from rows("""
        SELECT customer_id, 'cancellation ' || id, 'settled ' || settled || ', credited ' || credited
        FROM (
            SELECT r.customer_id, r.id, coalesce((r.settlement->>'net')::bigint, 0) AS settled, (
                SELECT coalesce(sum(l.net), 0) FROM billing_creditnoteline l
                JOIN billing_creditnote n ON n.customer_id = l.customer_id AND n.id = l.credit_note_id
                WHERE l.customer_id = r.customer_id AND l.subscription_id = r.subscription_id
                AND n.reason = 'cancelled') AS credited
            FROM subscriptions_cancellationrequest r WHERE r.state = 'carried_out'
        ) request WHERE settled <> credited
    """)


def what_is_over_has_no_days_left() -> Iterator[Row]:
    """No period of a cancelled subscription goes on after its end."""
    yield from rows("""
        SELECT s.customer_id, 'subscription ' || s.id, 'ended on ' || s.ended_on || ', a period until ' || p.until_on
        FROM subscriptions_subscription s
        JOIN subscriptions_period p ON p.customer_id = s.customer_id AND p.subscription_id = s.id
        WHERE s.state = 'cancelled' AND p.until_on > p.start_on AND p.until_on > s.ended_on
    """)


CHECKS = (cancellations_give_back_what_was_settled, what_is_over_has_no_days_left)
