"""The proxmox driver against a stand-in: machines and containers under the contract, and every trap that is known."""

import logging
from collections.abc import Iterator

import pytest

from config.logs import logging_settings
from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Pending, Target, differences
from palier.drivers.panels.proxmox.guests import Guests
from palier.drivers.panels.proxmox.reading import Guest, setup_of, size_in
from palier.drivers.panels.proxmox.steps import MAKING, Work
from palier.drivers.registry import panel
from palier.provisioning.models import ProvisioningJob
from tests.drivers.panel_contract import PASSWORD, WEAK, Bench, PanelOnBadDays, everything_said
from tests.stand_ins.listening import listening
from tests.stand_ins.proxmox_server import TOKEN, TOKEN_NAME, USER, No, ProxmoxServer, Thing

NOBODY_LISTENS = "http://127.0.0.1:9"
SMALL = Target("", {"cpus": 1, "memory": 1024, "disk": 10240})
BIG = Target("", {"cpus": 2, "memory": 2048, "disk": 20480})
ALICE, BOB = Account("alice", "boreale.example"), Account("bob", "bob.example")
OF_ALICE = {"description": "palier: boreale.example\nmade in spring"}
SETTINGS = {"user": USER, "token_name": TOKEN_NAME, "token": TOKEN, "read_seconds": "5"}
MACHINES = {"template": "9000"}
CONTAINERS = {"ostemplate": "local:vztmpl/debian-12.tar.zst", "node": "pve1", "storage": "fast"}


def machine(vmid: int, name: str, **more: str) -> Thing:
    config = {
        "name": name,
        "cores": "1",
        "sockets": "1",
        "memory": "1024",
        "boot": "order=ide2;scsi0",
        "onboot": "1",
    }
    config |= {"scsi0": f"fast:vm-{vmid}-disk-0,size=10240M", "ide2": "fast:cloudinit,media=cdrom"}
    return Thing("qemu", vmid, {**config, **more})


def container(vmid: int, name: str, **more: str) -> Thing:
    config = {"hostname": name, "cores": "1", "memory": "1024", "onboot": "1"}
    return Thing("lxc", vmid, {**config, "rootfs": f"fast:vm-{vmid}-disk-0,size=10240M", **more})


@pytest.fixture
def pve() -> Iterator[ProxmoxServer]:
    server = ProxmoxServer()
    server.things[9000] = machine(9000, "debian", template="1")
    server.things[9000].is_running = False
    server.things[100] = machine(100, "alice", **OF_ALICE)
    with listening(server):
        yield server


@pytest.fixture
def with_containers(pve: ProxmoxServer) -> ProxmoxServer:
    pve.things = {101: container(101, "alice", **OF_ALICE)}
    return pve


def driver_at(url: str, **options: str) -> Panel:
    return panel("proxmox", url, {**SETTINGS, **options})


@pytest.fixture
def driver(pve: ProxmoxServer) -> Panel:
    return driver_at(pve.url, **MACHINES)


def bench_of(pve: ProxmoxServer, options: dict[str, str]) -> Bench:
    return Bench(
        panel=driver_at(pve.url, **options),
        unreachable=driver_at(NOBODY_LISTENS, **options),
        alice=ALICE,
        nobody=BOB,
        small=SMALL,
        big=BIG,
        other_end=pve,
        secrets=(TOKEN,),
        measured="memory",
        counted="memory",
        untold="disk",
    )


@pytest.fixture
def bench(pve: ProxmoxServer) -> Bench:
    return bench_of(pve, MACHINES)


class TestMachines(PanelOnBadDays):
    def test_a_panel_that_does_the_work_and_goes_silent_leaves_us_not_knowing(self, bench: Bench) -> None:
        """Of several steps the first is done: asked again, it is found done, and the others follow."""
        bench.other_end.misbehave("timeout_after_doing")
        with pytest.raises(Unknown):
            bench.panel.change(bench.alice, bench.big, "key")

        bench.other_end.misbehave("ok")
        assert [one.what for one in differences(bench.panel.inspect(bench.alice), bench.big)] == ["disk"]
        assert bench.settled(bench.panel.change(bench.alice, bench.big, "key")) == Done()
        assert differences(bench.panel.inspect(bench.alice), bench.big) == ()
        assert bench.other_end.act_count("done") == 1


