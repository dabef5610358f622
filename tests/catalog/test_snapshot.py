from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from palier.catalog import snapshot
from palier.catalog.apply import apply
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.core.tax_due import Buyer, DueTaxes
from tests.catalogs.files import AT, Change, block, demo

pytestmark = pytest.mark.django_db


def catalog(*changes: Change) -> snapshot.Catalog:
    apply(demo(*changes), AT)
    return snapshot.current()


def configured(plan: str, cycle: str = "monthly", **options: int) -> Configuration:
    named = tuple((code.replace("_", "-"), quantity) for code, quantity in options.items())
    return Configuration(plan, BillingCycle(cycle), named)


def test_limits_are_read_back_in_the_order_of_the_resources() -> None:
    limits = catalog().limits_of(configured("web-a"))
    assert list(limits.items()) == [
        ("disk", 10_240),
        ("bandwidth", 102_400),
        ("mailboxes", 5),
        ("databases", 2),
        ("sites", 1),
    ]


def test_what_is_unlimited_is_not_among_the_limits() -> None:
    assert list(catalog().limits_of(configured("web-c"))) == ["disk", "bandwidth", "sites"]


def test_an_option_adds_what_it_grants_times_its_quantity() -> None:
    more = ("        most: 1\n", "        most: 9\n        grants: {disk: 5 GB, mailboxes: 10}\n")
    limits = catalog(more).limits_of(configured("web-c", dedicated_ip=3))
    assert limits["disk"] == (50 + 3 * 5) * 1024
    assert "mailboxes" not in limits, "adding to unlimited leaves it unlimited"


def test_only_what_panels_measure_has_to_fit() -> None:
    assert catalog().limits_to_fit(configured("vps-1")) == {"disk": 61_440}


def test_what_is_granted_is_on_the_panel_and_has_to_fit_no_use() -> None:
    found = catalog(("    measured: no\n  memory", "    measured: granted\n  memory"))
    assert found.limits_to_fit(configured("vps-1")) == {"disk": 61_440}
    assert found.limits_on_panel(configured("vps-1")) == {"disk": 61_440, "cpus": 1}
    assert catalog().limits_on_panel(configured("vps-1")) == {"disk": 61_440}


def test_prices_and_cycles_are_read_back() -> None:
    found = catalog()
    assert found.unit_prices("CAD")["option:dedicated-ip:yearly"] == 4000
    assert found.cycles_of("web-a", "CAD") == ("monthly", "yearly")
    assert found.cycles_of("ssl-dv", "CAD") == ("yearly",)
    assert found.cycles_of("web-a", "USD") == ()


def test_a_path_is_read_back_with_its_person_and_its_note() -> None:
    path = catalog().path("web-d", "vps-2")
    assert path is not None and path.needs_person
    assert path.person["working_hours"] == 8
    assert path.person["reasons"]["en"].startswith("Our team moves your sites")
    assert path.notes["fr"].startswith("Vos sites restent en ligne")


def test_a_path_has_the_policies_of_the_product_it_leads_to_and_its_own_over_them() -> None:
    found = catalog(
        ("    icon: server", "    icon: server\n    policies: {refund: credit_balance, leftover: extend}"),
        ("  - between: [web]\n", "  - between: [web]\n    policies: {leftover: forfeit}\n"),
    )
    path = found.path("web-a", "web-b")
    assert path is not None
    assert (path.policies.refund, path.policies.leftover, path.policies.discount) == (
        "credit_balance",
        "forfeit",
        "keep",
    )


PERSON = "\n    needs_person: {reason: {fr: Nous regardons., en: We look.}, working_hours: 3}"


def test_a_product_says_who_must_step_in_for_a_move_to_its_levels_and_a_path_may_say_otherwise() -> None:
    by_product = ("    icon: server", f"    icon: server{PERSON}")
    found = catalog(by_product)
    assert found.person(configured("web-a"), configured("web-b"))["working_hours"] == 3
    assert found.person(configured("web-a"), configured("web-a", "yearly")) == {}
    assert found.person(configured("web-d"), configured("vps-1"))["working_hours"] == 8
    nobody = catalog(by_product, ("  - between: [web]\n", "  - between: [web]\n    needs_person: no\n"))
    assert nobody.person(configured("web-a"), configured("web-b")) == {}
    somebody = catalog(
        by_product,
        (
            "  - between: [web]\n",
            "  - between: [web]\n    needs_person: {reason: {fr: Oui., en: Yes.}, working_hours: 9}\n",
        ),
    )
    assert somebody.person(configured("web-a"), configured("web-b"))["working_hours"] == 9


