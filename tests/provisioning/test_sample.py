"""What every service uses is measured every few hours: the oldest first, a few at a time, and around those at work."""

import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.drivers.panel import State
from palier.provisioning import lease
from palier.provisioning import sample as sampling
from palier.provisioning.models import Circuit, Server, Service
from palier.provisioning.sample import sample
from palier.subscriptions.models import Subscription
from tests.provisioning.servers import accounts, another_server, nobody_there, own_url, put_on, silent_machine
from tests.world import World

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=1)


def measured_at(subscriptions: list[Subscription]) -> list[datetime | None]:
    found = Service.objects.filter(subscription__in=subscriptions).order_by("account")
    return list(found.values_list("inspected_at", flat=True))


def make_old(subscriptions: list[Subscription], at: datetime | None = None) -> None:
    Service.objects.filter(subscription__in=subscriptions).update(inspected_at=at, asked_at=at)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> "Watched":
    return Watched(monkeypatch)


class Watched:
    """Who is asked, and how many at the same time, by server; each takes a moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_in_all, self.asked = 0, list[str]()
        self._lock = threading.Lock()
        self._real = sampling._measured
        monkeypatch.setattr(sampling, "_measured", self._measured)

    def _measured(self, server: Server, service: Service) -> State:
        with self._lock:
            self.asked.append(service.account)
            self.now[server.code] += 1
            self.most[server.code] = max(self.most[server.code], self.now[server.code])
            self.most_in_all = max(self.most_in_all, self.now.total())
        try:
            time.sleep(0.03)
            return self._real(server, service)
        finally:
            with self._lock:
                self.now[server.code] -= 1


def test_a_service_is_measured_again_once_its_hours_are_over(world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_usage("boreale", disk=9_000)
    make_old([subscription], world.now - 6 * HOURS + timedelta(minutes=1))
    assert sample(world.now) == 0
    make_old([subscription], world.now - 6 * HOURS)
    assert sample(world.now) == 1
    service = world.service(subscription)
    assert (service.measures["disk"].amount, service.inspected_at) == (9_000, world.now)
    assert (service.package, service.limits["disk"], service.lease_until) == ("forfait_a", 10_240, None)
    assert sample(world.now) == 0


def test_how_often_is_said_by_the_server(world: World) -> None:
    subscription = world.subscribe()
    make_old([subscription], world.now - 2 * HOURS)
    assert sample(world.now) == 0
    Server.objects.update(sampled_every_hours=2)
    assert sample(world.now) == 1


def test_a_process_that_stops_begins_nothing_and_the_next_round_goes_on(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = world.subscribe()
    make_old([subscription])
    watched.asked.clear()
    with monkeypatch.context() as stopping:
        stopping.setattr(sampling, "are_stopping", lambda: True)
        assert (sample(world.now), watched.asked) == (0, [])
    assert sample(world.now) == 1


def test_what_the_panel_cannot_measure_is_kept_as_unknown(world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_usage("boreale", disk=None)
    make_old([subscription])
    sample(world.now)
    assert world.service(subscription).measures["disk"].exactness == "unknown"


def test_the_oldest_come_first_and_no_more_than_keeps_them_spread(world: World, watched: Watched) -> None:
    subscriptions = accounts(world, 3)
    for age, subscription in zip((7, 9, 8), subscriptions, strict=True):
        make_old([subscription], world.now - age * HOURS)
    watched.asked.clear()
    assert [sample(world.now + timedelta(minutes=minute)) for minute in range(4)] == [1, 1, 1, 0]
    assert watched.asked == ["account1", "account2", "account0"]


def test_twenty_are_asked_at_a_time_and_four_of_one_server(world: World, watched: Watched) -> None:
    subscriptions = accounts(world, 12)
    other = another_server(own_url())
    put_on(other, subscriptions[6:])
    make_old(subscriptions)
    assert sample(world.now, at_once=True) == 12
    assert set(measured_at(subscriptions)) == {world.now}
    assert sorted(watched.most.values()) == [sampling.PER_SERVER, sampling.PER_SERVER]
    assert watched.most_in_all <= sampling.IN_FLIGHT == 20


def test_a_server_that_bears_less_is_asked_less(world: World, watched: Watched) -> None:
    subscriptions = accounts(world, 6)
    Server.objects.update(at_once=2)
    make_old(subscriptions)
    assert sample(world.now, at_once=True) == 6
    assert watched.most == {"web1": 2}


def test_many_servers_share_the_places(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "IN_FLIGHT", 3)
    subscriptions = accounts(world, 8)
    for number, pair in enumerate((subscriptions[0:2], subscriptions[2:4], subscriptions[4:6]), start=2):
        put_on(another_server(own_url(), f"web{number}"), pair)
    make_old(subscriptions)
    assert sample(world.now, at_once=True) == 8
    assert watched.most_in_all == 3


def test_a_server_that_is_gone_is_asked_once_and_delays_nobody(world: World, watched: Watched) -> None:
    here, there = accounts(world, 2), accounts(world, 3, prefix="there")
    gone = another_server(nobody_there())
    put_on(gone, there)
    make_old(here + there)
    watched.asked.clear()
    assert sample(world.now, at_once=True) == 2
    assert sum(name.startswith("there") for name in watched.asked) == 1
    assert Circuit.objects.get().failures == 1
    assert measured_at(there) == [None] * 3


def test_one_that_is_down_is_not_asked_at_all(world: World, watched: Watched) -> None:
    there = accounts(world, 1, prefix="there")
    gone = another_server(nobody_there())
    put_on(gone, there)
    make_old(there)
    for minute in range(3):
        sample(world.now + timedelta(minutes=minute))
    assert Circuit.objects.get().probe_at is not None
    watched.asked.clear()
    assert (sample(world.now), watched.asked) == (0, [])


def test_one_that_answers_again_is_no_longer_suspected(world: World) -> None:
    subscription = world.subscribe()
    make_old([subscription])
    Circuit.objects.create(
        server=world.service(subscription).server, failures=2, last_error="down", failed_at=world.now
    )
    assert sample(world.now) == 1
    assert not Circuit.objects.exists()


def test_a_silent_server_holds_one_place_while_the_others_are_measured(world: World) -> None:
    here, there = accounts(world, 6), accounts(world, 4, prefix="there")
    with silent_machine() as url:
        put_on(another_server(url, read_seconds="2"), there)
        make_old(here + there)
        began = time.monotonic()
        sample(world.now, at_once=True)
        assert 2 <= time.monotonic() - began < 6  # one time-out, not four
    assert set(measured_at(here)) == {world.now}
    assert measured_at(there) == [None] * 4


def test_what_an_act_holds_is_not_asked(world: World, watched: Watched) -> None:
    subscription = world.subscribe()
    make_old([subscription])
    service = world.service(subscription)
    with lease.leased(service.customer_id, service.id):
        assert (sample(world.now), watched.asked) == (0, [])
    assert sample(world.now) == 1


def test_what_an_act_has_come_between_is_not_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = world.subscribe()
    make_old([subscription])
    real = sampling.write_measures

    def after_an_act(answers: list[sampling.Answer], at: datetime) -> int:
        service = world.service(subscription)
        with lease.leased(service.customer_id, service.id):
            pass
        return real(answers, at)

    monkeypatch.setattr(sampling, "write_measures", after_an_act)
    assert sample(world.now) == 0
    assert measured_at([subscription]) == [None]


def test_an_account_that_is_not_there_is_noted_and_the_others_are_measured(world: World) -> None:
    gone, there = accounts(world, 2)
    Service.objects.filter(subscription=gone).update(account="nobody")
    make_old([gone, there])
    assert sample(world.now, at_once=True) == 1
    assert (world.service(gone).missing_at, world.service(there).missing_at) == (world.now, None)
    assert world.service(gone).asked_at == world.now  # it does not come first again


def test_a_server_without_its_secrets_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = world.subscribe()
    make_old([subscription])
    monkeypatch.delenv("PALIER_DEMO_PANEL_TOKEN")
    assert sample(world.now) == 0
    assert measured_at([subscription]) == [None]


def test_many_answers_are_written_in_one_statement(
    world: World, django_assert_max_num_queries: object
) -> None:
    subscriptions = accounts(world, 8)
    make_old(subscriptions)
    # The lock and its end, the servers, the circuits, their services, and one statement for all that was found.
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert sample(world.now, at_once=True) == 8


def test_what_is_due_is_found_without_reading_what_is_not(world: World) -> None:
    """Every minute, on a server with any number of services."""
    subscription = world.subscribe()
    server = world.service(subscription).server
    many_more_like(subscription, at=world.now)
    make_old([subscription], world.now - 6 * HOURS)
    with CaptureQueriesContext(connection) as asked:
        assert len(sampling._due(server, world.now, True)) == 1
    with connection.cursor() as cursor:
        for statement in (one["sql"] for one in asked.captured_queries):
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            (bounds,) = (line for line in plan.splitlines() if "Index Cond" in line and "server_id" in line)
            assert "provisioning_service_oldest" in plan
            assert "asked_at" in bounds


def many_more_like(subscription: Subscription, at: datetime, count: int = 5_000) -> None:
    """Services that have just been measured, on the same server; nothing else of them is there."""
    own = ("id", "subscription_id", "asked_at", "inspected_at")
    alike = ", ".join(each.column for each in Service._meta.local_fields if each.column not in own)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO provisioning_service ({', '.join(own)}, {alike})"
            f" SELECT gen_random_uuid(), gen_random_uuid(), %s, %s, {alike}"
            " FROM provisioning_service, generate_series(1, %s) WHERE subscription_id = %s",
            [at, at, count, subscription.id],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE provisioning_service")
