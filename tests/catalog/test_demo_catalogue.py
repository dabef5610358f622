"""The catalogue of the demo: what the founding document, the screens and the README say of it."""

import pytest

from palier.catalog import snapshot
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.core.tax_due import Buyer
from palier.provisioning.apply_catalogue import apply_catalogue
from tests.catalogs.files import AT, DEMO


@pytest.fixture
def catalog(db: None) -> snapshot.Catalog:
    apply_catalogue(DEMO, AT)
    return snapshot.current()


@pytest.mark.parametrize(
    ("plan", "monthly"),
    [
        *(("web-a", 9_00), ("web-b", 18_00), ("web-c", 30_00), ("web-d", 48_00)),
        *(("vps-1", 42_00), ("vps-2", 78_00), ("vps-4", 144_00)),
    ],
)
def test_a_year_costs_ten_months(catalog: snapshot.Catalog, plan: str, monthly: int) -> None:
    prices = catalog.unit_prices("CAD")
    assert (prices[f"plan:{plan}:monthly"], prices[f"plan:{plan}:yearly"]) == (monthly, 10 * monthly)


def test_every_level_of_web_hosting_leads_to_every_other_by_itself(catalog: snapshot.Catalog) -> None:
    levels = [plan.code for plan in catalog.products["web"].plans]
    assert levels == ["web-a", "web-b", "web-c", "web-d"]
    for start in levels:
        for end in levels:
            path = catalog.path(start, end)
            assert path is not None and not path.needs_person, (start, end)


def test_only_the_highest_level_leads_to_a_server_and_a_person_moves_it(catalog: snapshot.Catalog) -> None:
    leading = {
        start for (start, end), path in catalog.paths.items() if start[:3] == "web" and end[:3] == "vps"
    }
    path = catalog.path("web-d", "vps-1")
    assert leading == {"web-d"}
    assert path is not None and path.person["working_hours"] == 8


def test_a_certificate_has_one_level_and_no_upgrade(catalog: snapshot.Catalog) -> None:
    (plan,) = catalog.products["ssl"].plans
    assert catalog.paths_from(plan.code) == ()


def test_what_does_not_fit_in_forfait_a_is_10_gigabytes(catalog: snapshot.Catalog) -> None:
    assert catalog.limits_of(Configuration("web-a", BillingCycle("monthly")))["disk"] == 10 * 1024


def test_every_package_of_the_panel_has_its_own_name(catalog: snapshot.Catalog) -> None:
    packages = [plan.package for plan in catalog.products["web"].plans]
    assert packages == ["forfait_a", "forfait_b", "forfait_c", "forfait_d"]


def test_both_taxes_of_quebec_print_their_registration(catalog: snapshot.Catalog) -> None:
    due = catalog.taxes_due(catalog.products["web"], "CA-QC", Buyer("CA-QC"), AT.date())
    assert [(rate.code, rate.number) for rate in due.rates] == [
        ("TPS", "123456789 RT0001"),
        ("TVQ", "1234567890 TQ0001"),
    ]
