"""A bank's statement as CSV, read into lines of money that arrived. Pure: text in, lines and problems out.

Every bank writes its own: separators, names of columns, decimal commas, the order of a date. What can be told from the
file is told; what cannot is asked (`Columns`). A line that cannot be read is a problem with its number, never dropped.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from palier.core.money import Money, UnreadableAmount, exponent, parse

DateOrder = Literal["ymd", "dmy", "mdy"]
Field = Literal["on", "amount", "text", "reference"]

SEPARATORS = ",;\t|"
#: Lines within which the names of the columns are looked for.
MOST_ABOVE = 20

#: Words that name a column, in the languages of our hosts' banks; the first that is found counts.
_NAMES: Mapping[Field, tuple[str, ...]] = {
    "on": ("date", "jour", "posted", "valeur"),
    "amount": ("credit", "crédit", "montant", "amount", "dépôt", "depot", "deposit", "in"),
    "reference": ("reference", "référence", "ref", "réf", "id"),
    "text": (
        "description",
        "libellé",
        "libelle",
        "details",
        "détails",
        "memo",
        "payee",
        "name",
        "nom",
        "text",
    ),
}
_FORMATS: Mapping[DateOrder, tuple[str, ...]] = {
    "ymd": ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
}
_ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy")


class UnreadableStatement(ValueError):
    """The file is no table at all; the message is a code of words/statements.py."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, by number from 0, and how dates are written. None: not told, or not there."""

    on: int | None = None
    amount: int | None = None
    text: int | None = None
    reference: int | None = None
    order: DateOrder | None = None

    @property
    def is_complete(self) -> bool:
        return self.on is not None and self.amount is not None and self.order is not None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money that came in. `nth` counts the lines that are equal in every other way, so that two gifts are two."""

    line: int
    on: date
    money: Money
    text: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line that could not be read. `code` is one of words/statements.py; `cell` what was found there."""

    line: int
    code: str
    cell: str = ""


@dataclass(frozen=True)
class Statement:
    """`outgoing` counts lines of money that left, which are nobody's payment."""

    names: tuple[str, ...]
    columns: Columns
    arrived: tuple[Arrived, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    outgoing: int = 0
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or what banks write when they do not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def statement(text: str, currency: str, told: Columns | None = None) -> Statement:
    """Read a statement. With columns that are not complete, nothing is taken as arrived. Raises
    `UnreadableStatement`."""
    rows = _rows(text)
    names, body = _header(rows)
    found = told or _guessed(names, body)
    if found.on is not None and found.order is None:
        found = replace(found, order=_order_of([_cell(row, found.on) for _, row in body]))
    if not found.is_complete:
        return Statement(names, found, rows=tuple(row for _, row in body[:5]))
    arrived, troubles, outgoing = _read(body, found, currency)
    return Statement(
        names, found, tuple(_numbered(arrived)), tuple(troubles), outgoing, tuple(row for _, row in body[:5])
    )


def _rows(text: str) -> list[tuple[int, tuple[str, ...]]]:
    if "\0" in text:
        raise UnreadableStatement("not_csv")
    lines = text.splitlines()
    best = max(SEPARATORS, key=lambda one: sum(one in line for line in lines))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best)
    try:
        rows = [(reader.line_num, tuple(cell.strip() for cell in row)) for row in reader]
    except csv.Error:
        raise UnreadableStatement("not_csv") from None
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows or max(len(row) for _, row in rows) < 2:
        raise UnreadableStatement("not_csv" if rows else "empty")
    return rows


def _header(
    rows: list[tuple[int, tuple[str, ...]]],
) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
    """The names of the columns: the first line that names a date and an amount, for some banks say whose account it is
    above it; else the first line, where it holds no date; else they are numbered."""
    for place, (_, names) in enumerate(rows[:MOST_ABOVE]):
        if any(map(_is_date, names)):
            break
        if _named(names, _NAMES["on"]) is not None and _named(names, _NAMES["amount"]) is not None:
            return names, rows[place + 1 :]
    first = rows[0][1]
    if not any(_is_date(cell) for cell in first):
        return first, rows[1:]
    return tuple(f"{number + 1}" for number in range(len(first))), rows


def _guessed(names: Sequence[str], body: Sequence[tuple[int, tuple[str, ...]]]) -> Columns:
    found: dict[Field, int | None] = {what: _named(names, words) for what, words in _NAMES.items()}
    if found["on"] is None:
        found["on"] = _first_of_dates(body)
    if found["reference"] == found["text"]:
        found["reference"] = None
    return Columns(found["on"], found["amount"], found["text"], found["reference"])


