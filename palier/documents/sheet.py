"""A document in words: what is printed, in the order it is printed, in the document's own language.

The page and the PDF both print this value and write no word of their own, so that they cannot differ.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from palier.core.money import Money
from palier.documents.paper import CreditedBy, Key, Paper, Party, SentBack, Settlement, Tax
from palier.words.amounts import amount, rate
from palier.words.dates import long_day
from palier.words.reasons import credit_note_reason
from palier.words.statuses import refund_status

Weight = Literal["line", "sum", "tax", "total", "settled", "owed"]


@dataclass(frozen=True)
class Row:
    """A text and its amount; `note` stands smaller below. `about` is the document it speaks of, `url` its page."""

    text: str
    amount: str
    weight: Weight = "line"
    note: str = ""
    about: Key | None = None
    url: str = ""


@dataclass(frozen=True)
class Block:
    """A heading and its lines: who sells, who buys, when it is due."""

    heading: str
    lines: tuple[str, ...]
    email: str = ""
    about: Key | None = None
    url: str = ""


@dataclass(frozen=True)
class Section:
    """What became of the document since: its credit notes, its refunds."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """`day` is its date in words; `sentences` say why it exists or how it stands; `notes` are printed under the taxes.
    `page_of` has the places of two numbers, which only the press knows.
    """

    language: str
    size: str
    title: str
    issued_on: date
    day: str
    issuer: str
    blocks: tuple[Block, ...]
    sentences: tuple[str, ...]
    columns: tuple[str, str]
    lines: tuple[Row, ...]
    sums: tuple[Row, ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    contact: str
    page_of: str

    @property
    def file_name(self) -> str:
        """`Facture-2026-0042.pdf`: letters and digits that any machine keeps."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        return "-".join(plain.split()) + ".pdf"


def sheet(paper: Paper) -> Sheet:
    """The document in its own language, whatever the reader's."""
    with override(paper.language):
        return Sheet(
            language=paper.language,
            size=paper.size,
            title=title(paper),
            issued_on=paper.issued_on,
            day=long_day(paper.issued_on, paper.language),
            issuer=paper.supplier.name,
            blocks=tuple(block for block in (_from(paper), _to(paper.buyer), _terms(paper)) if block.lines),
            sentences=_sentences(paper),
            columns=(_("Description"), _("Amount")),
            lines=_lines(paper),
            sums=_sums(paper),
            notes=paper.notes,
            sections=_sections(paper),
            contact=" · ".join(part for part in (paper.supplier.email, paper.supplier.phone) if part),
            page_of=_("page {number} of {count}"),
        )


def linked(printed: Sheet, to: Callable[[Key], str]) -> Sheet:
    """The same with the address of every document it speaks of, where there is a page to go to."""

    def row(one: Row) -> Row:
        return replace(one, url=to(one.about)) if one.about else one

    return replace(
        printed,
        blocks=tuple(replace(one, url=to(one.about)) if one.about else one for one in printed.blocks),
        sums=tuple(map(row, printed.sums)),
        sections=tuple(replace(one, rows=tuple(map(row, one.rows))) for one in printed.sections),
    )


def title(paper: Paper) -> str:
    """`Facture 2026-0042`, in the active language."""
    kinds = {
        "invoice": _("Invoice %(number)s"),
        "credit_note": _("Credit note %(number)s"),
        "payment": _("Receipt %(number)s"),
        "refund": _("Refund receipt %(number)s"),
    }
    return kinds[paper.kind] % {"number": paper.name}


def _from(paper: Paper) -> Block:
    supplier = paper.supplier
    # An invoice has them beside its taxes; a receipt has no taxes of its own.
    numbers = () if paper.taxes else supplier.numbers
    lines = (
        supplier.name,
        *supplier.address.splitlines(),
        supplier.phone,
        *(" ".join(one) for one in numbers),
    )
    return Block(pgettext("invoice", "From"), _said(lines), supplier.email)


def _to(buyer: Party) -> Block:
    lines = (buyer.name, *buyer.address.splitlines(), *(" ".join(one) for one in buyer.numbers))
    return Block(pgettext("invoice", "To"), _said(lines))


