"""The trial balance: what each account held, what came and went, what it holds; debits equal credits."""

from zoneinfo import ZoneInfo

from palier.books.reports.table import Column, Proof, Report, Table, by_currency, days_of, selected, summed
from palier.core.periods import Span

COLUMNS = (
    Column("account", "text"),
    Column("opening"),
    Column("debits"),
    Column("credits"),
    Column("closing"),
)

_BALANCE = """
    SELECT p.currency, p.account,
           coalesce(sum(p.amount) FILTER (WHERE e."on" < %(from)s), 0)::bigint,
           coalesce(sum(p.amount) FILTER (WHERE e."on" >= %(from)s AND p.amount > 0), 0)::bigint,
           coalesce(-sum(p.amount) FILTER (WHERE e."on" >= %(from)s AND p.amount < 0), 0)::bigint,
           sum(p.amount)::bigint
    FROM ledger_posting p JOIN ledger_journalentry e ON e.customer_id = p.customer_id AND e.id = p.entry_id
    WHERE e."on" < %(until)s GROUP BY 1, 2 ORDER BY 1, 2
"""


def trial_balance(span: Span, zone: ZoneInfo) -> Report:
    """A balance is signed as postings are: what is owed to us is positive, what we owe or have earned negative."""
    found = by_currency(selected(_BALANCE, days_of(span)))
    return Report("trial-balance", span, tuple(_table(currency, rows) for currency, rows in found.items()))


def _table(currency: str, rows: list[tuple[str, int, int, int, int]]) -> Table:
    total = summed(COLUMNS, rows)
    _, _, debits, credits, _ = total
    assert isinstance(debits, int) and isinstance(credits, int)
    return Table("trial-balance", currency, COLUMNS, tuple(rows), total, Proof("credits", debits, credits))
