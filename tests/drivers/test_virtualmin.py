"""The virtualmin driver against a stand-in: the contract, its bad days, and every trap that was seen on a real one."""

from collections.abc import Iterator

import pytest

from palier.drivers.errors import Refused
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences
from palier.drivers.registry import panel
from tests.drivers.panel_contract import PASSWORD as NEW_PASSWORD
from tests.drivers.panel_contract import Bench, PanelOnBadDays, everything_said
from tests.stand_ins.listening import listening
from tests.stand_ins.virtualmin_server import MYSQL_PASSWORD, PASSWORD, USER, Domain, VirtualminServer

NOBODY_LISTENS = "http://127.0.0.1:9"
SMALL = Target("Forfait A", {"disk": 2048, "bandwidth": 10240, "mailboxes": 5, "databases": 1, "sites": 1})
BIG = Target("Forfait B", {"disk": 10240, "bandwidth": 102400, "mailboxes": 50, "databases": 10, "sites": 5})
ALICE, BOB = Account("alice", "boreale.example"), Account("bob", "bob.example")
SETTINGS = {"user": USER, "password": PASSWORD, "read_seconds": "5"}


@pytest.fixture
def virtualmin() -> Iterator[VirtualminServer]:
    server = VirtualminServer()
    server.plans = {SMALL.plan: dict(SMALL.limits), BIG.plan: dict(BIG.limits), "Sans limite": {}}
    server.domains[ALICE.domain] = Domain(ALICE.domain, "alice", SMALL.plan, dict(SMALL.limits))
    with listening(server):
        yield server


@pytest.fixture
def driver(virtualmin: VirtualminServer) -> Panel:
    return panel("virtualmin", virtualmin.url, SETTINGS)


@pytest.fixture
def bench(virtualmin: VirtualminServer, driver: Panel) -> Bench:
    return Bench(
        panel=driver,
        unreachable=panel("virtualmin", NOBODY_LISTENS, SETTINGS),
        alice=ALICE,
        nobody=BOB,
        small=SMALL,
        big=BIG,
        other_end=virtualmin,
        secrets=(PASSWORD, MYSQL_PASSWORD),
        untold="bandwidth",
    )


class TestVirtualmin(PanelOnBadDays):
    def test_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)


def test_a_wrong_password_is_refused(virtualmin: VirtualminServer) -> None:
    with pytest.raises(Refused, match="401"):
        panel("virtualmin", virtualmin.url, {**SETTINGS, "password": "stale"}).plans()


def test_who_may_not_use_it_is_told_in_a_bare_line(virtualmin: VirtualminServer, driver: Panel) -> None:
    virtualmin.may_use_it = False

    with pytest.raises(Refused, match="not allowed"):
        driver.version()


def test_its_version_is_found_behind_a_line_of_its_own(driver: Panel) -> None:
    assert driver.version() == "Virtualmin 7.20.2"


# Plans


def test_a_plan_is_applied_and_not_only_named(virtualmin: VirtualminServer, driver: Panel) -> None:
    """`plan=` would leave the limits of the old one."""
    driver.change(ALICE, BIG, "key")

    (change,) = [heard.form for heard in virtualmin.heard if heard.form["program"] == "modify-domain"]
    assert change["apply-plan"] == BIG.plan and "plan" not in change
    assert virtualmin.domains[ALICE.domain].limits == BIG.limits


def test_an_unknown_plan_that_would_be_a_success_is_refused(
    virtualmin: VirtualminServer, driver: Panel
) -> None:
    with pytest.raises(Refused, match="no plan called Forfait Z"):
        driver.create(BOB, Target("Forfait Z", {}), NEW_PASSWORD, "bob@example.com", "key")

    assert BOB.domain not in virtualmin.domains


def test_a_new_server_takes_the_limits_of_its_plan(driver: Panel) -> None:
    """Without `limits-from-plan` it takes its name alone."""
    driver.create(BOB, BIG, NEW_PASSWORD, "bob@example.com", "key")

    assert differences(driver.inspect(BOB), BIG) == ()


