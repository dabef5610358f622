"""Servers that were added by hand are retired: what keeps them, what is forgotten, and their code used again."""

from datetime import timedelta

import pytest
from django.db.models import F

from palier.catalog.models import Product, Version
from palier.events.models import Event
from palier.events.record import SYSTEM
from palier.people.seal import unsealed
from palier.plan_changes.queries import across_customers_arriving
from palier.provisioning import circuit
from palier.provisioning.check_server import check_server
from palier.provisioning.models import Circuit, Server, ServerHealth
from palier.provisioning.queries import servers
from palier.provisioning.queue_job import queue_job
from palier.provisioning.retire_server import NotRetired, retire_server
from palier.provisioning.write_server import NotAccepted, Written, add_server, drafted
from palier.reconciliation.models import Drift
from palier.reconciliation.reconcile import reconcile
from palier.subscriptions.models import Subscription
from tests.machines import PANEL_TOKEN
from tests.provisioning.servers import accounts, put_on
from tests.reconciliation.behind import on_the_panel
from tests.world import World

pytestmark = pytest.mark.django_db


def draft(world: World, token: str = PANEL_TOKEN) -> Server:
    said = Written("Web 9", world.panel.url, {"user": "root"}, {"token": token})
    return drafted("web9", "cpanel", said, "fr")


@pytest.fixture
def server(world: World) -> Server:
    kept = draft(world)
    add_server(kept, by=SYSTEM, at=world.now)
    return kept


def retire(world: World, server: Server) -> bool:
    arriving = across_customers_arriving(server.code, world.house.catalog)
    return retire_server(server, arriving=arriving, by=SYSTEM, at=world.now)


def refusal(world: World, server: Server) -> tuple[str, int]:
    with pytest.raises(NotRetired) as refused:
        retire(world, server)
    server.refresh_from_db()
    assert server.retired_at is None
    return refused.value.code, refused.value.number


def is_over(subscription: Subscription) -> None:
    """As it is once its days are: its account is still there, for a person to delete."""
    Subscription.objects.filter(id=subscription.id).update(state="cancelled")


def test_it_leaves_every_list_and_its_secrets_are_forgotten(world: World, server: Server) -> None:
    assert server in servers() and server.sealed
    assert retire(world, server)
    server.refresh_from_db()
    assert server not in servers() and (server.sealed, server.retired_at) == ({}, world.now)
    event = Event.objects.get(kind="server.retired")
    assert (event.subject_id, event.facts) == (server.id, {"code": "web9", "driver": "cpanel"})


def test_retiring_it_again_changes_nothing(world: World, server: Server) -> None:
    assert retire(world, server)
    assert not retire(world, server)
    assert Event.objects.filter(kind="server.retired").count() == 1


def test_one_of_the_catalogue_file_is_removed_there(world: World) -> None:
    assert refusal(world, Server.objects.get(code="web1"))[0] == "file_declares"


def test_it_stays_while_plans_are_sold_there(world: World) -> None:
    Server.objects.filter(code="web1").update(by_hand=True)
    with pytest.raises(NotRetired) as refused:
        retire(world, Server.objects.get(code="web1"))
    assert (refused.value.code, refused.value.plans) == (
        "plans_sold", ("web-a", "web-b", "web-c", "web-d"),
    )  # fmt: skip


def test_it_stays_while_services_live_there(world: World, server: Server) -> None:
    put_on(server, accounts(world, 2))
    assert refusal(world, server) == ("services_live", 2)
    server.refresh_from_db()
    assert server.sealed


def test_services_that_are_over_do_not_keep_it_and_are_looked_after_no_more(
    world: World, server: Server
) -> None:
    (subscription,) = accounts(world, 1)
    put_on(server, [subscription])
    is_over(subscription)
    assert retire(world, server)
    assert world.service(subscription).ended_at == world.now


def test_what_differed_there_is_over(world: World, server: Server) -> None:
    subscription = world.subscribe()
    put_on(server, [subscription])
    on_the_panel(world, suspended=False)
    is_over(subscription)
    reconcile(subscription.customer_id, subscription.id, house=world.house, at=world.now, fresh=timedelta(0))
    assert Drift.objects.get().ended_at is None
    assert retire(world, server)
    world.drain()
    assert Drift.objects.get().ended_how == "gone"


def test_it_stays_while_a_job_waits_for_it(world: World, server: Server) -> None:
    (subscription,) = accounts(world, 1)
    put_on(server, [subscription])
    is_over(subscription)
    service = world.service(subscription)
    queue_job(service, "suspend", subject=("subscription", subscription.id), at=world.now)
    assert refusal(world, server) == ("jobs_wait", 1)
    world.drain()
    assert retire(world, server)


def test_it_stays_while_a_change_of_plan_leads_there_although_nothing_is_sold_there_any_more(
    world: World,
) -> None:
    subscription = world.subscribe("web-d", label="boutique.example", account="boutique")
    change = world.change(subscription, "vps-2")
    assert change.state == "needs_person"
    Server.objects.filter(code="vps").update(by_hand=True)
    Product.objects.filter(server_code="vps").update(retired_at=world.now)
    Version.objects.update(number=F("number") + 1)
    assert refusal(world, Server.objects.get(code="vps")) == ("changes_arrive", 1)


def test_its_code_is_used_again_with_other_secrets_and_nothing_that_was_known_of_it(
    world: World, server: Server
) -> None:
    check_server(server, world.now)
    circuit.failed(server.id, "timed out")
    assert retire(world, server)
    again = draft(world, "another-token")
    add_server(again, by=SYSTEM, at=world.now)
    kept = Server.objects.get(code="web9")
    assert (kept.by_hand, kept.retired_at, unsealed(kept.sealed["token"])) == (True, None, "another-token")
    assert not ServerHealth.objects.filter(server=kept).exists()
    assert not Circuit.objects.filter(server=kept).exists()
    assert Event.objects.filter(kind="server.added", subject_id=kept.id).count() == 2
    assert check_server(kept, world.now).problem == "refused", "it is asked with the new secret"


def test_the_code_of_one_that_the_file_dropped_is_not_used_again_while_accounts_are_there(
    world: World,
) -> None:
    server = Server.objects.create(code="web9", names={}, driver="cpanel", retired_at=world.now)
    put_on(server, accounts(world, 1))
    with pytest.raises(NotAccepted, match="code_lives"):
        draft(world)
    put_on(Server.objects.get(code="web1"), list(Subscription.objects.all()))
    add_server(draft(world), by=SYSTEM, at=world.now)
    assert Server.objects.get(code="web9").by_hand


def test_of_two_that_add_it_again_the_second_is_told(world: World, server: Server) -> None:
    assert retire(world, server)
    first, second = draft(world), draft(world, "another-token")
    add_server(first, by=SYSTEM, at=world.now)
    with pytest.raises(NotAccepted, match="code_taken"):
        add_server(second, by=SYSTEM, at=world.now)
    assert unsealed(Server.objects.get(code="web9").sealed["token"]) == PANEL_TOKEN