class TestContainers(PanelOnBadDays):
    @pytest.fixture
    def bench(self, with_containers: ProxmoxServer) -> Bench:
        return bench_of(with_containers, CONTAINERS)

    def test_a_password_is_set(self, bench: Bench) -> None:
        """There is no call for it: a person does it."""
        with pytest.raises(Refused, match="inside a container"):
            bench.panel.set_password(bench.alice, PASSWORD)

    def test_a_weak_password_is_refused_without_repeating_it(self, bench: Bench) -> None:
        with pytest.raises(Refused) as refusal:
            bench.panel.set_password(bench.alice, WEAK)

        assert WEAK not in everything_said(refusal.value)


def settled(driver: Panel, outcome: object) -> Done:
    while isinstance(outcome, Pending):
        outcome = driver.poll(outcome.handle)
    assert isinstance(outcome, Done)
    return outcome


def test_it_leaves_out_what_guests_do_not_have(driver: Panel) -> None:
    assert driver.capabilities == frozenset(Capability) - {Capability.PLANS, Capability.SIGN_IN}


def test_a_wrong_token_is_refused(pve: ProxmoxServer) -> None:
    with pytest.raises(Refused, match="authentication failure"):
        panel("proxmox", pve.url, {**SETTINGS, "token": "stale"}).version()


# Disks


@pytest.mark.parametrize("make", [machine, container])
def test_no_disk_gets_smaller_however_empty(pve: ProxmoxServer, driver: Panel, make: object) -> None:
    pve.things = {100: make(100, "alice")}  # type: ignore[operator]
    less = Target("", {"cpus": 2, "memory": 2048, "disk": 10239})

    (misfit,) = [misfit for misfit in driver.preflight(ALICE, less) if misfit.why == "cannot_shrink"]
    with pytest.raises(Refused, match="cannot get smaller"):
        driver.change(ALICE, less, "key")

    assert (misfit.used, misfit.limit) == (10240, 10239)
    assert pve.acts() == [] and pve.things[100].config["cores"] == "1"


def test_a_refusal_at_the_end_of_a_task_is_found(pve: ProxmoxServer, driver: Panel) -> None:
    """The request was answered with 200 and a number."""
    pve.next_exit_status = "resize failed: out of space"

    with pytest.raises(Refused, match="out of space"):
        settled(driver, driver.change(ALICE, BIG, "key"))


def test_the_size_that_a_container_has_is_not_asked_for_again(with_containers: ProxmoxServer) -> None:
    driver = driver_at(with_containers.url)

    settled(driver, driver.change(ALICE, Target("", {**BIG.limits, "disk": 10240}), "key"))

    assert with_containers.acts("/resize") == [] and with_containers.alice.config["cores"] == "2"


def test_a_size_is_absolute_so_that_twice_is_once(pve: ProxmoxServer, driver: Panel) -> None:
    begun = driver.change(ALICE, BIG, "key")
    assert isinstance(begun, Pending)

    for _ in range(2):
        settled(driver, begun)

    assert pve.alice.size == 20480 and len(pve.acts("/resize")) == 1


# Tasks and steps


def test_a_task_that_goes_on_is_pending(pve: ProxmoxServer, driver: Panel) -> None:
    pve.task_looks = 2
    begun = driver.change(ALICE, BIG, "key")
    assert isinstance(begun, Pending)

    assert driver.poll(begun.handle) == begun
    assert settled(driver, begun) == Done()


def test_another_worker_goes_on_with_what_is_left(pve: ProxmoxServer, driver: Panel) -> None:
    """All that it has is the handle, which the first one wrote down before it died."""
    begun = driver.change(ALICE, BIG, "key")
    assert isinstance(begun, Pending) and len(begun.handle) < 200

    another = driver_at(pve.url, **MACHINES)

    assert settled(another, begun) == Done()
    assert differences(another.inspect(ALICE), BIG) == ()


