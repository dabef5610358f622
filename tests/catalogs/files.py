"""The catalogues that tests apply: the demo's, another host's, and the demo's with something else written in it."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from palier.catalog.file.document import Document
from palier.catalog.file.read import document
from palier.core.money import exponent

DEMO = Path(__file__).parents[2] / "demo" / "catalog.yaml"
MAILHOST = Path(__file__).with_name("mailhost.yaml")
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

Change = tuple[str, str]

#: The demo's taxes as a host that trusts nobody's rates would write them.
OWN_TAXES = """\
taxes:
  TPS:
    name: {fr: TPS, en: GST}
    number: 123456789 RT0001
    rates:
      - {jurisdiction: CA, rate: 5, valid_from: 2008-01-01}
  TVQ:
    name: {fr: TVQ, en: QST}
    number: 1234567890 TQ0001
    rates:
      - {jurisdiction: CA-QC, rate: 9.975, valid_from: 2013-01-01}
  TVH:
    name: {fr: TVH, en: HST}
    number: 123456789 RT0001
    replaces: [TPS]
    rates:
      - {jurisdiction: CA-ON, rate: 13, valid_from: 2010-07-01}
      - {jurisdiction: CA-NS, rate: 15, valid_from: 2010-07-01, valid_until: 2025-04-01}
      - {jurisdiction: CA-NS, rate: 14, valid_from: 2025-04-01}

"""


def demo_text(*changes: Change) -> str:
    """The demo catalogue with each text, which must be there once, replaced by another."""
    text = DEMO.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the demo catalogue"
        text = text.replace(old, new)
    return text


@cache
def demo(*changes: Change, currency: str = "CAD") -> Document:
    """The demo catalogue with these changes, its prices in another currency when one is named."""
    return document(_priced_in(currency, demo_text(*changes)), "demo.yaml")


def _priced_in(currency: str, text: str) -> str:
    """9.00 CAD are 900 JPY and 9.000 KWD: as many of its smallest unit as it has decimals for."""
    if currency == "CAD":
        return text

    def priced(found: re.Match[str]) -> str:
        hundredths = round(Decimal(found[1]) * 100)
        return f"{currency}: " + (str(hundredths) if exponent(currency) == 0 else f"{Decimal(found[1]):.3f}")

    return re.sub(r"CAD: ([0-9.]+)", priced, text).replace("currency: CAD", f"currency: {currency}")


def block(start: str, end: str) -> str:
    """The part of the demo catalogue from one text up to, not including, another."""
    text = DEMO.read_text(encoding="utf-8")
    begin = text.index(start)
    return text[begin : text.index(end, begin)]


def with_own_taxes() -> Change:
    """The demo without a registration, its taxes written out."""
    return block("# Federal: TPS", "servers:\n"), OWN_TAXES