def test_quotas_are_read_in_blocks_and_not_as_they_are_shown(driver: Panel) -> None:
    """`server_quota` says "2 GiB" of all of them here."""
    assert driver.inspect(ALICE).limits["disk"] == 2048
    assert driver.plans()[BIG.plan]["disk"] == 10240


def test_a_plan_without_limits_is_unlimited(driver: Panel) -> None:
    driver.change(ALICE, Target("Sans limite", {}), "key")

    assert driver.inspect(ALICE).limits == {}


def test_a_plan_of_no_sub_server_is_one_site(driver: Panel) -> None:
    """Of the server it is said in words: it cannot create any."""
    assert driver.inspect(ALICE).limits["sites"] == driver.plans()[SMALL.plan]["sites"] == 1


# What is used


def test_sub_servers_count(virtualmin: VirtualminServer, driver: Panel) -> None:
    virtualmin.domains[ALICE.domain].mailboxes = 2
    virtualmin.domains[ALICE.domain].used["databases"] = 1
    sub = Domain("aaa.example", "alice", "", {}, parent=ALICE.domain, mailboxes=3)
    sub.used["databases"] = 2
    virtualmin.domains = {"aaa.example": sub, **virtualmin.domains}

    state = driver.inspect(ALICE)

    found = {name: state.usage[name].amount for name in ("mailboxes", "databases", "sites")}
    assert found == {"mailboxes": 5, "databases": 3, "sites": 2}
    assert state.limits == SMALL.limits


def test_bandwidth_is_what_was_counted_some_time_ago(virtualmin: VirtualminServer, driver: Panel) -> None:
    assert driver.inspect(ALICE).usage["bandwidth"].exactness == "sampled"


def test_a_line_of_its_own_is_no_mailbox(virtualmin: VirtualminServer, driver: Panel) -> None:
    assert driver.inspect(ALICE).usage["mailboxes"].amount == 0


# Off and on


def test_what_is_disabled_is_found_by_looking(virtualmin: VirtualminServer, driver: Panel) -> None:
    """The second time would be a failure, whose sentence may change."""
    virtualmin.domains[ALICE.domain].disabled = "For exceeding bandwidth limit"

    assert driver.suspend(ALICE, "unpaid") == Done()
    assert driver.inspect(ALICE).suspended


def test_sub_servers_are_suspended_with_it_and_those_of_the_client_stay_off(
    virtualmin: VirtualminServer, driver: Panel
) -> None:
    for name, disabled in (("on.example", ""), ("off.example", "Manually (by me)")):
        virtualmin.domains[name] = Domain(name, "alice", "", {}, ALICE.domain, disabled)

    driver.suspend(ALICE, "unpaid")
    assert all(domain.disabled for domain in virtualmin.domains.values())

    driver.resume(ALICE)
    assert [name for name, domain in virtualmin.domains.items() if domain.disabled] == ["off.example"]


# Whose


def test_a_domain_of_somebody_else_is_left_alone(virtualmin: VirtualminServer, driver: Panel) -> None:
    with pytest.raises(Refused, match=r"boreale\.example"):
        driver.terminate(Account("alice", "charlie.example"))

    assert ALICE.domain in virtualmin.domains


def test_a_domain_that_is_taken_is_refused(driver: Panel) -> None:
    with pytest.raises(Refused):
        driver.create(Account("charlie", ALICE.domain), SMALL, NEW_PASSWORD, "c@example.com", "key")


# Secrets


def test_the_passwords_of_its_list_go_nowhere(
    virtualmin: VirtualminServer, driver: Panel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    assert MYSQL_PASSWORD not in repr(driver.inspect(ALICE))
    virtualmin.domains[ALICE.domain].limits["disk"] = 0.5  # type: ignore[assignment]

    with pytest.raises(Exception, match="not as documented") as error:
        driver.inspect(ALICE)

    said = everything_said(error.value) + caplog.text  # type: ignore[arg-type]
    assert MYSQL_PASSWORD not in said and "the-password-in-clear" not in said


def test_nothing_secret_is_in_an_address(virtualmin: VirtualminServer, driver: Panel) -> None:
    driver.set_password(ALICE, NEW_PASSWORD)

    assert all(NEW_PASSWORD not in heard.line for heard in virtualmin.heard)
