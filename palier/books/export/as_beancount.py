"""The journal as beancount reads it: an outside program that adds it all up again, and asks what it likes.

A customer is metadata and not an account of their own, so that a million of them stay one line of the balance sheet;
an id and not a name, unless names are asked for.
"""

import re
from collections.abc import Iterable, Iterator

from palier.books.export.journal import Written
from palier.core.money import plain_text
from palier.core.postings import ADJUSTMENTS, CREDIT_BALANCE, RECEIVABLE, REVENUE

_NAMES = {
    RECEIVABLE: "Assets:Receivable",
    CREDIT_BALANCE: "Liabilities:CreditBalance",
    REVENUE: "Income:Revenue",
    ADJUSTMENTS: "Expenses:Adjustments",
}
_FAMILIES = {"cash": "Assets:Cash", "tax": "Liabilities:Tax"}


def beancount_journal(
    entries: Iterable[Written], *, title: str, currency: str, names: bool = False
) -> Iterator[str]:
    """Line by line: options, then each entry, and each account on the day it is first used."""
    yield f'option "title" {_quoted(title)}\n'
    yield f'option "operating_currency" {_quoted(currency)}\n'
    opened: set[str] = set()
    for entry in entries:
        for account in dict.fromkeys(account for account, _ in entry.legs):
            if account not in opened:
                opened.add(account)
                yield f"\n{entry.on} open {account_name(account)}\n  account: {_quoted(account)}\n"
        yield from _transaction(entry, names)


def _transaction(entry: Written, names: bool) -> Iterator[str]:
    payee = f"{_quoted(entry.customer_name)} " if names else ""
    links = "".join(f" ^{number}" for number in entry.documents)
    yield f"\n{entry.on} * {payee}{_quoted(entry.kind.replace('_', ' '))}{links}\n"
    yield f"  entry: {_quoted(str(entry.id))}\n"
    yield f"  customer: {_quoted(str(entry.customer_id))}\n"
    yield f"  source: {_quoted(f'{entry.source[0]} {entry.source[1]}')}\n"
    for account, money in entry.legs:
        yield f"  {account_name(account)}  {plain_text(money)} {money.currency}\n"


def account_name(account: str) -> str:
    """`tax:TPS` is `Liabilities:Tax:TPS`, `cash:demo_card` is `Assets:Cash:Demo-card`. Raises `KeyError`."""
    family, colon, member = account.partition(":")
    if not colon:
        return _NAMES[account]
    part = re.sub(r"[^A-Za-z0-9]", "-", member)
    return f"{_FAMILIES[family]}:{part[:1].upper()}{part[1:]}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.splitlines()) + '"'
