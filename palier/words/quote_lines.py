"""The lines of a quote as sentences: what is due today, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.quote import Part, Quote, QuoteLine
from palier.core.tax import TaxLine
from palier.words.amounts import amount, rate
from palier.words.cycles import days
from palier.words.dates import long_day


@dataclass(frozen=True)
class SaidLine:
    """`code` tells the line apart from its neighbours; `note` is how the amount was worked out. The amounts add up to
    what is due, but for those that are `included` in others."""

    kind: Literal["line", "tax", "included", "credit"]
    code: str
    label: str
    note: str
    amount: Money


def quote_lines(quote: Quote, names: Mapping[str, str], language: str) -> tuple[SaidLine, ...]:
    """What makes the total due now: the lines before tax, each tax, and the credit that pays part of it.

    The active translation must be that of `language`. `names` is that of the catalogue's `line_names`; a missing one
    shows its code.
    """
    lines = [
        SaidLine(
            "line",
            line.code + line.item,
            _label(line, quote, names),
            _note(line, quote, language),
            Money(line.amount, quote.currency),
        )
        for line in quote.lines
    ]
    lines += _taxes(quote, names, language)
    if quote.to_next_invoice.total:
        later = Money(-quote.to_next_invoice.total, quote.currency)
        lines.append(
            SaidLine("credit", "later", _("Put on your next invoice: too small to be paid alone"), "", later)
        )
    if quote.credit_used:
        used = Money(-quote.credit_used, quote.currency)
        lines.append(SaidLine("credit", "credit", _("Credit balance used"), "", used))
    return tuple(lines)


def _taxes(quote: Quote, names: Mapping[str, str], language: str) -> list[SaidLine]:
    """Each tax, added to the lines; or, of prices that include theirs, what of it is not paid, then what is in them."""
    written = sum(line.amount for line in quote.lines)
    billed = quote.to_next_invoice if quote.to_next_invoice.total else quote.today
    includes = billed.net < written
    said = []
    if includes and billed.total < written:
        less = Money(billed.total - written, quote.currency)
        said.append(SaidLine("tax", "not_charged", _("Tax in the price that you do not pay"), "", less))
    for tax in billed.taxes:
        label = tax_label(tax, names, language)
        amount_of_tax = Money(tax.amount, quote.currency)
        if includes:
            of_which = _("of which %(tax)s") % {"tax": label}
            said.append(SaidLine("included", tax.code, of_which, "", amount_of_tax))
        else:
            said.append(SaidLine("tax", tax.code, label, "", amount_of_tax))
    return said


def tax_label(tax: TaxLine, names: Mapping[str, str], language: str) -> str:
    """`TPS 5 %`; a tax without a name shows its code."""
    return f"{names.get(tax.code, tax.code)} {rate(tax.rate, language)}"


def _label(line: QuoteLine, quote: Quote, names: Mapping[str, str]) -> str:
    if line.code == "discount":
        return _("Discount “%(name)s”") % {"name": names.get(f"discount:{quote.first}", quote.first)}
    if line.code == "setup_fee":
        return _("Set-up fee: %(item)s") % {"item": names.get(line.item, line.item)}
    return {
        "difference": _("Difference between the two levels"),
        "new_period": _("A full new period"),
        "carried": _("Deducted: what is left of the current period"),
        "pending": _("Put off until now: too small to be paid alone"),
    }[line.code]


def _note(line: QuoteLine, quote: Quote, language: str) -> str:
    if line.code == "new_period":
        return _("from %(start)s to %(end)s") % {
            "start": long_day(quote.on, language),
            "end": long_day(quote.renewal_on, language),
        }
    if line.code == "discount":
        return ""
    if line.code == "setup_fee":
        return _times(line, quote.currency, language) if line.quantity > 1 else ""
    return " + ".join(_part(part, line.price, quote.currency, language) for part in line.parts)


def _times(line: QuoteLine, currency: str, language: str) -> str:
    return f"{line.quantity} × {amount(Money(line.price, currency), language)}"


def _part(part: Part, price: int, currency: str, language: str) -> str:
    return _("(%(new)s − %(held)s) × %(days)s of %(all)s") % {
        "new": amount(Money(price, currency), language),
        "held": amount(Money(part.held_price, currency), language),
        "days": days(part.days),
        "all": part.cycle_days,
    }