def test_the_longest_handle_finds_room_in_a_job() -> None:
    """A node may have 63 characters, and so may the user of a token."""
    task = f"UPID:{'n' * 63}:000573BD:03504636:6AA1786A:qmclone:999999999:{'u' * 50}@pve!billing:"
    limits = {"cpus": 128, "memory": 4_000_000, "disk": 16_000_000}
    work = Work(Guest("qemu", 999_999_999, "n" * 63), ("clone", *MAKING, "no_password"), limits, ("warned",))

    room = ProvisioningJob._meta.get_field("handle").max_length

    assert room is not None and len(work.handle(task)) <= room


def test_a_task_that_met_a_lock_is_asked_for_again(pve: ProxmoxServer, driver: Panel) -> None:
    pve.next_exit_status = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout"

    assert settled(driver, driver.change(ALICE, BIG, "key")) == Done()
    assert differences(driver.inspect(ALICE), BIG) == ()


def test_a_task_with_warnings_is_done_and_somebody_looks(pve: ProxmoxServer, driver: Panel) -> None:
    pve.next_exit_status = "WARNINGS: 2"

    done = settled(driver, driver.change(ALICE, BIG, "key"))

    assert done.problems and differences(driver.inspect(ALICE), BIG) == ()


def test_a_handle_of_something_else_is_refused(driver: Panel) -> None:
    with pytest.raises(Refused):
        driver.poll("nothing of the kind")


# Settings


def test_a_setting_that_waits_for_the_next_start_is_not_in_force(pve: ProxmoxServer, driver: Panel) -> None:
    """`config` shows it as if it were."""
    pve.nothing_is_live = True

    settled(driver, driver.change(ALICE, BIG, "key"))

    assert pve.alice.pending["cores"] == "2"
    assert [one.what for one in differences(driver.inspect(ALICE), BIG)] == ["cpus", "memory"]


def test_it_is_started_anew_where_the_host_allows_it(pve: ProxmoxServer) -> None:
    pve.nothing_is_live = True
    driver = driver_at(pve.url, restart="when_needed")

    settled(driver, driver.change(ALICE, BIG, "key"))

    assert differences(driver.inspect(ALICE), BIG) == ()
    assert len(pve.acts("/reboot")) == 1


def test_it_is_not_started_anew_for_nothing(pve: ProxmoxServer) -> None:
    driver = driver_at(pve.url, restart="when_needed")

    settled(driver, driver.change(ALICE, BIG, "key"))

    assert pve.acts("/reboot") == []


def test_the_settings_of_a_machine_are_posted(pve: ProxmoxServer, driver: Panel) -> None:
    """PUT waits for the unplugging of memory, and times out while it goes on."""
    settled(driver, driver.change(ALICE, BIG, "key"))

    assert {heard.method for heard in pve.acts("/config")} == {"POST"}


@pytest.mark.parametrize("make", [machine, container])
def test_what_somebody_else_has_just_edited_is_left_for_later(
    pve: ProxmoxServer, driver: Panel, monkeypatch: pytest.MonkeyPatch, make: object
) -> None:
    pve.things = {100: make(100, "alice")}  # type: ignore[operator]
    looked = Guests.setup

    def look_and_be_late(guests: Guests, guest: Guest) -> object:
        found = looked(guests, guest)
        pve.things[100].edits += 1
        return found

    monkeypatch.setattr(Guests, "setup", look_and_be_late)

    with pytest.raises(Busy):
        driver.change(ALICE, BIG, "key")
    assert pve.things[100].config["cores"] == "1"


@pytest.mark.parametrize("lock", ["backup", "migrate"])
def test_a_locked_guest_is_left_alone(pve: ProxmoxServer, driver: Panel, lock: str) -> None:
    pve.alice.config["lock"] = lock

    with pytest.raises(Busy, match=lock):
        driver.change(ALICE, BIG, "key")


def test_processors_that_are_plugged_in_are_the_ones_it_has(pve: ProxmoxServer, driver: Panel) -> None:
    pve.alice.config |= {"cores": "4", "vcpus": "1"}

    assert driver.inspect(ALICE).limits["cpus"] == 1
    setup = setup_of(
        Guest("qemu", 100, "pve1"), [{"key": "cores", "value": 4}, {"key": "vcpus", "value": 1}], {}, ""
    )
    assert setup.settings_for({"cpus": 2, "memory": 512}) == {"memory": 512, "vcpus": 2}
    assert setup.settings_for({"cpus": 8, "memory": 512}) == {
        "memory": 512,
        "cores": 8,
        "sockets": 1,
        "delete": "vcpus",
    }