def test_paths_lead_first_to_the_levels_of_the_product_and_then_elsewhere() -> None:
    assert [path.to_plan for path in catalog().paths_from("web-d")] == [
        "web-a", "web-b", "web-c", "web-d", "vps-1", "vps-2", "vps-4"
    ]  # fmt: skip


def test_a_product_of_one_level_leads_nowhere() -> None:
    assert catalog().paths_from("ssl-dv") == ()


def test_another_cycle_of_a_level_made_by_hand_needs_nobody() -> None:
    assert catalog().person(configured("vps-1"), configured("vps-1", "yearly")) == {}


def test_an_option_that_a_person_must_set_up_says_so_when_its_quantity_changes() -> None:
    found = catalog()
    assert found.person(configured("web-a"), configured("web-a", dedicated_ip=1))["working_hours"] == 4
    assert found.person(configured("web-a", dedicated_ip=1), configured("web-b", dedicated_ip=1)) == {}


def test_of_several_who_must_step_in_the_one_who_takes_longest_counts() -> None:
    assert catalog().person(configured("web-d", dedicated_ip=1), configured("vps-1"))["working_hours"] == 8


@pytest.mark.parametrize(
    ("wanted", "is_sold"),
    [
        (configured("web-a"), True),
        (configured("web-a", dedicated_ip=1), True),
        (configured("web-a", dedicated_ip=2), False),
        (configured("vps-1", dedicated_ip=1), False),
        (configured("web-a", "quarterly"), False),
        (configured("web-z"), False),
    ],
)
def test_what_is_sold_is_what_has_a_price_and_is_offered(wanted: Configuration, is_sold: bool) -> None:
    assert catalog().sells(wanted, "CAD") is is_sold


def test_what_is_retired_is_not_sold() -> None:
    catalog()
    found = catalog((block("      web-b:", "      web-c:"), ""), (block("    options:\n", "\n  vps:"), ""))
    assert not found.sells(configured("web-b"), "CAD")
    assert not found.sells(configured("web-a", dedicated_ip=1), "CAD")
    assert found.sells(configured("web-a"), "CAD")


@pytest.mark.parametrize(
    ("jurisdiction", "on", "wanted"),
    [
        ("CA-QC", date(2026, 11, 23), [("TPS", "1/20"), ("TVQ", "399/4000")]),
        ("CA-AB", date(2026, 11, 23), [("TPS", "1/20")]),
        ("CA-ON", date(2026, 11, 23), [("TVH", "13/100")]),
        ("CA-NS", date(2025, 3, 31), [("TVH", "15/100")]),
        ("CA-NS", date(2025, 4, 1), [("TVH", "14/100")]),
        ("FR", date(2026, 11, 23), []),
    ],
)
def test_taxes_are_those_of_the_customers_place_and_day(
    jurisdiction: str, on: date, wanted: list[tuple[str, str]]
) -> None:
    found = catalog()
    due = found.taxes_due(found.products["web"], "CA-QC", Buyer(jurisdiction), on)
    assert [(rate.code, rate.rate) for rate in due.rates] == [(code, Fraction(rate)) for code, rate in wanted]


def test_a_product_without_a_tax_class_bears_no_tax() -> None:
    found = catalog(("    icon: shield", "    tax_class: none"))
    due = found.taxes_due(found.products["ssl"], "CA-QC", Buyer("CA-QC"), date(2026, 11, 23))
    assert due == DueTaxes()


def test_the_catalogue_is_kept_until_its_version_moves(django_assert_num_queries: Any) -> None:
    first = catalog()
    with django_assert_num_queries(1):
        assert snapshot.current() is first
    assert catalog(("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}")) is not first


def test_an_add_on_is_sold_beside_the_products_that_it_names() -> None:
    found = catalog()
    assert [addon.code for addon in found.addons_of("web-a")] == ["backups"]
    assert found.addons_of("vps-1") == ()


def test_an_add_on_is_kept_where_it_is_sold_and_ends_elsewhere_unless_the_path_says_otherwise() -> None:
    found = catalog()
    assert found.fate_of("backups-daily", "web-a", "web-c") == "keep"
    assert found.fate_of("backups-daily", "web-d", "vps-2") == "convert"
    unsaid = catalog(("    addons: {backups: convert}\n", ""))
    assert unsaid.fate_of("backups-daily", "web-d", "vps-2") == "end"
