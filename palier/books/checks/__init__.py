"""The invariants of the books: small checks, each returning what is wrong, and the list of them.

`palier books check` runs them, so does the worker every day, and so do the random lives of the tests. A check reads
across customers in one statement, so that it sees one moment, and writes nothing.
"""

from collections.abc import Callable, Iterator

from palier.books.checks import (
    bank,
    cancellations,
    changes,
    documents,
    dunning,
    guards,
    ledger,
    payments,
    periods,
)
from palier.books.checks.found import Row, Violation

CHECKS: tuple[Callable[[], Iterator[Row]], ...] = (
    *ledger.CHECKS,
    *documents.CHECKS,
    *payments.CHECKS,
    *bank.CHECKS,
    *changes.CHECKS,
    *periods.CHECKS,
    *cancellations.CHECKS,
    *dunning.CHECKS,
    *guards.CHECKS,
)


def violations() -> list[Violation]:
    """Everything that is wrong with the books; empty when they are right."""
    return [violation for check in CHECKS for violation in found_by(check)]


def found_by(check: Callable[[], Iterator[Row]]) -> list[Violation]:
    """What breaks one invariant."""
    return [Violation(check.__name__, *row) for row in check()]
