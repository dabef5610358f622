"""The demo with real containers: the client moves up, the worker's hands move, and `nproc` says 2 inside."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from palier.books import violations
from palier.catalog import snapshot
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.entrypoints.demo import machines, world
from palier.entrypoints.demo.lxd.access import tell
from palier.entrypoints.demo.world import boreale, cast
from palier.entrypoints.demo.world.containers import make, sold_here
from palier.entrypoints.demo.world.direct import CATALOGUE
from palier.entrypoints.demo.world.queue import do_what_is_queued
from palier.entrypoints.demo.world.stage import Stage
from palier.events import clock
from palier.people.models import User
from palier.people.queries import provider
from palier.plan_changes.by_person import retry
from palier.plan_changes.models import PlanChange
from palier.provisioning.models import Server, Service
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from tests.lxd import RealLxd, running_lxd
from tests.machines import CARD_SECRET, PANEL_TOKEN, Machine, card_control, panel_control
from tests.world import point_at

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(
    django_db_setup: None,
    django_db_blocker: Any,
    panel_machine: Machine,
    card_machine: Machine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RealLxd]:
    """One world with containers for the tests of this module, in a transaction around theirs."""
    var: Path = tmp_path_factory.mktemp("var")
    point_at(panel_machine.url, PANEL_TOKEN)
    gateway = {"driver": "demo_card", "url": card_machine.url, "secret": CARD_SECRET}
    told = {"GATEWAYS": {"demo_card": gateway}, "DEMO_MAIL_DIR": var / "mail"}
    told["DEMO_CONTAINERS_ACCESS"] = var / "access.json"
    with running_lxd() as real, override_settings(**told):
        tell(var / "access.json", real.access)
        with django_db_blocker.unblock(), transaction.atomic():
            world.build()
            yield real
            transaction.set_rollback(True)


@pytest.fixture
def stage(built: RealLxd, panel_machine: Machine, card_machine: Machine) -> Stage:
    return Stage(panel_control(panel_machine), card_control(card_machine), clock.now())


@pytest.fixture
def real(built: RealLxd, stage: Stage) -> RealLxd:
    """The containers, new, as the world has them before each test."""
    machines.forget_containers()
    for service in Service.objects.select_related("server", "subscription").filter(
        server__code="vps", ended_at=None
    ):
        make(service, stage)
    return built


def test_every_virtual_server_is_a_container_with_the_limits_of_its_plan(real: RealLxd):
    for service in Service.objects.filter(server__code="vps", ended_at=None):
        plan = Subscription.objects.get(customer_id=service.customer_id, id=service.subscription_id).plan_id
        assert real.inside(service.account, "nproc") == {"vps-1": "1", "vps-2": "2"}[plan]
    assert violations() == []


def test_the_client_moves_up_and_the_container_sees_it(real: RealLxd, stage: Stage, client: Client):
    """From the page of levels to `nproc`, as Alice and without anybody of the team."""
    assert real.inside(boreale.MACHINE_ACCOUNT, "nproc") == "1"
    stage.people[cast.ALICE.email] = User.objects.get(email=cast.ALICE.email)
    machine = Subscription.objects.get(label=boreale.MACHINE_LABEL)

    change = stage.changes(machine, "vps-2", by=cast.ALICE)

    assert change.state == "done"
    assert real.inside(boreale.MACHINE_ACCOUNT, "nproc") == "2"
    assert real.inside(boreale.MACHINE_ACCOUNT, "memory") == str(4 * 1024**3)
    shown = client.get(reverse("demo:scenarios")).text
    assert '<code>nproc</code></dt><dd class="num">2</dd>' in shown
    assert "Ce que le conteneur voit" in shown
    assert shown.replace("\u00a0", " ").count("4 Go</dd>") == 2


def test_a_difference_between_what_is_sold_and_what_is_seen_is_shown(real: RealLxd, client: Client):
    def shown() -> str:
        page = client.get(reverse("demo:scenarios")).text
        return page[page.index(f'id="of-{boreale.MACHINE_ACCOUNT}"') :].partition("</section>")[0]

    assert "Pareil" in shown()
    real.command("config", "set", boreale.MACHINE_ACCOUNT, "limits.memory=512MiB")
    assert "Différent" in shown() and "512" in shown()
    real.command("stop", boreale.MACHINE_ACCOUNT)
    assert "n’est pas en marche" in shown()


def test_what_waited_for_a_person_can_now_be_tried_by_the_machine(real: RealLxd, stage: Stage):
    """The clinic was promised a bigger server yesterday; Dana lets the machine do it."""
    service = Service.objects.get(account="vps-clinique")
    change = PlanChange.objects.get(customer_id=service.customer_id, subscription_id=service.subscription_id)
    emile = User.objects.get(email=cast.EMILE.email)

    retry(
        change.customer_id, change.id, house=House(snapshot.current(), provider()), by=emile, at=clock.now()
    )
    do_what_is_queued(clock.now() + timedelta(seconds=1))

    change.refresh_from_db()
    assert change.state == "done"
    assert real.inside("vps-clinique", "nproc") == "2"


def test_no_person_is_needed_between_virtual_servers_any_more(real: RealLxd):
    catalog = snapshot.current()
    before, after = (Configuration(plan, BillingCycle("monthly")) for plan in ("vps-1", "vps-2"))
    assert not catalog.person(before, after)
    assert catalog.person(Configuration("web-d", BillingCycle("monthly")), after), "a move is another thing"


@pytest.mark.parametrize(
    ("processors", "levels"), [(2, ["vps-1", "vps-2"]), (8, ["vps-1", "vps-2", "vps-4"])]
)
def test_no_more_processors_are_sold_than_the_machine_has(processors: int, levels: list[str]):
    written = yaml.safe_load((Path(settings.ROOT) / CATALOGUE).read_text())
    assert list(sold_here(written, processors)["products"]["vps"]["plans"]) == levels


def test_the_key_is_sealed_and_nothing_of_it_is_in_the_clear(real: RealLxd):
    server = Server.objects.get(code="vps")
    key = real.access.client.key.splitlines()[1]
    assert server.by_hand and key not in f"{server.sealed} {server.options} {server.credentials}"


def test_the_welcome_leads_to_it(real: RealLxd, client: Client):
    assert "D’un processeur à deux" in client.get(reverse("demo:welcome")).text
    landed = client.post(reverse("demo:enter"), {"door": "alice", "place": "machine_levels"}, follow=True)
    assert "Serveur privé 2" in landed.text


def test_built_again_it_is_as_on_its_first_day(real: RealLxd):
    real.command("launch", "palier-busybox", "somebody-elses")
    machines.forget_everything()
    assert real.command("list", "--format", "csv") == ""
