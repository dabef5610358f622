"""The journal as CSV: one line a posting, a debit positive, for a spreadsheet or another ledger."""

from collections.abc import Iterable, Iterator

from palier.books.csv_line import line, written_by_people
from palier.books.export.journal import Written
from palier.core.money import plain_text

COLUMNS = ("on", "entry", "kind", "source", "documents", "customer", "account", "amount", "currency")


def csv_journal(entries: Iterable[Written], *, names: bool = False) -> Iterator[str]:
    """Line by line. A customer is an id; with `names`, a name."""
    yield line(COLUMNS)
    for entry in entries:
        for account, money in entry.legs:
            yield line(
                (
                    entry.on.isoformat(),
                    str(entry.id),
                    entry.kind,
                    f"{entry.source[0]} {entry.source[1]}",
                    " ".join(entry.documents),
                    written_by_people(entry.customer_name) if names else str(entry.customer_id),
                    account,
                    plain_text(money),
                    entry.currency,
                )
            )
