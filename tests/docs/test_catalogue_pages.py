"""The pages about the catalogue file say what the code says."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from palier.catalog.file import discount_entry, entries, law_entries
from palier.catalog.file.known import UNTAXED
from palier.catalog.file.read import document
from palier.catalog.file.sentences import fields_by_key
from palier.core.periods import BillingCycle
from palier.core.policies import CHOICES, FIELDS
from palier.drivers.registry import panel_class, panel_drivers

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs/reference/catalogue.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs/how-to/change-your-catalogue.md").read_text(encoding="utf-8")

SECTIONS: dict[type[BaseModel], str] = {
    entries.CatalogueEntry: "The file",
    entries.ProviderEntry: "provider",
    entries.WorkingHoursEntry: "working hours",
    entries.DunningEntry: "dunning",
    entries.ResourceEntry: "resources",
    entries.RegistrationEntry: "registrations",
    entries.TaxEntry: "taxes",
    entries.RateEntry: "rates",
    entries.ServerEntry: "servers",
    entries.ProductEntry: "products",
    entries.PlanEntry: "plans",
    entries.OptionEntry: "options",
    entries.PoliciesEntry: "policies",
    discount_entry.DiscountEntry: "discounts",
    entries.PathEntry: "change paths",
    entries.PersonEntry: "needs person",
    law_entries.LawProfileEntry: "law profiles",
    law_entries.LawRuleEntry: "law rules",
    law_entries.ArticleEntry: "articles",
    law_entries.IndemnityEntry: "indemnity",
    law_entries.RenewalNoticeEntry: "renewal notice",
    law_entries.PriceChangeEntry: "price change",
}


def section(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"the reference has no section “{title}”"
    return found[1]


def reachable(kind: Any) -> set[type[BaseModel]]:
    """Every entry that a file may hold."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        inside = (reachable(field.annotation) for field in kind.model_fields.values())
        return {kind}.union(*inside)
    return set().union(*map(reachable, get_args(kind)))


def test_every_entry_of_a_file_has_its_section() -> None:
    assert reachable(entries.CatalogueEntry) == set(SECTIONS)


@pytest.mark.parametrize("entry", SECTIONS, ids=SECTIONS.get)
def test_the_reference_lists_every_key_and_no_other(entry: type[BaseModel]) -> None:
    assert re.findall(r"^\| `(\w+)` \|", section(SECTIONS[entry]), re.MULTILINE) == list(fields_by_key(entry))


def test_the_policies_of_a_file_are_those_of_the_core() -> None:
    assert tuple(entries.PoliciesEntry.model_fields) == FIELDS


@pytest.mark.parametrize("policy", CHOICES)
def test_the_reference_lists_every_value_of_a_policy_the_default_first(policy: str) -> None:
    (row,) = re.findall(rf"^\| `{policy}` \| (.*) \|$", section("policies"), re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(CHOICES[policy])


def test_the_reference_names_every_billing_cycle() -> None:
    (row,) = re.findall(r"^\| Billing cycle \| (.*) \|$", REFERENCE, re.MULTILINE)
    codes = [code.replace("N", "5") for code in re.findall(r"`([\w:]+)`", row)]
    assert [BillingCycle(code).code for code in codes] == codes
    assert len(codes) == 9


@pytest.mark.parametrize("driver", panel_drivers())
def test_the_reference_names_every_driver_and_what_it_needs(driver: str) -> None:
    assert f"`{driver}`" in section("servers")
    assert all(f"`{name}`" in section("servers") for name in panel_class(driver).needs)


def test_the_reference_names_the_class_without_tax() -> None:
    assert f"`{UNTAXED}`" in section("products")


def blocks(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)


def test_the_small_catalogue_of_the_reference_can_be_applied() -> None:
    (small,) = blocks(REFERENCE)
    assert document(small, "small.yaml").catalogue.provider.name == "Quay Hosting"


@pytest.mark.parametrize("written", blocks(HOW_TO))
def test_what_the_how_to_shows_has_the_keys_that_files_have(written: str) -> None:
    known = {key for entry in SECTIONS for key in fields_by_key(entry)}
    (shown,) = (
        found if isinstance(found, list) else list(found.values()) for found in [yaml.safe_load(written)]
    )
    assert all(entry.keys() <= known for entry in shown)
