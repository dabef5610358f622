"""The directadmin driver, over HTTP, against a stand-in with the documented shapes; and each of its traps."""

from collections.abc import Iterator

import pytest

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences
from palier.drivers.panels.directadmin import amount
from palier.drivers.panels.directadmin.line import without_entities
from palier.drivers.registry import panel
from tests.drivers.panel_contract import PASSWORD, Bench, PanelOnBadDays
from tests.machines import HOSTING
from tests.stand_ins.directadmin_server import KEY, LONGEST_NAME, USER, DirectAdminServer
from tests.stand_ins.listening import listening

SETTINGS = {"user": USER, "key": KEY, "read_seconds": "0.5"}
NOBODY_LISTENS = "http://127.0.0.1:9"
ALICE = Account("alice", "boreale.example")
SMALL, BIG = (Target(name, HOSTING[name]) for name in ("forfait_a", "forfait_b"))

SILVER_LIMITS = {"disk": 51200, "mailboxes": 100, "accounts": 10}
GOLD_LIMITS = {"disk": 102400, "mailboxes": 500, "accounts": 30}
SILVER = Target("silver", SILVER_LIMITS, "silver")
GOLD = Target("gold", GOLD_LIMITS, "gold")


@pytest.fixture
def server() -> Iterator[DirectAdminServer]:
    server = DirectAdminServer()
    server.packages = {
        "USER": {name: dict(limits) for name, limits in HOSTING.items()},
        "RESELLER": {"silver": dict(SILVER_LIMITS), "gold": dict(GOLD_LIMITS)},
    }
    server.add("alice", "boreale.example", "forfait_a")
    with listening(server):
        yield server


@pytest.fixture
def directadmin(server: DirectAdminServer) -> Panel:
    return panel("directadmin", server.url, SETTINGS)


@pytest.fixture
def bench(server: DirectAdminServer, directadmin: Panel) -> Bench:
    return Bench(
        panel=directadmin,
        unreachable=panel("directadmin", NOBODY_LISTENS, SETTINGS),
        alice=ALICE,
        nobody=Account("bob", "bob.example"),
        small=SMALL,
        big=BIG,
        other_end=server,
        secrets=(KEY,),
        measured="databases",
        untold="bandwidth",
    )


class TestDirectAdmin(PanelOnBadDays):
    def test_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)


# A sign-in that is not believed is a page with status 200


def test_a_stale_key_is_never_taken_for_an_answer(server: DirectAdminServer) -> None:
    stale = panel("directadmin", server.url, {**SETTINGS, "key": "stale"})

    with pytest.raises(Busy, match="sign-in page"):
        stale.plans()
    with pytest.raises(Unknown, match="sign-in page"):
        stale.set_password(ALICE, PASSWORD)


# What is sent


def test_nothing_secret_is_in_an_address(server: DirectAdminServer, bench: Bench) -> None:
    bench.panel.create(bench.nobody, SMALL, PASSWORD, "bob@example.com", "key")
    bench.panel.set_password(ALICE, PASSWORD)
    bench.panel.sign_in_url(ALICE)

    assert server.accounts["alice"]["password"] == PASSWORD
    assert not [heard.line for heard in server.heard if PASSWORD in heard.line or KEY in heard.line]


def test_no_checkbox_is_sent_and_nothing_is_customized(server: DirectAdminServer, bench: Bench) -> None:
    bench.panel.create(bench.nobody, SMALL, PASSWORD, "bob@example.com", "key")
    bench.panel.change(ALICE, BIG, "key")
    bench.panel.suspend(ALICE, "unpaid")

    sent = [value for heard in server.heard for value in heard.form.values()]
    assert "package" in sent and not {"ON", "OFF", "customize"} & set(sent)


