"""Documents made of values alone, as the rows of a host would have them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from palier.core.money import Money
from palier.core.tax import TaxRate, rate_of, taxed
from palier.documents.paper import Line, Paper, Party, Settlement, Tax

ON = date(2026, 11, 23)
CARD = "Visa •••• 4242"

SUPPLIER = Party(
    "Hébergement Boréal inc.",
    "1250, rue de la Montagne\nMontréal (QC)  H3G 1Z2",
    "facturation@hebergement-boreal.example",
    "514 555-0137",
    (("TPS", "123456789 RT0001"), ("TVQ", "1234567890 TQ0001")),
)


def rates(included: bool = False) -> tuple[TaxRate, ...]:
    numbers = {"TPS": "123456789 RT0001", "TVQ": "1234567890 TQ0001"}
    return tuple(
        TaxRate(code, rate_of(percent), "CA", date(2020, 1, 1), numbers[code], included)
        for code, percent in (("TPS", "5"), ("TVQ", "9.975"))
    )


def paper(
    lines: Sequence[tuple[str, int, tuple[TaxRate, ...]]] = (("Forfait B", 630, rates()),),
    *,
    currency: str = "CAD",
    language: str = "fr",
    exempt: Sequence[str] = (),
    buyer: str = "Ateliers Boréale inc.",
) -> Paper:
    """An invoice of some lines, worked out as `billing.issue` does it, of which nothing is paid."""
    worked_out = taxed([(amount, of) for _, amount, of in lines], exempt)
    numbers = {rate.code: rate.number for _, _, of in lines for rate in of}
    return Paper(
        key=("invoice", UUID(int=1)),
        name="2026-0042",
        language=language,
        issued_on=ON,
        supplier=SUPPLIER,
        buyer=Party(buyer, "48, avenue Cartier\nQuébec (QC)  G1R 2S2"),
        lines=tuple(Line(text, Money(amount, currency)) for text, amount, _ in lines),
        net=Money(worked_out.net, currency),
        taxes=tuple(
            Tax(tax.code, Fraction(tax.rate), Money(tax.amount, currency), numbers[tax.code])
            for tax in worked_out.lines
        ),
        total=Money(worked_out.total, currency),
        size="us-letter",
        due_on=ON,
        terms="Payable à la réception.",
        owed=Money(worked_out.total, currency),
    )


def settled(one: Paper, *settlements: Settlement) -> Paper:
    """The same after some payments and credit notes."""
    left = sum(settlement.amount.minor for settlement in settlements)
    return replace(
        one,
        settlements=settlements,
        owed=Money(one.total.minor - left, one.total.currency),
    )
