"""What reports are called, and their columns, rows and accounts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

REPORTS: Words = {
    "trial-balance": _("Trial balance"),
    "revenue": _("Revenue by product"),
    "taxes": _("Taxes"),
    "recurring": _("Recurring revenue"),
}

#: What each report is, in the sentence under its title.
ABOUT: Words = {
    "trial-balance": _(
        "What each account held, what came and went, and what it holds. Debits equal credits."
    ),
    "revenue": _("What was invoiced before tax, less what was credited, by the day of the document."),
    "taxes": _("What was invoiced of each tax, less what was credited, by the day of the document."),
    "recurring": _("What the living subscriptions bring a month, and what moved it."),
}

TABLES: Words = {
    "trial-balance": _("Accounts"),
    "revenue": _("Products and plans"),
    "taxes": _("Taxes invoiced"),
    "sales": _("Sales"),
    "recurring": _("Per month"),
    "changes": _("Changes of plan, per month"),
}

COLUMNS: Words = {
    "account": pgettext_lazy("ledger", "Account"),
    "opening": _("Opening"),
    "debits": _("Debits"),
    "credits": _("Credits"),
    "closing": _("Closing"),
    "product": _("Product"),
    "plan": _("Plan"),
    "invoiced": _("Invoiced"),
    "credited": _("Credited"),
    "net": _("Net"),
    "tax": _("Tax"),
    "rate": _("Rate"),
    "base": _("Sales it was due on"),
    "to_remit": _("To remit"),
    "line": _("Line"),
    "what": _("What"),
    "amount": _("Amount"),
    "movement": _("Movement"),
    "subscriptions": _("Subscriptions"),
    "changes": pgettext_lazy("figures", "Changes"),
    "from_plan": pgettext_lazy("plan", "From"),
    "to_plan": pgettext_lazy("plan", "To"),
}

#: What stands in a cell, by the code of its column.
CELLS: Mapping[str, Words] = {
    "account": {
        "receivable": _("Owed by customers"),
        "credit_balance": _("Credit balances of customers"),
        "revenue": _("Revenue"),
        "adjustments": _("Goodwill given"),
        "cash:bank_transfer": _("Money in the bank"),
        "cash:demo_card": _("Money at the demo’s card service"),
        "cash:stripe": _("Money at Stripe"),
    },
    "movement": {
        "opening": _("On the first morning"),
        "new": _("New subscriptions"),
        "returned": _("Customers who came back"),
        "up": _("Changes that bring more"),
        "down": _("Changes that bring less"),
        "price": _("Prices moved otherwise"),
        "ended": _("Subscriptions that ended"),
        "closing": _("On the morning after the last day"),
    },
    "what": {
        "sales": _("All sales, before tax"),
        "taxed_sales": _("of which with tax"),
        "untaxed_sales": _("of which without tax: exempt, zero-rated, elsewhere"),
        "gst_collectible": _("GST/HST collectible"),
        "qst_collectible": _("QST collectible"),
    },
}

FAMILIES: Words = {
    "tax": _("Tax to remit: %(member)s"),
    "cash": _("Money at %(member)s"),
}

#: What a table is proven against, when it holds and when it does not.
PROOFS: Words = {
    "credits": _("Debits and credits are equal."),
    "revenue_account": _("Equal to the revenue account of the ledger."),
    "tax_accounts": _("Equal to the tax accounts of the ledger."),
    "closing_level": _("Equal to the sum of the subscriptions alive on that morning."),
}

DAYS: Words = {
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
}


def cell_words(column: str, code: str) -> str:
    """A code in a cell, as people read it: `tax:TPS` is “Tax to remit: TPS”; a code without words is itself."""
    family, colon, member = code.partition(":")
    said = CELLS.get(column, {})
    if column == "account" and colon and family in FAMILIES and code not in said:
        return str(FAMILIES[family]) % {"member": member}
    return str(said.get(code, code))