def test_a_new_account_gets_the_first_address_or_the_one_of_the_settings(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    directadmin.create(Account("bob", "bob.example"), SMALL, PASSWORD, "bob@example.com", "key")
    own = panel("directadmin", server.url, {**SETTINGS, "ip": "192.0.2.99"})
    own.create(Account("dana", "dana.example"), SMALL, PASSWORD, "dana@example.com", "key")

    created = [heard.form["ip"] for heard in server.heard if "ACCOUNT_USER" in heard.path]
    assert created == ["192.0.2.7", "192.0.2.99"]


# User names


def test_a_name_longer_than_the_server_allows_is_refused_before_anything_is_sent(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    too_long = Account("b" * (LONGEST_NAME + 1), "bob.example")

    with pytest.raises(Refused, match=f"longer than the {LONGEST_NAME} characters of this server"):
        directadmin.create(too_long, SMALL, PASSWORD, "bob@example.com", "key")

    assert not [heard for heard in server.heard if "ACCOUNT_USER" in heard.path]


def test_a_server_that_does_not_tell_its_settings_says_by_itself_that_a_name_is_too_long(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    server.tells_admin = False

    with pytest.raises(Refused, match="cannot be used"):
        directadmin.create(Account("b" * 40, "bob.example"), SMALL, PASSWORD, "bob@example.com", "key")


# Suspending


def test_a_suspension_is_not_turned_over_when_somebody_was_quicker(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    """The panel's own `suspend` would lift it."""
    server.accounts["alice"]["suspended"] = "yes"
    directadmin._select(ALICE, {"dounsuspend": "yes"})  # type: ignore[attr-defined]
    directadmin.suspend(ALICE, "unpaid")

    assert server.accounts["alice"]["suspended"] == "yes"
    assert not [heard for heard in server.heard if "suspend" in heard.form]


# Reading


def test_entities_are_characters_and_field_names_are_not_entities() -> None:
    assert (
        without_entities("text=a&#58b&quota=5&notify=no&details=&#38;")
        == "text=a%3Ab&quota=5&notify=no&details=%26"
    )


def test_a_limit_that_is_not_told_is_not_unlimited(server: DirectAdminServer, directadmin: Panel) -> None:
    server._limits = lambda limits: []  # type: ignore[method-assign]

    with pytest.raises(Busy, match="not as documented"):
        directadmin.inspect(ALICE)


@pytest.mark.parametrize(("text", "read"), [("12.5", 12.5), ("unlimited", None), ("", None), ("0", 0)])
def test_amounts(text: str, read: float | None) -> None:
    assert amount(text) == read


def test_an_answer_of_the_nightly_tally_is_sampled(directadmin: Panel) -> None:
    usage = directadmin.inspect(ALICE).usage

    assert {ours for ours, measure in usage.items() if measure.exactness == "sampled"} == {
        "disk",
        "bandwidth",
    }


def test_an_act_without_a_result_leaves_us_not_knowing(server: DirectAdminServer, directadmin: Panel) -> None:
    server._set_password = lambda one, fields: server._config("alice")  # type: ignore[method-assign]

    with pytest.raises(Unknown, match="has no result"):
        directadmin.set_password(ALICE, PASSWORD)


def test_a_reseller_of_the_host_is_not_told_the_version(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    assert directadmin.version() == "1.697"
    server.tells_admin = False

    assert directadmin.version() == "DirectAdmin"


# Resellers


def reseller(server: DirectAdminServer, held: int) -> None:
    server.add("alice", "boreale.example", "silver", "RESELLER")
    for number in range(held):
        server.add(f"client{number}", f"client{number}.example", "forfait_a", creator="alice")
        server.accounts[f"client{number}"]["usage"]["disk"] = 1000


def test_a_resellers_usage_is_that_of_all_its_accounts(server: DirectAdminServer, directadmin: Panel) -> None:
    reseller(server, held=12)

    state = directadmin.inspect(ALICE)

    assert (state.plan, state.privileges, state.limits["accounts"]) == ("silver", "silver", 10)
    assert (state.usage["accounts"].amount, state.usage["disk"].amount) == (12, 12001)
    assert [(misfit.resource, misfit.excess) for misfit in directadmin.preflight(ALICE, SILVER)] == [
        ("accounts", 2)
    ]


def test_a_resellers_package_changes_with_what_it_allows(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    reseller(server, held=2)

    assert directadmin.change(ALICE, GOLD, "key") == Done()

    assert differences(directadmin.inspect(ALICE), GOLD) == ()


def test_half_a_change_of_a_reseller_is_found_and_completed_by_asking_again(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    reseller(server, held=2)
    server.misbehave("half")
    directadmin.change(ALICE, GOLD, "key")
    server.misbehave("ok")
    assert [one.what for one in differences(directadmin.inspect(ALICE), GOLD)] == ["disk"]

    directadmin.change(ALICE, GOLD, "key")

    assert differences(directadmin.inspect(ALICE), GOLD) == ()


def test_an_ordinary_account_becomes_a_reseller_and_one_again(directadmin: Panel) -> None:
    directadmin.change(ALICE, SILVER, "key")
    assert differences(directadmin.inspect(ALICE), SILVER) == ()

    directadmin.change(ALICE, SMALL, "key")
    assert differences(directadmin.inspect(ALICE), SMALL) == ()


def test_a_reseller_with_accounts_neither_ends_nor_becomes_ordinary(
    server: DirectAdminServer, directadmin: Panel
) -> None:
    """The panel would remove them, or leave them to nobody."""
    reseller(server, held=3)

    with pytest.raises(Refused, match="still has 3 accounts"):
        directadmin.terminate(ALICE)
    with pytest.raises(Refused, match="still has 3 accounts"):
        directadmin.change(ALICE, SMALL, "key")

    assert "accounts" in [misfit.resource for misfit in directadmin.preflight(ALICE, SMALL)]
    assert len(server.accounts) == 4 and server.accounts["alice"]["usertype"] == "reseller"


def test_a_reseller_is_opened_and_ended(server: DirectAdminServer, directadmin: Panel) -> None:
    dana = Account("dana", "dana.example")

    for _ in range(2):
        assert directadmin.create(dana, GOLD, PASSWORD, "dana@example.com", "key") == Done()
    assert differences(directadmin.inspect(dana), GOLD) == ()

    directadmin.terminate(dana)
    assert "dana" not in server.accounts


@pytest.mark.parametrize(
    "target",
    [Target("silver", SILVER_LIMITS, "gold"), Target("forfait_a", {"accounts": 5}), Target("gold", {})],
)
def test_a_target_that_is_neither_a_reseller_nor_an_ordinary_account_is_refused(
    server: DirectAdminServer, directadmin: Panel, target: Target
) -> None:
    with pytest.raises(Refused):
        directadmin.change(ALICE, target, "key")

    assert server.act_count("received") == 0
