"""The incus driver against a real LXD, on btrfs, with containers that start (tests/lxd.py says when it is skipped)."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from palier.drivers.errors import Busy, Refused
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences
from palier.drivers.registry import panel
from palier.entrypoints.demo.lxd.certificates import made_identity
from palier.entrypoints.demo.lxd.image import ALIAS
from tests.drivers.panel_contract import PASSWORD, Bench, PanelContract
from tests.drivers.tls import self_signed
from tests.lxd import RealLxd, running_lxd
from tests.running import eventually

SMALL = Target("small", {"cpus": 1, "memory": 64, "disk": 100})
BIG = Target("big", {"cpus": 2, "memory": 128, "disk": 200})
ALICE = Account("alice", "boreale.example")
BOB = Account("bob", "bob.example")

pytestmark = pytest.mark.skipif(
    (os.cpu_count() or 1) < 2, reason="two processors are sold: there is only one"
)


@pytest.fixture(scope="module")
def real() -> Iterator[RealLxd]:
    with running_lxd() as real:
        yield real


def driver_for(real: RealLxd, **settings: str) -> Panel:
    client, certificate = real.access.client, real.access.certificate
    known = {"client_certificate": client.certificate, "client_key": client.key, "certificate": certificate}
    return panel("incus", real.access.url, {**known, "image": ALIAS, "disk_margin_mb": "8", **settings})


@pytest.fixture
def driver(real: RealLxd) -> Iterator[Panel]:
    """Alice's instance is there, small; afterwards there is none."""
    driver = driver_for(real)
    assert driver.create(ALICE, SMALL, PASSWORD, "alice@example.com", "key") == Done()
    yield driver
    for account in (ALICE, BOB):
        assert driver.terminate(account) == Done()


class Container:
    """Alice's, made to use things."""

    def __init__(self, real: RealLxd) -> None:
        self._real = real

    def use(self, resource: str, amount: int | None) -> None:
        if amount is None:  # a snapshot shares the disk, and only what runs can be asked how much that is
            self._real.command("snapshot", "alice")
            self._real.command("stop", "alice", "--force")
        else:
            write(self._real, amount)

    def misbehave(self, how: str) -> None:
        raise NotImplementedError

    def act_count(self, what: str) -> int:
        raise NotImplementedError


def write(real: RealLxd, megabytes: int, file: str = "/root/data") -> None:
    real.inside("alice", "dd", "if=/dev/urandom", f"of={file}", "bs=1M", f"count={megabytes}")
    real.inside("alice", "sync")


@pytest.fixture
def bench(real: RealLxd, driver: Panel) -> Bench:
    return Bench(
        panel=driver,
        unreachable=driver,
        alice=ALICE,
        nobody=BOB,
        small=SMALL,
        big=BIG,
        other_end=Container(real),
        secrets=(real.access.client.key,),
        counted="disk",
        untold="disk",
    )


class TestRealLxd(PanelContract):
    def test_usage_has_an_instant_and_an_exactness(self, bench: Bench) -> None:
        before = bench.panel.inspect(ALICE).usage["disk"].amount
        bench.other_end.use("disk", 40)

        found = bench.panel.inspect(ALICE).usage["disk"]

        assert 39 <= found.amount - before <= 42 and found.exactness == "live"

    def test_preflight_names_what_does_not_fit_and_by_how_much(self, bench: Bench) -> None:
        bench.panel.change(ALICE, BIG, "key")
        bench.other_end.use("disk", 110)

        (misfit,) = bench.panel.preflight(ALICE, SMALL)

        assert (misfit.resource, misfit.limit) == ("disk", 100)
        assert misfit.used is not None and 109 <= misfit.used <= 116
        assert misfit.excess == misfit.used + misfit.room - 100 and misfit.room in (11, 12)


