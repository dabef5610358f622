"""The rates that come with Palier, on days that matter. Each row is from an official table of that place."""

from datetime import date
from itertools import pairwise

import pytest

from palier.catalog.file.entries import CatalogueEntry
from palier.catalog.file.read import document
from palier.catalog.file.shipped import shipped_rates
from palier.catalog.rows import tax_rate_rows
from palier.core.tax import TaxRate, rate_of
from palier.core.tax_due import EUROPEAN_UNION, Buyer, taxes_due
from tests.catalogs.files import OWN_TAXES, block, demo_text

ALL = tuple(
    TaxRate(
        found.code,
        rate_of(found.percent),
        found.jurisdiction,
        found.valid_from,
        replaces=frozenset(found.replaces),
    )
    for found in shipped_rates()
)
REGISTRATIONS = block("# Federal: TPS", "servers:\n")


def percents(place: str, on: str) -> dict[str, str]:
    due = taxes_due(ALL, place, Buyer(place), date.fromisoformat(on)).paid
    return {tax.code: f"{float(tax.rate * 100):g}" for tax in due}


@pytest.mark.parametrize(
    ("place", "on", "due"),
    [
        ("CA-AB", "2026-11-23", {"TPS": "5"}),
        ("CA-BC", "2026-11-23", {"TPS": "5", "PST-CA-BC": "7"}),
        ("CA-MB", "2025-12-31", {"TPS": "5"}),  # website hosting is taxed since 2026
        ("CA-MB", "2026-01-01", {"TPS": "5", "RST-CA-MB": "7"}),
        ("CA-NB", "2016-06-30", {"TVH": "13"}),
        ("CA-NB", "2016-07-01", {"TVH": "15"}),
        ("CA-NL", "2026-11-23", {"TVH": "15"}),
        ("CA-NS", "2025-03-31", {"TVH": "15"}),
        ("CA-NS", "2025-04-01", {"TVH": "14"}),
        ("CA-NT", "2026-11-23", {"TPS": "5"}),
        ("CA-NU", "2026-11-23", {"TPS": "5"}),
        ("CA-ON", "2026-11-23", {"TVH": "13"}),
        ("CA-PE", "2016-09-30", {"TVH": "14"}),
        ("CA-PE", "2016-10-01", {"TVH": "15"}),
        ("CA-QC", "2026-11-23", {"TPS": "5", "TVQ": "9.975"}),
        ("CA-SK", "2026-11-23", {"TPS": "5", "PST-CA-SK": "6"}),
        ("CA-YT", "2026-11-23", {"TPS": "5"}),
        ("EE", "2023-12-31", {"VAT-EE": "20"}),
        ("EE", "2024-01-01", {"VAT-EE": "22"}),
        ("EE", "2025-07-01", {"VAT-EE": "24"}),
        ("FI", "2024-08-31", {"VAT-FI": "24"}),
        ("FI", "2024-09-01", {"VAT-FI": "25.5"}),
        ("LU", "2022-12-31", {"VAT-LU": "17"}),
        ("LU", "2023-12-31", {"VAT-LU": "16"}),
        ("LU", "2024-01-01", {"VAT-LU": "17"}),
        ("RO", "2025-07-31", {"VAT-RO": "19"}),
        ("RO", "2025-08-01", {"VAT-RO": "21"}),
        ("SK", "2024-12-31", {"VAT-SK": "20"}),
        ("SK", "2025-01-01", {"VAT-SK": "23"}),
        ("CH", "2023-12-31", {"VAT-CH": "7.7"}),
        ("CH", "2024-01-01", {"VAT-CH": "8.1"}),
        ("GB", "2026-11-23", {"VAT-GB": "20"}),
        ("NO", "2026-11-23", {"VAT-NO": "25"}),
    ],
)
def test_the_rates_of_a_place_on_a_day(place: str, on: str, due: dict[str, str]) -> None:
    assert percents(place, on) == due


def test_every_member_state_has_its_rate_and_none_below_the_15_percent_of_the_directive() -> None:
    for state in EUROPEAN_UNION:
        (percent,) = percents(state, "2026-11-23").values()
        assert 15 <= float(percent) <= 27, state


def test_the_rates_of_a_place_follow_each_other() -> None:
    for before, after in pairwise(shipped_rates()):
        if (before.code, before.jurisdiction) == (after.code, after.jurisdiction):
            assert before.valid_from < after.valid_from and before.valid_until == after.valid_from


def rows_of(registrations: str, own: str = "") -> list[tuple[str, str, str, str]]:
    text = demo_text((REGISTRATIONS, f"{registrations}\n{own}"), ("  email:", "  country: FR\n  email:"))
    catalogue: CatalogueEntry = document(text, "f.yaml").catalogue
    return [
        (row["code"], str(row["valid_from"]), row["rate"], row["number"]) for row in tax_rate_rows(catalogue)
    ]


def test_only_what_the_host_is_registered_for_is_due() -> None:
    assert {row[0] for row in rows_of("registrations: {CA: RT1}")} == {"TPS", "TVH"}
    assert rows_of("registrations: {CA-QC: TQ1}") == [("TVQ", "2013-01-01", "0.09975", "TQ1")]
    assert rows_of("") == []


def test_the_one_stop_shop_stands_for_every_other_member_state() -> None:
    numbers = {row[0]: row[3] for row in rows_of("registrations: {FR: FR40303265045, EU: OSS1}")}
    assert len(numbers) == 27
    assert (numbers["VAT-FR"], numbers["VAT-DE"]) == ("FR40303265045", "OSS1")


def test_a_registration_begins_and_ends_on_its_days() -> None:
    written = "registrations: {EE: {number: EE100931558, valid_from: 2024-06-01, valid_until: 2027-01-01}}"
    assert rows_of(written) == [
        ("VAT-EE", "2024-06-01", "0.22", "EE100931558"),
        ("VAT-EE", "2025-07-01", "0.24", "EE100931558"),
    ]


def test_the_word_of_the_host_counts_where_both_say_a_rate() -> None:
    corrected = OWN_TAXES.replace("rate: 9.975", "rate: 10")
    rows = rows_of("registrations: {CA: RT1, CA-QC: TQ1}", corrected)
    assert ("TVQ", "2013-01-01", "0.1", "1234567890 TQ0001") in rows
    assert len(rows) == len({row[:2] for row in rows if row[0] != "TVH"}) + 9
