"""The incus driver against a stand-in: the contract, its bad days, and every trap that was seen on a real one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Pending, Target, differences
from palier.drivers.panels.incus.reading import (
    IMAGE_MB,
    NOTHING_KNOWN,
    OF_ACCOUNT,
    Instance,
    cpus_of,
    guest_from,
    margin,
    megabytes_of,
)
from palier.drivers.registry import panel
from palier.entrypoints.demo.lxd.certificates import Identity, made_identity
from tests.drivers.panel_contract import PASSWORD, Bench, PanelOnBadDays
from tests.stand_ins.lxd_server import LxdStandIn, Said, Thing, running_stand_in

NOBODY_LISTENS = "http://127.0.0.1:9"
SMALL = Target("small", {"cpus": 1, "memory": 1024, "disk": 10240})
BIG = Target("big", {"cpus": 2, "memory": 2048, "disk": 20480})
ALICE = Account("alice", "boreale.example")


@pytest.fixture(scope="module")
def identity() -> Identity:
    return made_identity("palier")


@pytest.fixture
def lxd() -> Iterator[LxdStandIn]:
    with running_stand_in() as lxd:
        lxd.things["alice"] = made_for(SMALL)
        yield lxd


def made_for(target: Target, pool: str = "fast") -> Thing:
    """An instance of ours that runs."""
    limits = target.limits
    config = {"limits.cpu": str(limits["cpus"]), "limits.memory": f"{limits['memory']}MiB"}
    config |= {OF_ACCOUNT: ALICE.domain, IMAGE_MB: "0"}
    root = {"type": "disk", "path": "/", "pool": pool, "size": f"{limits['disk']}MiB"}
    return Thing("alice", config, {"root": root}, status="Running", guest_cpus=limits["cpus"])


@pytest.fixture
def driver(lxd: LxdStandIn, identity: Identity) -> Panel:
    return driver_at(lxd.url, identity)


def driver_at(url: str, identity: Identity, **settings: str) -> Panel:
    # A pinned certificate is read faster than all authorities are; over HTTP it has nothing to say.
    known = {"client_certificate": identity.certificate, "client_key": identity.key, "image": "debian"}
    known["certificate"] = identity.certificate
    return panel("incus", url, {**known, "read_seconds": "2", **settings})


@pytest.fixture
def bench(lxd: LxdStandIn, driver: Panel, identity: Identity) -> Bench:
    return Bench(
        panel=driver,
        unreachable=driver_at(NOBODY_LISTENS, identity),
        alice=ALICE,
        nobody=Account("bob", "bob.example"),
        small=SMALL,
        big=BIG,
        other_end=lxd,
        secrets=(identity.key, identity.key.splitlines()[1]),
        counted="memory",
        untold="disk",
    )


class TestIncus(PanelOnBadDays):
    pass


def test_it_leaves_out_what_instances_do_not_have(driver: Panel) -> None:
    assert driver.capabilities == frozenset(Capability) - {Capability.PLANS, Capability.SIGN_IN}


def test_it_says_what_runs_there(driver: Panel) -> None:
    assert driver.version() == "lxd 5.0.2"


# A smaller disk


def test_a_disk_is_never_made_smaller_than_what_is_in_it(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.use("disk", 12_000)

    with pytest.raises(Refused, match="13200 MB of disk are needed, more than 10240 MB"):
        driver.change(ALICE, SMALL, "key")

    assert not lxd.things["alice"].is_wedged and lxd.act_count("received") == 0


@pytest.mark.parametrize("used", [9984, 9400])
def test_a_margin_stays_free_on_a_smaller_disk(lxd: LxdStandIn, driver: Panel, used: int) -> None:
    """A tenth of what is used, and 256 MB at least."""
    lxd.things["alice"] = made_for(BIG)
    lxd.use("disk", used)

    (misfit,) = driver.preflight(ALICE, SMALL)

    assert (misfit.resource, misfit.used, misfit.room) == ("disk", used, margin(used, 10, 256))


def test_the_margin_is_the_hosts_to_choose(lxd: LxdStandIn, identity: Identity) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.use("disk", 10_000)
    bold = driver_at(lxd.url, identity, disk_margin_percent="0", disk_margin_mb="100")

    assert bold.inspect(ALICE).room == {"disk": 100}
    assert bold.preflight(ALICE, SMALL) == ()


def test_what_a_snapshot_shares_counts(lxd: LxdStandIn, driver: Panel) -> None:
    """The API then says that next to nothing is used."""
    lxd.things["alice"] = made_for(BIG)
    lxd.use("disk", 12_000)
    lxd.things["alice"].snapshots.append(1)

    assert driver.inspect(ALICE).usage["disk"].amount == 12_000
    with pytest.raises(Refused):
        driver.change(ALICE, SMALL, "key")
    assert not lxd.things["alice"].is_wedged


def test_the_image_counts(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"].config[IMAGE_MB] = "900"
    lxd.use("disk", 100)

    assert driver.inspect(ALICE).usage["disk"].amount == 1000


def test_an_instance_that_others_have_made_is_asked_itself(lxd: LxdStandIn, driver: Panel) -> None:
    """Nobody has measured its image, and the API leaves it out."""
    del lxd.things["alice"].config[IMAGE_MB]
    lxd.use("disk", 777)

    assert driver.inspect(ALICE).usage["disk"].amount == 777
    assert ("POST", "/1.0/instances/alice/exec") in lxd.asked


@pytest.mark.parametrize("why", ["stopped", "no shell"])
def test_a_disk_that_cannot_be_measured_does_not_get_smaller(
    lxd: LxdStandIn, driver: Panel, why: str
) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.things["alice"].status = "Stopped" if why == "stopped" else "Running"
    lxd.things["alice"].has_shell = why != "no shell"

    (misfit,) = driver.preflight(ALICE, SMALL)
    assert (misfit.resource, misfit.why) == ("disk", "unknown")
    with pytest.raises(Refused, match="cannot be measured"):
        driver.change(ALICE, SMALL, "key")
    assert lxd.act_count("received") == 0


def test_a_full_disk_may_grow(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.use("disk", 10_200)

    assert driver.change(ALICE, BIG, "key") == Done()
    assert differences(driver.inspect(ALICE), BIG) == ()


def test_the_disk_is_left_alone_when_it_stays_as_it_is(lxd: LxdStandIn, driver: Panel) -> None:
    """Setting a size is never without a risk: with the disk full, the same size again wedges it."""
    lxd.use("disk", 10_240)
    more = Target("more", {**SMALL.limits, "cpus": 2})

    assert driver.change(ALICE, more, "key") == Done()
    assert not lxd.things["alice"].is_wedged


@pytest.mark.parametrize("what", ["blocks", "virtual machine"])
def test_what_is_made_of_blocks_does_not_shrink(lxd: LxdStandIn, driver: Panel, what: str) -> None:
    lxd.things["alice"] = made_for(BIG, pool="blocks" if what == "blocks" else "fast")
    lxd.things["alice"].type = "container" if what == "blocks" else "virtual-machine"

    assert driver.inspect(ALICE).grows_only == {"disk"}
    assert [misfit.why for misfit in driver.preflight(ALICE, SMALL)] == ["cannot_shrink"]
    with pytest.raises(Refused, match="cannot get smaller"):
        driver.change(ALICE, SMALL, "key")
    assert lxd.act_count("received") == 0


def test_no_disk_is_sold_on_a_pool_that_ignores_sizes(lxd: LxdStandIn, identity: Identity) -> None:
    lxd.things["alice"] = made_for(SMALL, pool="plain")
    driver = driver_at(lxd.url, identity, pool="plain")

    state = driver.inspect(ALICE)
    assert "disk" not in state.limits and state.usage["disk"].exactness == "unknown"
    with pytest.raises(Refused, match="takes sizes and ignores them"):
        driver.change(ALICE, BIG, "key")
    with pytest.raises(Refused, match="takes sizes and ignores them"):
        driver.create(Account("bob", "bob.example"), SMALL, PASSWORD, "bob@example.com", "key")
    assert "bob" not in lxd.things


def test_without_a_disk_such_a_pool_is_as_good_as_any(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"] = made_for(SMALL, pool="plain")

    assert driver.change(ALICE, Target("more", {"cpus": 2, "memory": 2048}), "key") == Done()


# Less memory


@pytest.mark.parametrize("kills", [False, True])
def test_memory_is_never_set_below_what_is_used(lxd: LxdStandIn, driver: Panel, kills: bool) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.kills_on_less_memory = kills
    lxd.use("memory", 1500)

    with pytest.raises(Refused, match="1500 MB of memory are needed, more than 1024 MB"):
        driver.change(ALICE, SMALL, "key")

    assert not lxd.things["alice"].was_killed and lxd.act_count("received") == 0


def test_the_cache_is_given_back_and_so_is_not_used(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.use("memory", 1500)
    lxd.use("cache", 1000)

    assert driver.inspect(ALICE).usage["memory"].amount == 500
    assert driver.change(ALICE, SMALL, "key") == Done()


# Processors


def test_a_change_of_processors_that_was_dropped_is_made_again(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.drops_cpus = True

    assert driver.change(ALICE, BIG, "key") == Done()

    assert lxd.things["alice"].guest_cpus == 2
    assert differences(driver.inspect(ALICE), BIG) == ()


def test_a_setting_that_the_guest_does_not_see_is_no_processor(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"] = made_for(BIG)
    lxd.things["alice"].guest_cpus = 1

    (wrong,) = differences(driver.inspect(ALICE), BIG)

    assert (wrong.what, wrong.wanted, wrong.found) == ("cpus", 2, 1)


def test_more_processors_than_the_machine_has_are_refused(lxd: LxdStandIn, driver: Panel) -> None:
    with pytest.raises(Refused, match="the machine has 8 processors, fewer than 16"):
        driver.change(ALICE, Target("huge", {**BIG.limits, "cpus": 16}), "key")
    assert lxd.act_count("received") == 0


def test_a_limit_that_an_instance_does_not_know_is_refused(lxd: LxdStandIn, driver: Panel) -> None:
    with pytest.raises(Refused, match="no limit of mailboxes"):
        driver.change(ALICE, Target("odd", {**BIG.limits, "mailboxes": 5}), "key")
    assert lxd.act_count("received") == 0


def test_a_limit_that_is_not_named_is_taken_off(lxd: LxdStandIn, driver: Panel) -> None:
    assert driver.change(ALICE, Target("free", {"disk": 10240}), "key") == Done()

    assert driver.inspect(ALICE).limits == {"disk": 10240}


def test_what_somebody_else_changes_meanwhile_is_not_overwritten(lxd: LxdStandIn, driver: Panel) -> None:
    alice = lxd.things["alice"]
    look = lxd._route

    def changed_after_the_look(*asked):
        answer = look(*asked)
        alice.config["user.note"] = "moved by Dana"
        return answer

    lxd._route = changed_after_the_look  # type: ignore[method-assign]
    with pytest.raises(Busy, match="ETag"):
        driver.change(ALICE, BIG, "key")
    assert alice.config["limits.cpu"] == "1"


# Making, ending


def test_what_is_made_runs_with_its_limits_its_password_and_the_size_of_its_image(
    lxd: LxdStandIn, driver: Panel
) -> None:
    bob = Account("bob", "bob.example")

    assert driver.create(bob, SMALL, PASSWORD, "bob@example.com", "key") == Done()

    made = lxd.things["bob"]
    assert (made.status, made.config[IMAGE_MB], made.files) == ("Running", "0", {})
    assert lxd.logs == {}, "nothing that a guest said stays on the machine"


def test_an_instance_that_appears_meanwhile_is_ours_or_refused(lxd: LxdStandIn, driver: Panel) -> None:
    """202, and then a failure inside: it already exists."""
    look = lxd._make

    def made_meanwhile(asked):
        lxd.things.setdefault("bob", Thing("bob", dict(asked["config"]), dict(asked["devices"])))
        return look(asked)

    lxd._make = made_meanwhile  # type: ignore[method-assign]
    assert driver.create(Account("bob", "bob.example"), SMALL, PASSWORD, "bob@example.com", "key") == Done()
    with pytest.raises(Refused, match="another instance called bob"):
        driver.create(Account("bob", "stranger.example"), SMALL, PASSWORD, "bob@example.com", "key")


def test_a_creation_that_was_cut_short_goes_on_where_it_stopped(lxd: LxdStandIn, driver: Panel) -> None:
    alice = lxd.things["alice"]
    alice.status, alice.files = "Stopped", {}
    del alice.config[IMAGE_MB]

    assert driver.create(ALICE, SMALL, PASSWORD, "alice@example.com", "key") == Done()
    assert (alice.status, IMAGE_MB in alice.config) == ("Running", True)


def test_an_image_that_is_not_there_is_refused_in_the_machines_words(
    lxd: LxdStandIn, identity: Identity
) -> None:
    driver = driver_at(lxd.url, identity, image="no-such-image")
    with pytest.raises(Refused, match="Image alias not found") as refusal:
        driver.create(Account("bob", "bob.example"), SMALL, PASSWORD, "bob@example.com", "key")
    assert not isinstance(refusal.value, NotThere), "the account is another thing"


def test_an_image_without_chpasswd_makes_a_server_and_a_problem(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"].has_chpasswd = False

    created = driver.create(ALICE, SMALL, PASSWORD, "alice@example.com", "key")

    assert isinstance(created, Done) and "no chpasswd" in created.problems[0]
    with pytest.raises(Refused, match="no chpasswd"):
        driver.set_password(ALICE, PASSWORD)


def test_a_password_is_not_set_in_what_does_not_run(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"].status = "Stopped"
    with pytest.raises(Refused, match="does not run"):
        driver.set_password(ALICE, PASSWORD)


@pytest.mark.parametrize("name", ["../../images", "1alice", "alice-", "al ice", "a" * 64, "élise"])
def test_a_name_that_cannot_be_an_instances_never_reaches_the_machine(
    lxd: LxdStandIn, driver: Panel, name: str
) -> None:
    with pytest.raises(Refused, match="cannot be the name"):
        driver.terminate(Account(name))
    assert lxd.asked == []


# Suspending


def test_a_guest_that_does_not_listen_is_stopped_all_the_same(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"].config["deaf"] = "yes"

    assert driver.suspend(ALICE, "unpaid") == Done()
    assert lxd.things["alice"].status == "Stopped"


def test_suspended_it_does_not_start_with_the_machine_and_resumed_it_does_as_before(
    lxd: LxdStandIn, driver: Panel
) -> None:
    alice = lxd.things["alice"]
    alice.config["boot.autostart"] = "true"
    before = dict(alice.config)

    driver.suspend(ALICE, "unpaid")
    driver.suspend(ALICE, "unpaid")
    assert alice.config["boot.autostart"] == "false"
    driver.resume(ALICE)

    assert (alice.status, alice.config) == ("Running", before)


def test_a_client_who_stops_the_own_server_is_not_suspended(lxd: LxdStandIn, driver: Panel) -> None:
    lxd.things["alice"].status = "Stopped"
    assert not driver.inspect(ALICE).suspended


def test_one_that_somebody_has_started_again_is_not_suspended_any_more(
    lxd: LxdStandIn, driver: Panel
) -> None:
    driver.suspend(ALICE, "unpaid")
    lxd.things["alice"].status = "Running"
    assert not driver.inspect(ALICE).suspended


def test_a_stop_and_a_start_that_others_were_faster_with_are_already_so(
    lxd: LxdStandIn, driver: Panel
) -> None:
    """202, and then a failure inside: it is already stopped."""
    look = lxd._put_state

    def faster(thing, asked):
        thing.status = "Stopped" if asked["action"] == "stop" else "Running"
        return look(thing, asked)

    lxd._put_state = faster  # type: ignore[method-assign]
    assert driver.suspend(ALICE, "unpaid") == Done()
    assert driver.resume(ALICE) == Done()
    assert driver.terminate(ALICE) == Done()


# Work that goes on


@pytest.fixture
def impatient(lxd: LxdStandIn, identity: Identity) -> Panel:
    return driver_at(lxd.url, identity, wait_seconds="0")


def test_what_takes_longer_is_pending_until_it_is_over(lxd: LxdStandIn, impatient: Panel) -> None:
    lxd.things["alice"].status, lxd.slow_operations = "Stopped", True

    begun = impatient.resume(ALICE)

    assert isinstance(begun, Pending)
    assert impatient.poll(begun.handle) == begun
    assert impatient.poll(begun.handle) == Done()
    assert lxd.things["alice"].status == "Running"


def test_what_fails_later_is_refused_in_the_machines_words(lxd: LxdStandIn, impatient: Panel) -> None:
    lxd.things["alice"].status = "Stopped"
    lxd.misbehave("fails_later")

    begun = impatient.terminate(ALICE)

    assert isinstance(begun, Pending)
    with pytest.raises(Refused, match="the pool is full"):
        impatient.poll(begun.handle)


def test_an_operation_that_nobody_remembers_may_have_ended_in_any_way(driver: Panel) -> None:
    with pytest.raises(Unknown, match="not known any more"):
        driver.poll("9c1f0a52-0000-0000-0000-000000000000")


# The line


def test_a_certificate_that_it_does_not_trust_is_refused_before_anything_else(
    lxd: LxdStandIn, driver: Panel
) -> None:
    """What it is, it tells to anybody: that is no proof that we may talk to it."""
    lxd.is_trusted = False
    for verb in (driver.version, lambda: driver.inspect(ALICE), lambda: driver.terminate(ALICE)):
        with pytest.raises(Refused, match="not authorized"):
            verb()


def test_a_key_of_another_certificate_is_refused_without_showing_it(
    lxd: LxdStandIn, identity: Identity
) -> None:
    other = made_identity("other")
    strange = driver_at("https://127.0.0.1:9", Identity(identity.certificate, other.key))
    with pytest.raises(Refused, match="certificate and key cannot be used") as refusal:
        strange.version()
    assert other.key.splitlines()[1] not in str(refusal.value)


def test_a_failure_inside_leaves_us_not_knowing_unless_its_words_are_clear(
    lxd: LxdStandIn, driver: Panel
) -> None:
    def fails(words):
        def patch(*_):
            raise Said(500, words)

        return patch

    lxd._patch = fails("Failed to begin transaction: context deadline exceeded")  # type: ignore[method-assign]
    with pytest.raises(Unknown):
        driver.change(ALICE, BIG, "key")
    lxd._patch = fails("Invalid config: Invalid value: abc")  # type: ignore[method-assign]
    with pytest.raises(Refused, match="Invalid value"):
        driver.change(ALICE, BIG, "key")


# Reading


@pytest.mark.parametrize(
    ("text", "amount"),
    [("512MiB", 512), ("2GiB", 2048), ("1GB", 953), ("1048576", 1), ("", None), ("50%", None)],
)
def test_sizes_are_read_in_megabytes(text: str, amount: int | None) -> None:
    assert megabytes_of(text) == amount


def test_a_size_that_is_none_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="not a size"):
        megabytes_of("lots")


@pytest.mark.parametrize(("text", "count"), [("2", 2), ("0-3,6", 5), ("1,3", 2), ("", None)])
def test_processors_are_counted_whether_they_are_chosen_or_not(text: str, count: int | None) -> None:
    assert cpus_of(text) == count


def test_what_a_guest_cannot_say_is_not_known() -> None:
    assert guest_from("cpus \n") == NOTHING_KNOWN
    assert guest_from("cpus 2\ndisk 2049 /\n").disk == 3


def test_zfs_counts_snapshots_by_their_size() -> None:
    found = {
        "name": "alice", "status": "Running", "type": "container", "expanded_config": {}, "expanded_devices": {},
        "state": {"disk": {"root": {"usage": 10 * 1024 * 1024}}, "memory": {"usage": 0}},
        "snapshots": [{"size": 5 * 1024 * 1024}],
    }  # fmt: skip
    usage = Instance(found, pool_driver="zfs").usage(NOTHING_KNOWN, datetime.now(UTC))
    assert (usage["disk"].amount, usage["disk"].exactness) == (15, "live")
