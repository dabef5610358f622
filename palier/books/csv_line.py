"""One line of CSV, as RFC 4180 has it: commas, quotes where they are needed, CR and LF at the end."""

import csv
import io
from collections.abc import Iterable

#: What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written_by_people(text: str) -> str:
    """Their text as a text: a customer's name is no formula for whoever opens the file."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
