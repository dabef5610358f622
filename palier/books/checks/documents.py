"""Invoices and credit notes: they add up, they are numbered without a gap, and they are in the ledger as printed."""

from collections.abc import Iterator

from palier.books.checks.found import Row, rows

#: Every document as one list, with its sign in the ledger: an invoice earns, a credit note gives back.
_DOCUMENTS = """documents AS (
    SELECT customer_id, id, 'invoice' AS kind, number, currency, issued_on, net, total, taxes, 1 AS sign
    FROM billing_invoice
    UNION ALL
    SELECT customer_id, id, 'credit_note', number, currency, issued_on, net, total, taxes, -1 FROM billing_creditnote
)"""
_NAME = "replace(d.kind, '_', ' ') || ' ' || coalesce(d.number, d.id::text)"


def documents_are_posted() -> Iterator[Row]:
    """Every invoice and credit note is posted once, for its total, on its day."""
    yield from rows(f"""
        WITH {_DOCUMENTS}, posted AS (
            SELECT e.customer_id, e.source_id, min(e.on) AS on, sum(p.amount) AS sum
            FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
            WHERE e.kind IN ('invoice_issued', 'credit_note_issued') AND p.account = 'receivable' GROUP BY 1, 2
        )
        SELECT d.customer_id, {_NAME}, 'totals ' || d.total || ' on ' || d.issued_on || ', posted '
               || coalesce(d.sign * p.sum, 0) || coalesce(' on ' || p.on, '')
        FROM documents d LEFT JOIN posted p ON p.customer_id = d.customer_id AND p.source_id = d.id
        WHERE d.total <> coalesce(d.sign * p.sum, 0) OR p.on <> d.issued_on
    """)  # noqa: S608 -- the texts are ours


def documents_add_up() -> Iterator[Row]:
    """Net and taxes make the total of every invoice and credit note."""
    yield from rows(f"""
        WITH {_DOCUMENTS}
        SELECT d.customer_id, {_NAME}, 'net ' || d.net || ' and taxes make ' || d.total FROM documents d
        WHERE d.total <> d.net + (SELECT coalesce(sum((tax->>'amount')::bigint), 0)
                                  FROM jsonb_array_elements(d.taxes) tax)
    """)  # noqa: S608 -- the texts are ours


def lines_add_up() -> Iterator[Row]:
    """The lines of every document, before tax, make its net."""
    yield from rows(f"""
        WITH {_DOCUMENTS}, lines AS (
            SELECT customer_id, invoice_id AS id, net FROM billing_invoiceline
            UNION ALL SELECT customer_id, credit_note_id, net FROM billing_creditnoteline
        ), summed AS (SELECT customer_id, id, sum(net) AS net FROM lines GROUP BY 1, 2)
        SELECT d.customer_id, {_NAME}, 'net ' || d.net || ', its lines make ' || coalesce(s.net, 0)
        FROM documents d LEFT JOIN summed s ON s.customer_id = d.customer_id AND s.id = d.id
        WHERE d.net <> coalesce(s.net, 0)
    """)  # noqa: S608 -- the texts are ours


def revenue_equals_net_invoiced() -> Iterator[Row]:
    """Revenue is the net of what was invoiced less what was credited, document by document, and nothing else."""
    yield from rows(f"""
        WITH {_DOCUMENTS}, posted AS (
            SELECT e.customer_id, e.source_id, min(e.id::text) AS entry, -sum(p.amount) AS sum
            FROM ledger_posting p JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
            WHERE p.account = 'revenue' GROUP BY 1, 2
        )
        SELECT coalesce(d.customer_id, p.customer_id), coalesce({_NAME}, 'entry ' || p.entry),
               'net ' || coalesce(d.sign * d.net, 0) || ', revenue ' || coalesce(p.sum, 0)
        FROM documents d FULL JOIN posted p ON p.customer_id = d.customer_id AND p.source_id = d.id
        WHERE coalesce(d.sign * d.net, 0) <> coalesce(p.sum, 0)
    """)  # noqa: S608 -- the texts are ours


