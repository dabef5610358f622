"""The tax report: what was invoiced of each tax, what was credited, and what is to be remitted.

By the day of the document, as an accrual return asks. A credit note takes from the period it is issued in. What a
return also asks of purchases (input tax credits and refunds) is not in the books of a billing system.
"""

from collections.abc import Mapping
from fractions import Fraction
from zoneinfo import ZoneInfo

from palier.books.reports.table import Column, Proof, Report, Table, by_currency, days_of, selected, summed
from palier.core.periods import Span

COLUMNS = (
    Column("tax", "text"),
    Column("rate", "rate"),
    Column("base"),
    Column("invoiced"),
    Column("credited"),
    Column("to_remit"),
)
#: The lines of the GST/HST and QST return of Revenu Québec (FPZ-500, FP-500), for amounts in Canadian dollars.
RETURN_COLUMNS = (Column("what", "text"), Column("line", "text"), Column("amount"))
SUPPLIES_LINE = "101"
TAX_LINES: Mapping[str, str] = {
    "TPS": "103",
    "GST": "103",
    "TVH": "103",
    "HST": "103",
    "TVQ": "203",
    "QST": "203",
}

_DOCUMENTS = """documents AS (
    SELECT currency, net, taxes, 1 AS sign FROM billing_invoice
    WHERE issued_on >= %(from)s AND issued_on < %(until)s
    UNION ALL
    SELECT currency, net, taxes, -1 FROM billing_creditnote WHERE issued_on >= %(from)s AND issued_on < %(until)s
)"""
_TAXES = f"""
    WITH {_DOCUMENTS}
    SELECT currency, tax->>'code', tax->>'rate', sum(sign * (tax->>'base')::bigint)::bigint,
           coalesce(sum((tax->>'amount')::bigint) FILTER (WHERE sign = 1), 0)::bigint,
           coalesce(sum((tax->>'amount')::bigint) FILTER (WHERE sign = -1), 0)::bigint,
           sum(sign * (tax->>'amount')::bigint)::bigint
    FROM documents, jsonb_array_elements(taxes) tax GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 -- the texts are ours
_SALES = f"""
    WITH {_DOCUMENTS}
    SELECT currency, sum(sign * net)::bigint, coalesce(sum(sign * net) FILTER (WHERE NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(taxes) tax WHERE (tax->>'amount')::bigint <> 0)), 0)::bigint
    FROM documents GROUP BY 1 ORDER BY 1
"""  # noqa: S608 -- the texts are ours
_PAYABLE = """
    SELECT p.currency, -sum(p.amount)::bigint
    FROM ledger_journalentry e JOIN ledger_posting p ON p.customer_id = e.customer_id AND p.entry_id = e.id
    WHERE e."on" >= %(from)s AND e."on" < %(until)s AND p.account LIKE 'tax:%%' GROUP BY 1
"""

TaxRow = tuple[str, Fraction, int, int, int, int]


def taxes(span: Span, zone: ZoneInfo) -> Report:
    """Two tables a currency: the taxes, and the sales that they were or were not due on."""
    days = days_of(span)
    payable = dict(selected(_PAYABLE, days))
    by_tax = by_currency(selected(_TAXES, days))
    tables: list[Table] = []
    for currency, sales, untaxed in selected(_SALES, days):
        rows = [(code, Fraction(rate), *rest) for code, rate, *rest in by_tax.get(currency, [])]
        tables += [_taxes(currency, rows, payable.get(currency, 0)), _sales(currency, rows, sales, untaxed)]
    return Report("taxes", span, tuple(tables))


def _taxes(currency: str, rows: list[TaxRow], payable: int) -> Table:
    # Bases of different taxes are not added: one sale may be under several.
    total = tuple(
        None if column.code == "base" else cell
        for column, cell in zip(COLUMNS, summed(COLUMNS, rows), strict=True)
    )
    proof = Proof("tax_accounts", sum(row[-1] for row in rows), payable)
    return Table("taxes", currency, COLUMNS, tuple(rows), total, proof)


def _sales(currency: str, rows: list[TaxRow], sales: int, untaxed: int) -> Table:
    in_quebec = currency == "CAD" and any(TAX_LINES.get(row[0]) == "203" for row in rows)
    lines: list[tuple[str, str, int]] = [("sales", SUPPLIES_LINE if in_quebec else "", sales)]
    lines += [("taxed_sales", "", sales - untaxed), ("untaxed_sales", "", untaxed)]
    if in_quebec:
        lines += [
            (what, line, sum(row[-1] for row in rows if TAX_LINES.get(row[0]) == line))
            for line, what in (("103", "gst_collectible"), ("203", "qst_collectible"))
        ]
    return Table("sales", currency, RETURN_COLUMNS, tuple(lines))