def test_a_life_from_order_to_end(real: RealLxd, driver: Panel) -> None:
    """Made, made bigger while it runs and seen inside, not made smaller than it can be, suspended, resumed, ended."""
    assert (real.inside("alice", "nproc"), real.inside("alice", "memory")) == ("1", str(64 * 1024**2))

    assert driver.change(ALICE, BIG, "key") == Done()
    assert (real.inside("alice", "nproc"), real.inside("alice", "memory")) == ("2", str(128 * 1024**2))
    assert differences(driver.inspect(ALICE), BIG) == ()

    write(real, 110)
    with pytest.raises(Refused, match="MB of disk are needed, more than 100 MB"):
        driver.change(ALICE, SMALL, "key")
    prove_it_is_alive(real, driver)

    assert driver.suspend(ALICE, "unpaid") == Done()
    assert "STOPPED" in real.command("list", "alice", "--format", "csv")
    assert driver.resume(ALICE) == Done()
    assert real.inside("alice", "nproc") == "2"

    assert driver.terminate(ALICE) == Done()
    assert real.command("list", "--format", "csv") == ""


def prove_it_is_alive(real: RealLxd, driver: Panel) -> None:
    """It writes, stops, starts and grows: all that a wedged one does not."""
    write(real, 5, "/root/more")
    real.command("stop", "alice")
    real.command("start", "alice")
    bigger = Target("bigger", {**BIG.limits, "disk": 220})
    assert driver.change(ALICE, bigger, "key") == Done()
    assert differences(driver.inspect(ALICE), bigger) == ()
    write(real, 5, "/root/more")


def test_without_the_guard_it_would_be_wedged(real: RealLxd) -> None:
    """The trap itself, so that the guard is known to guard something. A LXD of its own: this one is lost."""
    with running_lxd() as lost:
        driver_for(lost).create(ALICE, BIG, PASSWORD, "alice@example.com", "key")
        write(lost, 60)
        with pytest.raises(AssertionError, match="quota exceeded"):
            lost.command("config", "device", "set", "alice", "root", "size=50MiB")

        assert driver_for(lost).inspect(ALICE).limits["disk"] == 200, "it says so, and it is not so"
        with pytest.raises(AssertionError):
            write(lost, 1, "/root/one-more")
        with pytest.raises(AssertionError):
            lost.command("stop", "alice")


def test_what_a_snapshot_shares_stands_in_the_way_too(real: RealLxd, driver: Panel) -> None:
    driver.change(ALICE, BIG, "key")
    write(real, 110)
    real.command("snapshot", "alice")
    told = real.command("query", "/1.0/instances/alice/state")
    assert '"usage": 1' not in told.partition('"disk"')[2].partition("}")[0], "the API leaves the 110 MB out"

    assert driver.inspect(ALICE).usage["disk"].amount >= 110
    with pytest.raises(Refused):
        driver.change(ALICE, SMALL, "key")
    prove_it_is_alive(real, driver)


def test_it_shrinks_to_what_it_can_be(real: RealLxd, driver: Panel) -> None:
    driver.change(ALICE, BIG, "key")
    write(real, 70)

    assert driver.change(ALICE, SMALL, "key") == Done()

    assert differences(driver.inspect(ALICE), SMALL) == ()
    write(real, 1, "/root/one-more")


def test_every_change_of_processors_is_seen_inside_however_quickly_they_follow(
    real: RealLxd, driver: Panel
) -> None:
    """Right after a start, and one after another, is when a change is dropped."""
    for round_number in range(2):
        for target in (BIG, SMALL):
            assert driver.change(ALICE, target, f"key-{round_number}") == Done()
            assert real.inside("alice", "nproc") == str(target.limits["cpus"])
        real.command("restart", "alice", "--force")


