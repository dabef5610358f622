"""One line of CSV, as RFC 4180 has it: commas, quotes where they are needed, CR and LF at the end."""

import csv
import io
from collections.abc import Iterable


def line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