def _said(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _terms(paper: Paper) -> Block:
    if paper.about is not None:
        number, key = paper.about
        return Block(_("About"), (_("Invoice %(number)s") % {"number": number},), about=key)
    if paper.due_on is None or (paper.is_due_at_once and paper.terms):
        return Block(_("Terms"), _said((paper.terms,)))
    return Block(_("Terms"), (_("Due on %(day)s") % {"day": long_day(paper.due_on, paper.language)},))


def _sentences(paper: Paper) -> tuple[str, ...]:
    if paper.kind == "refund":
        return (_refund_sentence(paper.state, paper.method),)
    return _said((credit_note_reason(paper.reason) if paper.reason else "",))


def _lines(paper: Paper) -> tuple[Row, ...]:
    """A receipt has one, made of what it is about."""
    if paper.about is None or paper.kind == "credit_note":
        return tuple(Row(line.text, amount(line.amount, paper.language)) for line in paper.lines)
    said = {"number": paper.about[0], "method": paper.method or _("what you paid with")}
    if paper.kind == "refund":
        text = _("Refund of invoice %(number)s, to %(method)s") % said
    elif paper.method:
        text = _("Payment of invoice %(number)s, with %(method)s") % said
    else:
        text = _("Payment of invoice %(number)s") % said
    return (Row(text, amount(paper.total, paper.language)),)


def _sums(paper: Paper) -> tuple[Row, ...]:
    """From the lines to what is owed, each row a step of the sum."""
    rows: list[Row] = []
    if paper.kind in ("invoice", "credit_note"):
        if paper.included.minor:
            rows.append(_sum(_("Total of the lines"), paper.lines_total, paper))
            rows.append(_sum(_("Taxes included in these prices"), -paper.included, paper, "tax"))
        rows.append(_sum(_("Subtotal"), paper.net, paper))
    rows += [_tax(tax, paper.language) for tax in paper.taxes]
    rows.append(_sum(_total_of(paper.kind), paper.total, paper, "total"))
    rows += [_settled(one, paper.language) for one in paper.settlements]
    if paper.kept is not None:
        rows.append(_sum(_("Applied to the invoice"), paper.total - paper.kept, paper, "settled"))
        if paper.kept.minor:
            rows.append(_sum(_("To your credit balance"), paper.kept, paper, "settled"))
    if paper.owed is not None:
        rows.append(_sum(_("Balance to pay"), paper.owed, paper, "owed"))
    return tuple(rows)


def _total_of(kind: str) -> str:
    totals = {
        "invoice": _("Total"),
        "credit_note": _("Total credited"),
        "payment": _("Total received"),
        "refund": _("Total refunded"),
    }
    return totals[kind]


def _sum(text: str, money: Money, paper: Paper, weight: Weight = "sum") -> Row:
    return Row(text, amount(money, paper.language), weight)


def _tax(tax: Tax, language: str) -> Row:
    number = _("registration no. %(number)s") % {"number": tax.number} if tax.number else ""
    return Row(f"{tax.name} {rate(tax.rate, language)}", amount(tax.amount, language), "tax", number)


def _settled(one: Settlement, language: str) -> Row:
    day = long_day(one.on, language)
    return Row(_settled_by(one), amount(-one.amount, language), "settled", day, one.about)


def _settled_by(one: Settlement) -> str:
    match one.kind:
        case "payment_received":
            return _("Paid with %(method)s") % {"method": one.method} if one.method else _("Payment received")
        case "credit_balance_used":
            return _("Credit balance used")
        case "credit_note_issued":
            return _("Credit note %(number)s") % {"number": one.number}
        case "kept_for_customer":
            return _("To your credit balance")
        case "charged_back":
            return _("Payment taken back by the bank")
        case "charge_back_returned":
            return _("Payment given back by the bank")
    return _("Correction")


def _sections(paper: Paper) -> tuple[Section, ...]:
    found = (
        Section(_("Credit notes"), tuple(_credited(one, paper.language) for one in paper.credit_notes)),
        Section(_("Refunds"), tuple(_sent_back(one, paper.language) for one in paper.refunds)),
    )
    return tuple(section for section in found if section.rows)


def _credited(note: CreditedBy, language: str) -> Row:
    text = _("Credit note %(number)s") % {"number": note.number}
    said = f"{long_day(note.on, language)}. {credit_note_reason(note.reason)}"
    return Row(text, amount(note.total, language), note=said, about=note.key)


def _sent_back(refund: SentBack, language: str) -> Row:
    text = _("To %(method)s") % {"method": refund.method} if refund.method else _("To what you paid with")
    said = f"{long_day(refund.on, language)}, {refund_status(refund.state).lower()}"
    return Row(text, amount(refund.amount, language), note=said, about=refund.key)


def _refund_sentence(state: str, method: str) -> str:
    said = {"method": method or _("what you paid with")}
    if state == "succeeded":
        return _("The money went back to %(method)s.") % said
    if state == "failed" and not method:
        return _("What you paid with did not take the money back: it is in your credit balance again.")
    if state == "failed":
        return _("%(method)s did not take the money back: it is in your credit balance again.") % said
    return _("The money is on its way back to %(method)s.") % said
