"""The hestia driver against a stand-in: the contract, its bad days, and every trap that was seen on a real one."""

from collections.abc import Iterator

import pytest

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Target
from palier.drivers.registry import panel
from tests.drivers.panel_contract import PASSWORD, Bench, PanelOnBadDays
from tests.stand_ins.hestia_server import ACCESS_KEY, BILLING, SECRET_KEY, Exit, HestiaServer, User
from tests.stand_ins.listening import listening

NOBODY_LISTENS = "http://127.0.0.1:9"
SMALL = Target("forfait_a", {"disk": 2048, "bandwidth": 10240, "mailboxes": 5, "databases": 1, "sites": 1})
BIG = Target("forfait_b", {"disk": 10240, "bandwidth": 102400, "mailboxes": 50, "databases": 10, "sites": 5})
ALICE, BOB = Account("alice", "boreale.example"), Account("bob", "bob.example")
SETTINGS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "read_seconds": "5"}


@pytest.fixture
def hestia() -> Iterator[HestiaServer]:
    server = HestiaServer()
    server.packages = {SMALL.plan: dict(SMALL.limits), BIG.plan: dict(BIG.limits), "sans_limite": {}}
    server.users["alice"] = User(SMALL.plan, dict(SMALL.limits), "alice@example.com", mail_domains=1)
    server.users["alice"].used["sites"] = 1
    with listening(server):
        yield server


@pytest.fixture
def driver(hestia: HestiaServer) -> Panel:
    return panel("hestia", hestia.url, SETTINGS)


@pytest.fixture
def bench(hestia: HestiaServer, driver: Panel) -> Bench:
    return Bench(
        panel=driver,
        unreachable=panel("hestia", NOBODY_LISTENS, SETTINGS),
        alice=ALICE,
        nobody=BOB,
        small=SMALL,
        big=BIG,
        other_end=hestia,
        secrets=(SECRET_KEY, ACCESS_KEY),
        measured="databases",
        untold="bandwidth",
    )


class TestHestia(PanelOnBadDays):
    pass


def test_it_signs_nobody_in(driver: Panel) -> None:
    assert driver.capabilities == frozenset(Capability) - {Capability.SIGN_IN}


def test_a_wrong_key_is_refused(hestia: HestiaServer) -> None:
    with pytest.raises(Refused, match="exit 9"):
        panel("hestia", hestia.url, {**SETTINGS, "secret_key": "stale"}).version()


def test_the_exit_code_decides_and_not_the_sentence(hestia: HestiaServer, driver: Panel) -> None:
    """It says "Error: shell nologin is not valid", and it is done."""
    assert driver.change(ALICE, BIG, "key") == Done()
    assert hestia.users["alice"].package == BIG.plan


# Packages


def test_a_key_for_billing_may_not_list_packages(hestia: HestiaServer, driver: Panel) -> None:
    hestia.permitted = BILLING

    with pytest.raises(Refused, match="v-list-user-packages"):
        driver.plans()
    assert driver.version() == "HestiaCP"


def test_it_changes_packages_all_the_same(hestia: HestiaServer, driver: Panel) -> None:
    hestia.permitted = BILLING

    assert driver.change(ALICE, BIG, "key") == Done()
    with pytest.raises(Refused, match="exit 3: package forfait_z doesn't exist"):
        driver.change(ALICE, Target("forfait_z", {}), "key")


def test_a_package_without_limits_is_unlimited(driver: Panel) -> None:
    driver.change(ALICE, Target("sans_limite", {}), "key")

    assert driver.inspect(ALICE).limits == {}


def test_its_own_refusal_is_told(hestia: HestiaServer, driver: Panel) -> None:
    driver.change(ALICE, BIG, "key")
    hestia.use("databases", 3)

    with pytest.raises(Refused, match="exit 8: Package doesn't cover DATABASE usage"):
        driver.change(ALICE, SMALL, "key")


def test_mailboxes_that_it_does_not_compare_are_compared(hestia: HestiaServer, driver: Panel) -> None:
    hestia.use("mailboxes", 40)

    (misfit,) = driver.preflight(ALICE, SMALL)

    assert (misfit.resource, misfit.excess) == ("mailboxes", 35)


# Usage


def test_disk_and_bandwidth_are_what_was_counted_some_time_ago(hestia: HestiaServer, driver: Panel) -> None:
    usage = driver.inspect(ALICE).usage

    assert {name for name, found in usage.items() if found.exactness == "sampled"} == {"disk", "bandwidth"}


def test_mailboxes_of_several_domains_are_not_told_apart(hestia: HestiaServer, driver: Panel) -> None:
    """The limit is of each domain: 12 in three of them fit a package of 5, perhaps."""
    hestia.use("mailboxes", 12)
    hestia.users["alice"].mail_domains = 3

    assert driver.inspect(ALICE).usage["mailboxes"].exactness == "unknown"


# Off and on


def test_suspending_what_another_has_just_suspended_is_done(hestia: HestiaServer, driver: Panel) -> None:
    hestia.next_exit = Exit(5, "user alice is suspended")

    assert driver.suspend(ALICE, "unpaid") == Done()


def test_what_is_suspended_is_found_by_looking(hestia: HestiaServer, driver: Panel) -> None:
    hestia.users["alice"].suspended = True

    driver.suspend(ALICE, "unpaid")

    assert "v-suspend-user" not in [heard.form["cmd"] for heard in hestia.heard]


@pytest.mark.parametrize(("code", "failure"), [(20, Unknown), (14, Busy), (17, Refused)])
def test_what_an_exit_code_says_of_what_was_done(
    hestia: HestiaServer, driver: Panel, code: int, failure: type[Exception]
) -> None:
    """20: a service did not start again, after the work. 14: the machine has too much to do."""
    hestia.next_exit = Exit(code, "Web restart failed")

    with pytest.raises(failure):
        driver.suspend(ALICE, "unpaid")


# Making


def test_making_goes_on_where_it_stopped(hestia: HestiaServer, driver: Panel) -> None:
    hestia.users["bob"] = User(SMALL.plan, dict(SMALL.limits), "bob@example.com")

    driver.create(BOB, SMALL, PASSWORD, "bob@example.com", "key")

    assert hestia.users["bob"].used["sites"] == 1
    assert "v-add-user" not in [heard.form["cmd"] for heard in hestia.heard]


def test_nothing_secret_is_in_an_address(hestia: HestiaServer, driver: Panel) -> None:
    driver.set_password(ALICE, PASSWORD)

    assert all(secret not in heard.line for heard in hestia.heard for secret in (PASSWORD, SECRET_KEY))
