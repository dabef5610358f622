from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from palier.catalog import models, snapshot
from palier.catalog.applied import Applied
from palier.catalog.apply import apply
from palier.catalog.file.problems import InvalidCatalogue
from tests.catalogs.files import AT, Change, block, demo, with_own_taxes

pytestmark = pytest.mark.django_db

OPTIONS = block("    options:\n", "\n  vps:")
OWN = with_own_taxes()


def applied(*changes: Change, days: int = 0) -> Applied:
    return apply(demo(*changes), AT + timedelta(days=days))


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of the catalogue, to the last column."""
    kinds = [models.Version, models.Resource, models.TaxRate, models.Product, models.Plan, models.Option]
    return {
        kind.__name__: list(kind._default_manager.order_by("pk").values())
        for kind in [*kinds, models.Price, models.ChangePath]
    }


def test_a_first_apply_adds_everything_and_is_version_1() -> None:
    outcome = applied()
    assert outcome.version == 1
    assert outcome.kinds["plans"].added == (
        "web-a",
        "web-b",
        "web-c",
        "web-d",
        "vps-1",
        "vps-2",
        "vps-4",
        "backups-daily",
        "ssl-dv",
    )


def test_the_same_file_twice_changes_not_one_column() -> None:
    applied()
    before = everything()
    assert applied(days=1).is_nothing
    assert everything() == before


def test_another_price_is_one_change_and_another_version() -> None:
    applied()
    outcome = applied(("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}"))
    assert outcome.kinds["prices"].changed == ("plan:web-b:monthly CAD",)
    assert outcome.kinds["plans"].is_nothing
    assert outcome.version == 2
    assert snapshot.current().unit_prices("CAD")["plan:web-b:monthly"] == 1900


def test_what_only_stands_elsewhere_is_not_called_changed() -> None:
    applied()
    certificates = block("  ssl:\n", "change_paths:")
    outcome = applied((certificates, ""), ("products:\n", f"products:\n{certificates}"))
    assert (outcome.kinds["products"].changed, outcome.kinds["products"].moved) == ((), 4)
    assert list(snapshot.current().products) == ["ssl", "web", "vps", "backups"]


def test_an_option_the_file_drops_is_retired_and_kept() -> None:
    applied()
    outcome = applied((OPTIONS, ""), days=1)
    assert outcome.kinds["options"].retired == ("dedicated-ip",)
    assert models.Option.objects.get(code="dedicated-ip").retired_at == AT + timedelta(days=1)
    assert models.Price.objects.filter(key__startswith="option:", retired_at=None).count() == 0


def test_what_stays_retired_is_not_retired_again() -> None:
    applied()
    applied((OPTIONS, ""), days=1)
    assert applied((OPTIONS, ""), days=2).is_nothing
    assert models.Option.objects.get(code="dedicated-ip").retired_at == AT + timedelta(days=1)


def test_what_comes_back_is_the_same_row_and_for_sale_again() -> None:
    applied()
    row = models.Option.objects.get(code="dedicated-ip").pk
    applied((OPTIONS, ""), days=1)
    outcome = applied(days=2)
    assert outcome.kinds["options"].added == ("dedicated-ip",)
    assert models.Option.objects.get(code="dedicated-ip", retired_at=None).pk == row


def without_web_b() -> tuple[Change, ...]:
    return ((block("      web-b:", "      web-c:"), ""),)


def test_a_plan_that_is_sold_no_longer_can_be_left_and_not_reached() -> None:
    applied()
    applied(*without_web_b())
    catalog = snapshot.current()
    assert catalog.plans["web-b"].retired
    assert [path.to_plan for path in catalog.paths_from("web-b")] == ["web-a", "web-c", "web-d"]
    assert "web-b" not in [path.to_plan for path in catalog.paths_from("web-a")]


def test_a_plan_that_is_sold_no_longer_can_be_left_for_a_new_one() -> None:
    applied()
    applied(*without_web_b())
    plus = block("      web-c:", "      web-d:").replace("web-c", "web-plus").replace("rank: 3", "rank: 2")
    applied(*without_web_b(), ("      web-d:", f"{plus}      web-d:"))
    assert snapshot.current().path("web-b", "web-plus")


def test_a_refused_file_changes_nothing() -> None:
    applied(OWN)
    before = everything()
    with pytest.raises(InvalidCatalogue), transaction.atomic():
        applied(OWN, ("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}"), ("rate: 9.975", "rate: 10"))
    assert everything() == before


def test_a_failure_half_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    applied()
    before = everything()
    monkeypatch.setattr("palier.catalog.rows.path_rows", lambda *told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        applied(("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}"))
    assert everything() == before


def problem_of(*changes: Change, days: int = 0) -> str:
    with pytest.raises(InvalidCatalogue) as raised:
        applied(*changes, days=days)
    (problem,) = raised.value.problems
    return str(problem)


def test_a_plan_code_stays_with_its_product_even_when_it_is_retired() -> None:
    applied()
    applied(*without_web_b())
    moved = block("      web-b:", "      web-c:").replace("rank: 2", "rank: 9")
    told = problem_of(*without_web_b(), ("      vps-1:", f"{moved}      vps-1:"), *limits_of_vps())
    assert "products.vps.plans.web-b: “web-b” belongs to the product “web”" in told


def limits_of_vps() -> tuple[Change, ...]:
    """What the virtual servers say of the limits that a web plan among them would bring."""
    web = "bandwidth: unlimited, mailboxes: unlimited, databases: unlimited, sites: unlimited"
    return tuple(
        (f"cpus: {cpus}, memory: {memory} GB, disk: {disk} GB", f"disk: {disk} GB, {web}")
        for cpus, memory, disk in ((1, 2, 60), (2, 4, 120), (4, 8, 240))
    )


def test_an_option_code_stays_with_its_product() -> None:
    applied()
    told = problem_of((OPTIONS, ""), ("\n  backups:", f"{OPTIONS}\n  backups:"))
    assert "products.vps.options.dedicated-ip: “dedicated-ip” belongs to the product “web”" in told


def test_a_resource_keeps_its_unit() -> None:
    applied()
    told = problem_of(
        ("    unit: count\n    name: {fr: Processeurs", "    unit: storage\n    name: {fr: Processeurs"),
        *((f"cpus: {cpus}", f"cpus: {cpus} GB") for cpus in (1, 2, 4)),
    )
    assert "resources.cpus.unit: “cpus” is measured as count" in told


def test_prices_do_not_begin_to_include_taxes() -> None:
    applied()
    told = problem_of(("    icon: shield", "    icon: shield\n    prices_include_tax: yes"))
    assert "prices of “ssl” were agreed without taxes" in told


def test_a_tax_that_has_begun_keeps_its_rate() -> None:
    applied(OWN)
    assert "taxes.TVQ.rates[0]: TVQ in CA-QC has begun on 2013-01-01" in problem_of(
        OWN, ("rate: 9.975", "rate: 10")
    )


def test_a_tax_that_has_begun_replaces_what_it_did() -> None:
    applied(OWN)
    with pytest.raises(InvalidCatalogue, match="what it replaces stays so"):
        applied(OWN, ("    replaces: [TPS]\n", ""))


def test_a_tax_changes_by_another_rate_from_another_day() -> None:
    applied(OWN)
    now, later = "rate: 9.975, valid_from: 2013-01-01}", "rate: 10, valid_from: 2027-01-01}"
    both = (now, f"{now}\n      - {{jurisdiction: CA-QC, {later}")
    assert applied(OWN, both).kinds["taxes"].added == ("TVQ CA-QC standard 2027-01-01",)


def test_a_rate_that_has_not_begun_may_still_be_corrected() -> None:
    later = ("valid_from: 2013-01-01", "valid_from: 2027-01-01")
    applied(OWN, later)
    assert applied(OWN, later, ("rate: 9.975", "rate: 10")).kinds["taxes"].changed == (
        "TVQ CA-QC standard 2027-01-01",
    )
    assert "has begun" in problem_of(OWN, later, days=100)


def test_a_tax_may_end_and_be_registered_otherwise() -> None:
    applied(OWN)
    outcome = applied(
        OWN,
        ("valid_from: 2013-01-01", "valid_from: 2013-01-01, valid_until: 2026-12-01"),
        ("1234567890 TQ0001", "0987654321 TQ0001"),
    )
    assert outcome.kinds["taxes"].changed == ("TVQ CA-QC standard 2013-01-01",)


@pytest.mark.parametrize("first", range(4))
def test_whatever_came_before_the_catalogue_is_what_the_last_file_says(first: int) -> None:
    applied()
    wanted = replace(snapshot.current(), version=0)
    files: list[tuple[Change, ...]] = [
        without_web_b(),
        ((OPTIONS, ""), ("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}")),
        ((block("  ssl:\n", "change_paths:"), ""),),
        (
            ("  - between: [web]\n", "  - between: [web]\n    policies: {leftover: forfeit}\n"),
            ("rank: 4", "rank: 9"),
        ),
    ]
    for changes in (*files[first:], *files[:first]):
        assert not applied(*changes).is_nothing
    applied()
    assert replace(snapshot.current(), version=0) == wanted