def test_a_share_of_processors_limits_a_container(with_containers: ProxmoxServer) -> None:
    with_containers.alice.config |= {"cores": "4", "cpulimit": "1"}
    driver = driver_at(with_containers.url)

    assert driver.inspect(ALICE).limits["cpus"] == 1
    settled(driver, driver.change(ALICE, BIG, "key"))
    assert driver.inspect(ALICE).limits["cpus"] == 2


def test_a_balloon_is_no_bigger_than_the_memory(pve: ProxmoxServer, driver: Panel) -> None:
    pve.alice.config["balloon"] = "1024"

    settled(driver, driver.change(ALICE, Target("", {"cpus": 1, "memory": 512, "disk": 10240}), "key"))

    assert pve.alice.config["balloon"] == "512"


# Time-outs


def test_a_time_out_inside_is_unknown_because_it_may_go_on(pve: ProxmoxServer, driver: Panel) -> None:
    pve.no_to_acts = No("VM 100 qmp command 'device_del' failed - got timeout")

    with pytest.raises(Unknown):
        driver.change(ALICE, BIG, "key")


@pytest.mark.parametrize(("status", "failure"), [(596, Unknown), (599, Unknown), (502, Unknown)])
def test_a_node_that_does_not_answer_another(
    pve: ProxmoxServer, driver: Panel, status: int, failure: type[Exception]
) -> None:
    pve.no_to_acts = No("Broken pipe", status)

    with pytest.raises(failure) as error:
        driver.change(ALICE, BIG, "key")
    assert error.value.no_answer  # type: ignore[attr-defined]


def test_a_page_that_answers_an_act_is_no_success(pve: ProxmoxServer, driver: Panel) -> None:
    pve.acts_say_nothing = True

    with pytest.raises(Unknown):
        driver.change(ALICE, BIG, "key")


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN}\u2019"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_quoted(pve: ProxmoxServer, token: str) -> None:
    with pytest.raises(Refused, match="stray character") as refusal:
        panel("proxmox", pve.url, {**SETTINGS, **MACHINES, "token": token}).inspect(ALICE)
    assert TOKEN not in refusal.value.reason


# Which guest


def test_a_guest_is_found_where_it_has_moved_to(pve: ProxmoxServer, driver: Panel) -> None:
    begun = driver.change(ALICE, BIG, "key")
    pve.alice.node = "pve2"

    assert settled(driver, begun) == Done()
    assert driver.inspect(ALICE).limits == BIG.limits


def test_a_name_that_two_guests_have_is_refused(pve: ProxmoxServer, driver: Panel) -> None:
    pve.things[105] = container(105, "alice")

    with pytest.raises(Refused, match="several guests are called alice: 100, 105"):
        driver.inspect(ALICE)


def test_a_template_is_nobodys_guest(driver: Panel) -> None:
    with pytest.raises(NotThere):
        driver.inspect(Account("debian"))


def test_a_guest_whose_name_is_not_listed_yet_is_found(pve: ProxmoxServer, driver: Panel) -> None:
    pve.alice.is_listed = False

    assert driver.inspect(ALICE).limits == SMALL.limits


def test_a_node_that_is_away_holds_up_no_guest_of_another(pve: ProxmoxServer, driver: Panel) -> None:
    pve.things[105] = container(105, "bob")
    pve.things[105].is_away = True

    assert driver.inspect(ALICE).limits == SMALL.limits
    with pytest.raises(Busy) as error:
        driver.inspect(BOB)
    assert not error.value.no_answer  # the machine that we asked is there, and the guests of its other nodes


# Making


