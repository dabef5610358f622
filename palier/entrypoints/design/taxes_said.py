"""The taxes of the next invoices in words, and what other billing details would make of them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from palier.core.tax_due import Buyer, DueTaxes
from palier.subscriptions.bill_period import House
from palier.words.amounts import rate
from palier.words.languages import in_language
from palier.words.tax_notes import tax_note

#: The field that says which change of taxes was read before it was agreed to.
AGREED = "agreed"


@dataclass(frozen=True)
class TaxesSaid:
    """Their names and rates, then the sentences that documents will bear about them."""

    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaxesToCome:
    """What invoices bear as things are, and what they will bear. `agreed` is given back in the field of that name."""

    before: TaxesSaid
    after: TaxesSaid
    agreed: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def taxes_said(house: House, buyer: Buyer, on: date) -> TaxesSaid:
    """In the active language."""
    return _said(house, _due(house, buyer, on))


def taxes_to_come(house: House, before: Buyer, after: Buyer, on: date) -> TaxesToCome:
    due = _due(house, after, on)
    agreed = [*(f"{tax.code}={tax.rate}" for tax in due.paid), *(note.code for note in due.notes)]
    return TaxesToCome(taxes_said(house, before, on), _said(house, due), " ".join(agreed))


def _due(house: House, buyer: Buyer, on: date) -> DueTaxes:
    return house.catalog.usual_taxes(house.provider.country, buyer, on)


def _said(house: House, due: DueTaxes) -> TaxesSaid:
    language = get_language() or "en"
    names = {code: in_language(texts, language) for code, texts in house.catalog.tax_names.items()}
    return TaxesSaid(
        tuple(f"{names.get(tax.code, tax.code)} {rate(tax.rate, language)}" for tax in due.paid),
        tuple(tax_note(note, names.get(note.tax, note.tax), language) for note in due.notes),
    )
