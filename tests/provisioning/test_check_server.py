"""Looking at a server: what is found is kept, what is news is logged, and what it cannot make is not offered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from config.metrics import exposition
from palier.catalog import snapshot
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.core.quote import plan_change_quote
from palier.drivers.certificates import fingerprint
from palier.entrypoints.batch import tasks
from palier.events.record import SYSTEM
from palier.people.seal import sealed
from palier.plan_changes.accept import QuoteOutdated
from palier.plan_changes.facts import situation, towards
from palier.provisioning.apply_catalogue import apply_document
from palier.provisioning.check_server import check_server, queue_checks
from palier.provisioning.models import Server, ServerHealth
from palier.provisioning.server_state import state_of
from palier.provisioning.write_server import NotAccepted, pin_certificate
from palier.subscriptions.models import Subscription
from tests.catalogs.files import demo
from tests.drivers.tls import self_signed, speaking_tls
from tests.logged import logged
from tests.parrot import running_parrot
from tests.world import World

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = "http://127.0.0.1:9"
TOKEN = "a-token-that-was-kept-8812"


@pytest.fixture
def web1(world: World) -> Server:
    return Server.objects.get(code="web1")


def by_hand(url: str, **columns: object) -> Server:
    kept = {"token": sealed(TOKEN)}
    options = {"user": "root"}
    return Server.objects.create(
        code="hand", names={}, driver="cpanel", url=url, options=options, sealed=kept, by_hand=True, **columns
    )


def without(world: World, *packages: str) -> None:
    """The panel forgets these."""
    world.panel.reset()
    world.panel.seed({name: held for name, held in world.panel_limits.items() if name not in packages})


def test_a_server_that_answers_is_known_by_its_version_its_pace_and_its_plans(
    world: World, web1: Server
) -> None:
    health = check_server(web1, world.now)
    assert (health.problem, health.version) == ("", "11.126.0.21 (demo)")
    assert health.latency_ms is not None and health.plans == world.panel_limits
    assert (health.checked_at, health.plans_at, health.last_error_at) == (world.now, world.now, None)


def test_a_server_that_is_down_and_comes_back_says_since_when(world: World, web1: Server) -> None:
    check_server(web1, world.now)
    world.panel.set_mode("busy", http_status=503, reads=True)
    with logged() as lines:
        for minutes in (3, 6):
            check_server(web1, world.now + timedelta(minutes=minutes))
        health = ServerHealth.objects.get(server=web1)
        assert health.problem == "busy" and health.since == world.now + timedelta(minutes=3)
        assert health.version == "11.126.0.21 (demo)", "what was seen last stays"
        world.panel.set_mode("ok")
        health = check_server(web1, world.now + timedelta(minutes=9))
        told = [line["event"] for line in lines() if line["event"].startswith("server_")]
    assert (health.problem, health.since) == ("", world.now + timedelta(minutes=9))
    assert "503" in health.last_error and health.last_error_at == world.now + timedelta(minutes=6)
    assert told == ["server_bad", "server_good_again"], "only what is news"


@pytest.mark.parametrize(
    ("url", "problem"),
    [(NOBODY_LISTENS, "silent"), ("https://127.0.0.1:9", "silent"), ("${NO_SUCH}", "not_configured")],
)
def test_what_is_wrong_has_a_name(world: World, url: str, problem: str) -> None:
    assert check_server(by_hand(url), world.now).problem == problem


def test_a_machine_that_repeats_its_secrets_does_not_get_them_kept(world: World) -> None:
    with running_parrot() as url:
        health = check_server(by_hand(url), world.now)
    assert health.problem == "refused"
    assert "[hidden]" in health.last_error and TOKEN not in health.last_error


def test_nothing_is_sent_to_a_machine_whose_certificate_nobody_vouches_for_until_it_is_pinned(
    world: World,
) -> None:
    ours = self_signed("panel.invalid")
    with speaking_tls(*ours) as url:
        server = by_hand(url)
        health = check_server(server, world.now)
        assert (health.problem, health.last_error) == ("untrusted", "self-signed certificate")
        assert fingerprint(health.shown) == fingerprint(ours[0])
        pin_certificate(server, fingerprint(ours[0]).lower().replace(":", ""), by=SYSTEM, at=world.now)
        server.refresh_from_db()
        # It speaks, though not as a panel does.
        assert check_server(server, world.now).problem == "busy"


def test_another_certificate_than_the_one_that_was_compared_is_not_pinned(world: World) -> None:
    ours, anothers = self_signed("panel.invalid"), self_signed("panel.invalid")
    with speaking_tls(*ours) as url:
        server = by_hand(url)
        check_server(server, world.now)
    with pytest.raises(NotAccepted, match="another_certificate"):
        pin_certificate(server, fingerprint(anothers[0]), by=SYSTEM, at=world.now)
    assert Server.objects.get(code="hand").certificate == ""


def test_a_plan_that_vanishes_on_the_panel_is_not_offered_until_it_is_back(
    world: World, web1: Server
) -> None:
    subscription = world.subscribe()
    check_server(web1, world.now)
    before = world.offer(subscription, "web-b")
    assert before.quote.obstacles == ()
    without(world, "forfait_b")
    with logged() as lines:
        check_server(web1, world.now)
        check_server(web1, world.now)
        told = [line for line in lines() if line["event"] == "plan_not_on_server"]
    assert [(line["server"], line["plan"]) for line in told] == [("web1", "web-b")]
    assert state_of(Server.objects.get(code="web1"), snapshot.current()) == "plans"
    assert [one.code for one in obstacles(world, subscription, "web-b")] == ["not_on_server"]
    assert obstacles(world, subscription, "web-c") == ()
    assert "our team knows, and sees to it" in levels_as_read(world, subscription)
    with pytest.raises(QuoteOutdated):
        world.accept(subscription, before)
    world.panel.seed(world.panel_limits)
    check_server(web1, world.now)
    assert obstacles(world, subscription, "web-b") == ()


def levels_as_read(world: World, subscription: Subscription) -> str:
    """The page on which Alice chooses."""
    world.alice.language = "en"
    world.alice.save()
    browser = Client()
    browser.force_login(world.alice)
    return browser.get(f"/client/services/{subscription.id}/change/").content.decode()


def obstacles(world, subscription, plan):  # type: ignore[no-untyped-def]
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    return plan_change_quote(towards(found, Configuration(plan, BillingCycle("monthly")))).obstacles


def test_who_has_a_plan_that_vanished_may_still_change_how_often_they_pay(world: World, web1: Server) -> None:
    subscription = world.subscribe("web-b")
    without(world, "forfait_b")
    check_server(web1, world.now)
    found = situation(subscription.customer_id, subscription.id, world.now, house=world.house)
    quote = plan_change_quote(towards(found, Configuration("web-b", BillingCycle("yearly"))))
    assert quote.obstacles == ()


def test_a_panel_that_cannot_be_asked_stands_in_the_way_of_nothing(world: World, web1: Server) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("refuse", reads=True)
    check_server(web1, world.now)
    assert ServerHealth.objects.get(server=web1).plans is None
    assert obstacles(world, subscription, "web-b") == ()


def test_a_new_catalogue_is_held_against_what_the_panel_told_last(world: World, web1: Server) -> None:
    subscription = world.subscribe()
    check_server(web1, world.now)
    apply_document(demo(("package: forfait_b", "package: forfait_q")), world.now)
    assert [one.code for one in obstacles(world, subscription, "web-b")] == ["not_on_server"]
    apply_document(demo(), world.now)
    assert obstacles(world, subscription, "web-b") == ()


def test_each_server_is_looked_at_by_a_task_of_its_own(world: World, web1: Server) -> None:
    by_hand(NOBODY_LISTENS)
    queue_checks()
    queue_checks()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.check_server'")
        assert cursor.fetchone()[0] == 2
    assert tasks.check_servers.queueing_lock == "check_servers"


def test_what_people_do_by_hand_is_not_looked_at(world: World) -> None:
    vps = Server.objects.get(code="vps")
    assert state_of(vps, snapshot.current()) == "by_hand"


def test_figures_tell_which_servers_are_up(world: World, web1: Server) -> None:
    check_server(web1, world.now)
    check_server(by_hand(NOBODY_LISTENS), world.now)
    told = exposition().decode()
    assert 'palier_server_up{server="web1"} 1.0' in told and 'palier_server_up{server="hand"} 0.0' in told
    assert 'palier_server_seconds{server="web1"}' in told
