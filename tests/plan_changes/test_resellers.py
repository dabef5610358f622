"""A reseller's plan is sold like any other: privileges and accounts go with its package, and count in what fits."""

from pathlib import Path

import pytest

from palier.catalog import snapshot
from palier.catalog.file.read import read
from palier.events import clock
from palier.plan_changes.by_person import retry
from palier.provisioning.inspect import inspect
from palier.provisioning.models import ProvisioningJob
from palier.subscriptions.models import Subscription
from tests.machines import PANEL_TOKEN, Machine, panel_control
from tests.world import CATALOGUE, World, build, point_at

pytestmark = pytest.mark.django_db

ACCOUNTS = """
resources:
  accounts:
    unit: count
    name: {fr: Comptes de revente, en: Reseller accounts}
    counted: {fr: {one: compte, other: comptes}, en: {one: account, other: accounts}}
"""
RESALE = """
products:
  resale:
    name: {fr: Revente, en: Resale}
    server: web1
    plans:
      resale-silver:
        rank: 1
        name: {fr: Argent, en: Silver}
        limits: {disk: 50 GB, bandwidth: 500 GB, mailboxes: 5, databases: 2, sites: 1, accounts: 10}
        package: revente_argent
        privileges: argent
        prices: {monthly: {CAD: 30.00}}
      resale-gold:
        rank: 2
        name: {fr: Or, en: Gold}
        limits: {disk: 100 GB, bandwidth: 1000 GB, mailboxes: 5, databases: 2, sites: 1, accounts: 30}
        package: revente_or
        privileges: or
        prices: {monthly: {CAD: 60.00}}
"""
PATHS = """
change_paths:
  - between: [resale]
"""
LISTS = {"argent": ["acct-summary", "list-accts"], "or": ["acct-summary", "list-accts", "create-acct"]}
OWN = {"mailboxes": 5, "databases": 2, "sites": 1}
PACKAGES = {
    "revente_argent": {"disk": 10240, **OWN},
    "revente_or": {"disk": 20480, **OWN},
    "client": {"disk": 1024},
}
SILVER = {"disk": 51_200, "bandwidth": 512_000, "accounts": 10}


@pytest.fixture
def world(panel_machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The demo's catalogue, and a product for resellers."""
    point_at(panel_machine.url, PANEL_TOKEN)
    written = CATALOGUE.read_text("utf-8")
    for part in (ACCOUNTS, RESALE, PATHS):
        heading = part.split("\n")[1] + "\n"
        written = written.replace(f"\n{heading}", f"\n{part.strip()}\n", 1)
    file = tmp_path / "catalogue.yaml"
    file.write_text(written, "utf-8")
    world = build(panel_control(panel_machine), read(file))
    world.panel.seed(PACKAGES, acls=LISTS)
    world.panel_limits |= PACKAGES
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world


@pytest.fixture
def silver(world: World) -> Subscription:
    """Boréale resells on the silver level, and has three clients."""
    subscription = world.subscribe("resale-silver")
    reseller = {"privileges": LISTS["argent"], "limits": SILVER}
    boreale = {
        "user": "boreale",
        "plan": "revente_argent",
        "domain": "ateliers-boreale.example",
        "owner": "boreale",
    }
    clients = [{"user": f"client{number}", "plan": "client", "owner": "boreale"} for number in range(3)]
    world.panel.seed({}, [{**boreale, "reseller": reseller}, *clients], overwrite=True)
    inspect(world.service(subscription), world.now)
    return subscription


def test_a_plan_keeps_what_a_reseller_on_it_may_do(world: World) -> None:
    plans = snapshot.current().plans

    assert (plans["resale-gold"].privileges, plans["web-a"].privileges) == ("or", "")


def test_a_paid_change_of_a_reseller_is_done_and_read_back_whole(world: World, silver: Subscription) -> None:
    change = world.change(silver, "resale-gold")

    assert change.state == "done"
    assert ProvisioningJob.objects.get().privileges == "or"
    service = world.service(silver)
    assert (service.package, service.privileges, service.limits["accounts"]) == ("revente_or", "or", 30)
    held = world.panel.account("boreale")["reseller"]
    assert (held["privileges"], held["limits"]["accounts"]) == (LISTS["or"], 30)


def test_privileges_that_did_not_change_are_a_persons_matter_and_asking_again_completes_them(
    world: World, silver: Subscription
) -> None:
    world.panel.set_mode("lie", calls=1)
    change = world.change(silver, "resale-gold")
    assert (change.state, change.reason) == ("needs_person", "panel_did_half")
    (difference,) = ProvisioningJob.objects.get().facts["differences"]
    assert difference == {"what": "privileges", "wanted": "or", "found": "argent"}

    retry(change.customer_id, change.id, house=world.house, by=world.dana, at=world.now)
    world.drain()

    change.refresh_from_db()
    assert change.state == "done"


def test_more_accounts_than_a_level_allows_stand_in_its_way(world: World, silver: Subscription) -> None:
    world.change(silver, "resale-gold")
    clients = [{"user": f"client{number}", "plan": "client", "owner": "boreale"} for number in range(12)]
    world.panel.seed({}, clients, overwrite=True)
    inspect(world.service(silver), world.now)

    (obstacle,) = world.offer(silver, "resale-silver").quote.obstacles

    assert (obstacle.resource, obstacle.used, obstacle.limit) == ("accounts", 12, 10)