def tax_payable_equals_tax_invoiced() -> Iterator[Row]:
    """Each tax payable is the tax invoiced less the tax credited, document by document, and nothing else."""
    yield from rows(f"""
        WITH {_DOCUMENTS}, printed AS (
            SELECT d.customer_id, d.id, d.currency, {_NAME} AS name, 'tax:' || (tax->>'code') AS account,
                   sum(d.sign * (tax->>'amount')::bigint) AS sum
            FROM documents d, jsonb_array_elements(d.taxes) tax GROUP BY 1, 2, 3, 4, 5
        ), posted AS (
            SELECT e.customer_id, e.source_id, p.account, min(e.id::text) AS entry, -sum(p.amount) AS sum
            FROM ledger_posting p JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
            WHERE p.account LIKE 'tax:%' GROUP BY 1, 2, 3
        )
        SELECT coalesce(d.customer_id, p.customer_id), coalesce(d.name, 'entry ' || p.entry),
               coalesce(d.account, p.account) || ': invoiced ' || coalesce(d.sum, 0)
               || ', payable ' || coalesce(p.sum, 0)
        FROM printed d FULL JOIN posted p
          ON p.customer_id = d.customer_id AND p.source_id = d.id AND p.account = d.account
        WHERE coalesce(d.sum, 0) <> coalesce(p.sum, 0)
    """)  # noqa: S608 -- the texts are ours


def no_invoice_is_credited_beyond_its_total() -> Iterator[Row]:
    """The credit notes of an invoice give back no more than it asked for, in its currency."""
    yield from rows("""
        SELECT i.customer_id, 'invoice ' || i.number, 'totals ' || i.total || ', credited ' || sum(c.total)
        FROM billing_invoice i JOIN billing_creditnote c ON c.customer_id = i.customer_id AND c.invoice_id = i.id
        GROUP BY i.customer_id, i.id, i.number, i.total, i.currency
        HAVING sum(c.total) > i.total OR bool_or(c.currency <> i.currency)
    """)


def nothing_is_owed_below_zero() -> Iterator[Row]:
    """What is paid or credited beyond an invoice is in the credit balance, not on the invoice."""
    yield from rows("""
        SELECT p.customer_id, 'invoice ' || coalesce(i.number, p.invoice_id::text), 'is owed ' || sum(p.amount)
        FROM ledger_posting p LEFT JOIN billing_invoice i ON i.customer_id = p.customer_id AND i.id = p.invoice_id
        WHERE p.account = 'receivable'
        GROUP BY p.customer_id, p.invoice_id, i.number HAVING sum(p.amount) < 0
    """)


def numbers_have_no_gap() -> Iterator[Row]:
    """A series counts its documents, and every document has a number."""
    yield from rows(f"""
        WITH {_DOCUMENTS}, held AS (
            SELECT replace(kind, '_', '') AS kind, extract(year FROM issued_on) AS year, count(number) AS number
            FROM documents GROUP BY 1, 2
        )
        SELECT NULL::uuid, s.kind || ' ' || s.year, 'counted to ' || (s.next - 1) || ', holds ' || coalesce(h.number, 0)
        FROM billing_series s LEFT JOIN held h ON h.kind = s.kind AND h.year = s.year
        WHERE s.next - 1 <> coalesce(h.number, 0)
        UNION ALL
        SELECT d.customer_id, {_NAME}, 'has no number' FROM documents d WHERE d.number IS NULL
    """)  # noqa: S608 -- the texts are ours


CHECKS = (
    documents_are_posted,
    documents_add_up,
    lines_add_up,
    revenue_equals_net_invoiced,
    tax_payable_equals_tax_invoiced,
    no_invoice_is_credited_beyond_its_total,
    nothing_is_owed_below_zero,
    numbers_have_no_gap,
)