def test_a_guest_that_is_being_made_is_not_made_twice(pve: ProxmoxServer, driver: Panel) -> None:
    """The first request was not answered, and its guest has no name yet."""
    pve.misbehave("timeout_after_doing")
    with pytest.raises(Unknown):
        driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key")
    pve.misbehave("ok")
    made = max(pve.things)
    finished = pve.things[made].config
    pve.things[made].config = {"lock": "clone"}

    with pytest.raises(Busy, match="being made"):
        driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key")

    pve.things[made].config = finished
    assert settled(driver, driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key")) == Done()
    assert len(pve.acts("/clone")) == 1 and pve.things[made].is_running


def test_a_new_machine_has_its_password_before_it_starts(pve: ProxmoxServer, driver: Panel) -> None:
    created = driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key")
    made = pve.things[max(pve.things)]

    assert made.config["cipassword"] == PASSWORD and not made.is_running
    assert isinstance(created, Pending) and PASSWORD not in created.handle


def test_a_template_that_takes_no_password_is_said(pve: ProxmoxServer, driver: Panel) -> None:
    del pve.things[9000].config["ide2"]

    done = settled(driver, driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key"))

    assert "password" in done.problems[0]


def test_without_anything_to_make_it_of_it_is_refused_by_name(pve: ProxmoxServer) -> None:
    with pytest.raises(Refused, match="ostemplate, node, storage"):
        driver_at(pve.url).create(BOB, SMALL, PASSWORD, "bob@example.com", "key")


def test_a_container_is_made_as_it_should_be(with_containers: ProxmoxServer) -> None:
    driver = driver_at(with_containers.url, **CONTAINERS, net0="name=eth0,bridge=vmbr0,ip=dhcp")

    settled(
        driver, driver.create(BOB, Target("", {"cpus": 1, "memory": 512, "disk": 1536}), PASSWORD, "", "key")
    )

    (heard,) = with_containers.acts("/lxc")
    assert heard.form["rootfs"] == "fast:1.5" and heard.form["net0"].startswith("name=eth0")
    assert driver.inspect(BOB).limits == {"cpus": 1, "memory": 512, "disk": 1536}


# Off and on


def test_a_suspended_guest_stays_off_when_its_node_starts(pve: ProxmoxServer, driver: Panel) -> None:
    pve.alice.config["tags"] = "gold"

    settled(driver, driver.suspend(ALICE, "unpaid"))
    assert (pve.alice.config["onboot"], pve.alice.config["tags"]) == ("0", "gold;palier-suspended")

    settled(driver, driver.resume(ALICE))
    assert (pve.alice.config["onboot"], pve.alice.config["tags"]) == ("1", "gold")


def test_a_guest_that_its_client_has_stopped_is_not_suspended(pve: ProxmoxServer, driver: Panel) -> None:
    pve.alice.is_running = False

    assert not driver.inspect(ALICE).suspended


# Usage


def test_what_a_machine_holds_on_its_disk_is_unknown_and_no_obstacle(
    pve: ProxmoxServer, driver: Panel
) -> None:
    """The host says 0. It never gets smaller, so that whatever is in it fits."""
    assert driver.inspect(ALICE).usage["disk"].exactness == "unknown"


@pytest.mark.parametrize(
    ("setting", "size"),
    [("fast:vm-1,size=32G", 32768), ("fast:vm-1,size=10240M", 10240), ("a:b,iothread=1,size=4194304K", 4096),
     ("a:b,size=1.5T", 1572864), ("none,media=cdrom", None)],
)  # fmt: skip
def test_sizes_are_read_in_megabytes(setting: str, size: int | None) -> None:
    assert size_in(setting) == size


def test_memory_in_the_new_notation_is_read() -> None:
    rows = [{"key": "memory", "value": "current=2048"}]

    assert setup_of(Guest("qemu", 1, "pve1"), rows, {}, "").limits["memory"] == 2048


# Secrets


def test_no_log_holds_a_password(pve: ProxmoxServer, driver: Panel, caplog: pytest.LogCaptureFixture) -> None:
    """proxmoxer writes every request with its data at INFO, unless it is told not to."""
    for name in ("proxmoxer", "proxmoxer.core", "urllib3"):
        caplog.set_level(logging.DEBUG, name)
    told = logging_settings("json", "DEBUG")["loggers"]["proxmoxer"]
    logging.getLogger("proxmoxer").setLevel(told["level"])
    logging.getLogger("proxmoxer.core").setLevel(logging.NOTSET)

    driver.set_password(ALICE, PASSWORD)
    settled(driver, driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key"))

    assert caplog.records and PASSWORD not in caplog.text and TOKEN not in caplog.text
