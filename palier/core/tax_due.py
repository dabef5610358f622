"""Which taxes a seller charges a buyer on a day, and what the document must say of it.

Everywhere a tax is due where the buyer is, if the seller is registered for it there: the rates given are those of the
seller's registrations. The European Union adds two rules, for services (Directive 2006/112/EC): a consumer in a member
state where the seller is not registered pays the tax of the seller's own state (article 59c), and a business in
another member state than the seller's accounts for the tax itself (articles 44 and 196: the reverse charge).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from palier.core.tax import Taxed, TaxRate, rates_for, taxed

#: The member states, in force since 1 February 2020.
EUROPEAN_UNION = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A tax that a buyer does not pay, by its code (empty: every tax), from a day until another, if it ever ends."""

    code: str
    from_on: date
    until_on: date | None = None
    certificate: str = ""

    def holds(self, code: str, on: date) -> bool:
        return (
            self.code in ("", code) and self.from_on <= on and (self.until_on is None or on < self.until_on)
        )


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as taxes see them. `vat_number` is a valid one of the buyer's own member state, or empty."""

    jurisdiction: str
    vat_number: str = ""
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxNote:
    """What a document must say besides its taxes. `tax` and `certificate` are those of an exemption."""

    code: Literal["reverse_charge", "exempt"]
    tax: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class DueTaxes:
    """The `rates` of a price there and then, the codes of those the buyer is `exempt` from, and why (`notes`)."""

    rates: tuple[TaxRate, ...] = ()
    exempt: frozenset[str] = frozenset()
    notes: tuple[TaxNote, ...] = ()

    def on_amount(self, amount: int) -> Taxed:
        return taxed([(amount, self.rates)], self.exempt)

    @property
    def paid(self) -> tuple[TaxRate, ...]:
        """Those that are really charged."""
        return tuple(rate for rate in self.rates if rate.code not in self.exempt)


def taxes_due(rates: Iterable[TaxRate], seller: str, buyer: Buyer, on: date) -> DueTaxes:
    """The taxes of a sale on a day. `seller` is where it is established, `rates` are all that it is registered for."""
    every = tuple(rates)
    due = rates_for(every, buyer.jurisdiction, on)
    buyer_state, seller_state = member_state(buyer.jurisdiction), member_state(seller)
    if not due and buyer_state and seller_state:
        due = rates_for(every, seller, on)
    if due and buyer_state and buyer.vat_number and buyer_state != seller_state:
        return DueTaxes(due, frozenset(rate.code for rate in due), (TaxNote("reverse_charge"),))
    return _less_exemptions(due, buyer.exemptions, on)


def member_state(place: str) -> str:
    """The state of the European Union that a place is or lies in; empty elsewhere."""
    country = place.partition("-")[0]
    return country if country in EUROPEAN_UNION else ""


def _less_exemptions(due: tuple[TaxRate, ...], exemptions: tuple[Exemption, ...], on: date) -> DueTaxes:
    notes = tuple(
        TaxNote("exempt", rate.code, exemption.certificate)
        for rate in due
        for exemption in _first_that_holds(exemptions, rate.code, on)
    )
    return DueTaxes(due, frozenset(note.tax for note in notes), notes)


def _first_that_holds(exemptions: tuple[Exemption, ...], code: str, on: date) -> tuple[Exemption, ...]:
    return tuple(exemption for exemption in exemptions if exemption.holds(code, on))[:1]