def _named(names: Sequence[str], words: Sequence[str]) -> int | None:
    lowered = [re.split(r"[^\w]+", name.lower()) for name in names]
    for word in words:
        for number, parts in enumerate(lowered):
            if word in parts:
                return number
    return None


def _first_of_dates(body: Sequence[tuple[int, tuple[str, ...]]]) -> int | None:
    """The first column that is a date in every line."""
    width = max((len(row) for _, row in body), default=0)
    for number in range(width):
        if body and all(_is_date(_cell(row, number)) for _, row in body):
            return number
    return None


def _is_date(cell: str) -> bool:
    return any(_date(cell, order) for order in _ORDERS)


def _order_of(cells: Sequence[str]) -> DateOrder | None:
    """The one order in which every date is one; None where two would do, or none."""
    written = [cell for cell in cells if cell]
    fit: list[DateOrder] = [
        order for order in _ORDERS if written and all(_date(cell, order) for cell in written)
    ]
    if len(fit) == 1:
        return fit[0]
    # Days and months that say the same either way do no harm.
    same = (
        all(_date(cell, fit[0]) == _date(cell, other) for cell in written for other in fit) if fit else False
    )
    return fit[0] if same else _most(written)


def _most(written: Sequence[str]) -> DateOrder | None:
    """The order that reads most of them, when only one reads any that the others do not."""
    counts = Counter({order: sum(_date(cell, order) is not None for cell in written) for order in _ORDERS})
    (first, most), (_, second), *_ = counts.most_common()
    return first if most > second else None


def _date(cell: str, order: DateOrder) -> date | None:
    for form in _FORMATS[order]:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007 -- a civil date
        except ValueError:
            continue
    return None


def _read(
    body: Sequence[tuple[int, tuple[str, ...]]], columns: Columns, currency: str
) -> tuple[list[Arrived], list[Trouble], int]:
    assert columns.on is not None and columns.amount is not None and columns.order is not None
    arrived: list[Arrived] = []
    troubles: list[Trouble] = []
    outgoing = 0
    for number, row in body:
        on = _date(_cell(row, columns.on), columns.order)
        written = _cell(row, columns.amount)
        if on is None:
            troubles.append(Trouble(number, "no_date", _cell(row, columns.on)))
            continue
        if not written:
            outgoing += 1  # the column of money that comes in is empty: it went out
            continue
        try:
            money = amount_of(written, currency)
        except UnreadableAmount:
            troubles.append(Trouble(number, "no_amount", written))
            continue
        if money.minor <= 0:
            outgoing += 1
            continue
        parts = (_cell(row, columns.text), _cell(row, columns.reference))
        arrived.append(Arrived(number, on, money, " · ".join(part for part in parts if part)))
    return arrived, troubles, outgoing


def _cell(row: Sequence[str], number: int | None) -> str:
    return row[number] if number is not None and number < len(row) else ""


def _numbered(arrived: Sequence[Arrived]) -> Iterator[Arrived]:
    seen: Counter[tuple[date, Money, str]] = Counter()
    for one in arrived:
        seen[one.on, one.money, one.text] += 1
        yield replace(one, nth=seen[one.on, one.money, one.text])


def amount_of(written: str, currency: str) -> Money:
    """An amount as banks write it: `1 234,56 $`, `1,234.56`, `+12.00`, `(12,00)`, `12.00-`. Raises `UnreadableAmount`.

    Of a point and a comma the last is the decimal one; a single one is decimal unless three digits follow it in a
    currency that has not three decimals.
    """
    text = re.sub(r"[\s\u00a0\u202f'’]|[$€£¥]|[A-Z]{2,3}", "", written)
    is_negative = text.startswith(("-", "(", "−")) or text.endswith("-")
    digits = text.strip("+-−()")
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*", digits):
        raise UnreadableAmount(f"“{written}” is not an amount.")
    whole, mark, decimals = _split(digits, exponent(currency))
    return parse(("-" if is_negative else "") + whole + ("." + decimals if mark else ""), currency)


def _split(digits: str, places: int) -> tuple[str, str, str]:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits, "", ""
    whole, decimals = digits[:last], digits[last + 1 :]
    is_grouping = (
        len(decimals) == 3 and places != 3 and digits.count(digits[last]) == len(re.findall("[.,]", digits))
    )
    if is_grouping and not digits.startswith("0"):
        return re.sub("[.,]", "", digits), "", ""
    if digits.count(digits[last]) > 1 or not re.fullmatch(r"[1-9][0-9]{0,2}([.,][0-9]{3})*|[0-9]+", whole):
        raise UnreadableAmount(f"“{digits}” is not an amount.")
    return re.sub("[.,]", "", whole), ".", decimals