def test_memory_in_use_is_not_taken_away_and_cache_is(real: RealLxd, driver: Panel) -> None:
    driver.change(ALICE, Target("more", {**BIG.limits, "memory": 256}), "key")
    hold = "head -c 100000000 /dev/zero | tail | sleep 30"
    holder = subprocess.Popen(
        ["lxc", "exec", "alice", "--", "sh", "-c", hold], stdin=subprocess.DEVNULL,
        env={**os.environ, "LXD_DIR": str(real.lxd.home), "LXD_CONF": str(real.lxd.folder / "lxc")},
    )  # fmt: skip
    eventually(lambda: driver.inspect(ALICE).usage["memory"].amount > 90)
    with pytest.raises(Refused, match="MB of memory are needed, more than 64 MB"):
        driver.change(ALICE, SMALL, "key")
    holder.kill()
    holder.wait()
    real.command("restart", "alice", "--force")

    write(real, 80)  # all of it in the cache
    driver.change(ALICE, Target("less", {**BIG.limits, "memory": 64}), "key")

    assert real.inside("alice", "memory") == str(64 * 1024**2)


def test_no_disk_is_sold_on_a_pool_that_ignores_sizes(real: RealLxd, driver: Panel) -> None:
    real.command("storage", "create", "plain", "dir")
    try:
        with pytest.raises(Refused, match="takes sizes and ignores them"):
            driver_for(real, pool="plain").create(BOB, SMALL, PASSWORD, "bob@example.com", "key")
        without = Target("no disk", {"cpus": 1, "memory": 64})
        assert (
            driver_for(real, pool="plain").create(BOB, without, PASSWORD, "bob@example.com", "key") == Done()
        )
        assert driver.inspect(BOB).usage["disk"].exactness == "unknown"
    finally:
        driver.terminate(BOB)
        real.command("storage", "delete", "plain")


def test_what_somebody_else_changes_meanwhile_is_not_overwritten(real: RealLxd, driver: Panel) -> None:
    """Between our look and our change, which the real one tells by its tag."""
    instance = driver._found(ALICE)  # type: ignore[attr-defined]
    real.command("config", "set", "alice", "user.note", "moved by Dana")
    with pytest.raises(Busy, match="ETag"):
        driver._line.act("patch", "instances", "alice", if_match=instance.tag, json={"config": {}})  # type: ignore[attr-defined]


def test_a_password_is_set_and_left_nowhere(real: RealLxd, driver: Panel) -> None:
    assert driver.set_password(ALICE, "Sapin-Vert-2001") == Done()

    kept = real.inside("alice", "cat", "/etc/shadow").split(":")[1]
    assert kept == real.inside(
        "alice", "mkpasswd", "-m", "sha512", "-S", kept.split("$")[2], "Sapin-Vert-2001"
    )
    assert real.inside("alice", "ls", "/run") == ""
    real.inside("alice", "rm", "/sbin/chpasswd")
    with pytest.raises(Refused, match="no chpasswd"):
        driver.set_password(ALICE, "Sapin-Vert-2001")


def test_what_a_guest_said_is_not_kept(real: RealLxd, driver: Panel) -> None:
    driver.inspect(ALICE)
    assert "exec" not in real.command("query", "/1.0/instances/alice/logs")


def test_only_its_own_certificate_is_believed_whatever_the_environment_says(
    real: RealLxd, driver: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "/nowhere/ca.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert driver.version() == driver_for(real).version()

    other, _ = self_signed("127.0.0.1")
    with pytest.raises(Refused, match="certificate is not trusted"):
        driver_for(real, certificate=other).version()
    with pytest.raises(Refused, match="certificate is not trusted"):
        driver_for(real, certificate="").version()


def test_a_client_that_it_does_not_know_is_refused(real: RealLxd, driver: Panel) -> None:
    stranger = made_identity("stranger")
    unknown = driver_for(real, client_certificate=stranger.certificate, client_key=stranger.key)
    for verb in (unknown.version, lambda: unknown.inspect(ALICE)):
        with pytest.raises(Refused, match="not authorized"):
            verb()


def test_it_can_do_what_it_says(driver: Panel) -> None:
    assert Capability.SIGN_IN not in driver.capabilities and Capability.PLANS not in driver.capabilities
