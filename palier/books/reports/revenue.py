"""Revenue by product and plan: what was invoiced before tax, less what was credited, as the ledger has it."""

from zoneinfo import ZoneInfo

from palier.books.reports.table import Column, Proof, Report, Table, by_currency, days_of, selected, summed
from palier.core.periods import Span
from palier.core.postings import REVENUE

COLUMNS = (
    Column("product", "text"),
    Column("plan", "text"),
    Column("invoiced"),
    Column("credited"),
    Column("net"),
)

_LINES = """
    SELECT currency, product, plan, sum(invoiced)::bigint, sum(credited)::bigint, sum(invoiced - credited)::bigint
    FROM (
        SELECT i.currency, l.product, l.plan, l.net AS invoiced, 0 AS credited
        FROM billing_invoice i JOIN billing_invoiceline l ON l.customer_id = i.customer_id AND l.invoice_id = i.id
        WHERE i.issued_on >= %(from)s AND i.issued_on < %(until)s
        UNION ALL
        SELECT n.currency, l.product, l.plan, 0, l.net
        FROM billing_creditnote n
        JOIN billing_creditnoteline l ON l.customer_id = n.customer_id AND l.credit_note_id = n.id
        WHERE n.issued_on >= %(from)s AND n.issued_on < %(until)s
    ) lines GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_ACCOUNT = """
    SELECT p.currency, -sum(p.amount)::bigint
    FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
    WHERE e."on" >= %(from)s AND e."on" < %(until)s AND p.account = %(account)s GROUP BY 1 ORDER BY 1
"""


def revenue(span: Span, zone: ZoneInfo) -> Report:
    """By the day of the document: revenue is earned when it is invoiced and given back when it is credited."""
    posted = dict(selected(_ACCOUNT, days_of(span) | {"account": REVENUE}))
    found = by_currency(selected(_LINES, days_of(span)))
    currencies = sorted({*found, *posted})
    tables = (_table(currency, found.get(currency, []), posted.get(currency, 0)) for currency in currencies)
    return Report("revenue", span, tuple(tables))


def _table(currency: str, rows: list[tuple[str, str, int, int, int]], posted: int) -> Table:
    net = sum(row[-1] for row in rows)
    proof = Proof("revenue_account", net, posted)
    return Table("revenue", currency, COLUMNS, tuple(rows), summed(COLUMNS, rows), proof)
