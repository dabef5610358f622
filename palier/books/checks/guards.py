"""What the database itself refuses, it can refuse only while its triggers are there."""

from collections.abc import Iterator

from palier.books.checks.found import Row
from palier.events.always_on import guards_off


def guards_are_on() -> Iterator[Row]:
    """Every trigger that guards the books is in place, for every session: none is missing, and none rests."""
    for table, guard in guards_off():
        yield None, f"table {table}", f"{guard} is missing, or rests: palier prepare puts it back"


CHECKS = (guards_are_on,)
