"""Money in and money out: what gateways took in and sent back is in the ledger, and no more."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows


def payments_are_posted() -> Iterator[Row]:
    """A payment that succeeded is posted for what was received, and no other is."""
    yield from rows("""
        SELECT y.customer_id, 'payment ' || y.id,
               y.state || ', received ' || y.received || ', posted ' || coalesce(p.sum, 0)
        FROM billing_payment y LEFT JOIN (
            SELECT e.source_id, sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.kind = 'payment_received' AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = y.id
        WHERE coalesce(p.sum, 0) <> CASE WHEN y.state = 'succeeded' THEN y.received ELSE 0 END
    """)


def refunds_are_posted() -> Iterator[Row]:
    """A refund has left the books for its amount; one that failed has come back."""
    yield from rows("""
        SELECT r.customer_id, 'refund ' || r.id, r.state || ', of ' || r.amount || ', posted ' || coalesce(p.sum, 0)
        FROM billing_refund r LEFT JOIN (
            SELECT e.source_id, -sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.source_kind = 'refund' AND p.account LIKE 'cash:%' GROUP BY 1
        ) p ON p.source_id = r.id
        WHERE coalesce(p.sum, 0) <> CASE WHEN r.state = 'failed' THEN 0 ELSE r.amount END
    """)


def refunds_are_never_above_payments() -> Iterator[Row]:
    """No more goes back to where a payment came from than it brought, and in its currency."""
    yield from rows("""
        SELECT y.customer_id, 'payment ' || y.id, 'brought ' || y.received || ', sent back ' || sum(r.amount)
        FROM billing_payment y JOIN billing_refund r ON r.customer_id = y.customer_id AND r.payment_id = y.id
        WHERE r.state <> 'failed'
        GROUP BY y.id HAVING sum(r.amount) > y.received OR bool_or(r.currency <> y.currency)
    """)


def payments_are_in_the_currency_of_their_invoice() -> Iterator[Row]:
    """A payment pays an invoice in the invoice's own currency."""
    yield from rows("""
        SELECT y.customer_id, 'payment ' || y.id, y.currency || ', of an invoice in ' || i.currency
        FROM billing_payment y JOIN billing_invoice i ON i.customer_id = y.customer_id AND i.id = y.invoice_id
        WHERE y.currency <> i.currency
    """)


CHECKS = (
    payments_are_posted,
    refunds_are_posted,
    refunds_are_never_above_payments,
    payments_are_in_the_currency_of_their_invoice,
)
