"""The cpanel driver, over HTTP, against the demo panel in its own process; and its reading of WHM's shapes."""

from datetime import UTC, datetime

import pytest

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences
from palier.drivers.panels.cpanel.reading import (
    account_limits,
    allowed,
    measure,
    megabytes,
    package_limits,
    reseller_usage,
)
from palier.drivers.registry import panel
from palier.entrypoints.demo.panel_control import PanelControl
from tests.drivers.panel_contract import PASSWORD, Bench, PanelOnBadDays
from tests.machines import HOSTING, PANEL_TOKEN, Machine, panel_control
from tests.stand_ins.listening import Heard, Said, StandIn, listening

CREDENTIALS = {"user": "root", "token": PANEL_TOKEN, "read_seconds": "5"}
NOBODY_LISTENS = "http://127.0.0.1:9"


class DemoPanel:
    def __init__(self, control: PanelControl) -> None:
        self.control = control

    def misbehave(self, how: str) -> None:
        self.control.set_mode(how)

    def use(self, resource: str, amount: int | None) -> None:
        self.control.set_usage("alice", **{resource: amount})

    def act_count(self, what: str) -> int:
        return self.control.count("alice", what=what)


@pytest.fixture
def control(panel_machine: Machine) -> PanelControl:
    control = panel_control(panel_machine)
    control.reset()
    control.seed(HOSTING, [{"user": "alice", "domain": "boreale.example", "plan": "forfait_a"}])
    return control


@pytest.fixture
def bench(panel_machine: Machine, control: PanelControl) -> Bench:
    return Bench(
        panel=panel("cpanel", panel_machine.url, CREDENTIALS),
        unreachable=panel("cpanel", NOBODY_LISTENS, CREDENTIALS),
        alice=Account("alice", "boreale.example"),
        nobody=Account("bob", "bob.example"),
        small=Target("forfait_a", HOSTING["forfait_a"]),
        big=Target("forfait_b", HOSTING["forfait_b"]),
        other_end=DemoPanel(control),
        secrets=(PANEL_TOKEN,),
    )


class TestCpanel(PanelOnBadDays):
    def test_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)


def test_a_wrong_token_is_refused(panel_machine: Machine, control: PanelControl) -> None:
    with pytest.raises(Refused, match="Access denied"):
        panel("cpanel", panel_machine.url, {"user": "root", "token": "stale"}).plans()


def test_a_panel_that_says_503_and_when_is_busy_until_then(bench: Bench, control: PanelControl) -> None:
    control.set_mode("busy", http_status=503)

    with pytest.raises(Busy) as busy:
        bench.panel.change(bench.alice, bench.big, "key")

    assert busy.value.retry_after is not None and busy.value.retry_after.total_seconds() == 2


def test_a_plan_without_limits_is_unlimited(bench: Bench, control: PanelControl) -> None:
    bench.panel.change(bench.alice, Target("forfait_d", {}), "key")

    assert bench.panel.inspect(bench.alice).limits == {"disk": 102400, "mailboxes": 100}


def test_the_usage_interface_is_asked_in_lower_case(bench: Bench, control: PanelControl) -> None:
    rows = bench.panel._usage_rows(Account("ALICE"))  # type: ignore[attr-defined]

    assert rows["disk_usage"]["usage"] == 1024 * 1024


@pytest.mark.parametrize(
    ("text", "amount"),
    [("123M", 123), ("unlimited", None), ("none", None), ("0M", 0), ("1.5G", 1536), ("1K", 1), (250, 250)],
)
def test_sizes_are_read_in_megabytes_rounded_up(text: object, amount: int | None) -> None:
    assert megabytes(text) == amount


def test_a_size_that_is_none_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="not a size"):
        megabytes("lots")


def test_sites_are_the_main_domain_and_the_addon_domains() -> None:
    package = {"QUOTA": "1024", "BWLIMIT": "unlimited", "MAXPOP": "5", "MAXSQL": "1", "MAXADDON": "0"}

    assert package_limits(package) == {"disk": 1024, "mailboxes": 5, "databases": 1, "sites": 1}


def test_bytes_of_bandwidth_are_read_in_megabytes() -> None:
    rows = {"bandwidth": {"usage": 1024 * 1024 + 1, "maximum": 10 * 1024 * 1024, "error": None}}

    assert account_limits({"disklimit": "unlimited"}, rows) == {"bandwidth": 10}
    assert measure(rows["bandwidth"], "bandwidth", None).amount == 2  # type: ignore[arg-type]


def test_a_row_that_is_missing_or_in_error_is_unknown() -> None:
    assert measure(None, "databases", None).exactness == "unknown"  # type: ignore[arg-type]
    broken = {"usage": 0, "maximum": 1, "error": "The system could not read this value."}
    assert measure(broken, "databases", None).exactness == "unknown"  # type: ignore[arg-type]


def test_no_megabytes_in_a_package_are_unlimited_ones() -> None:
    package = {"QUOTA": "0", "BWLIMIT": 0, "MAXPOP": "0", "MAXSQL": "1", "MAXADDON": "unlimited"}

    assert package_limits(package) == {"mailboxes": 0, "databases": 1}


# What is sent


def test_nothing_but_the_functions_that_touch_one_account_is_asked(
    bench: Bench, control: PanelControl
) -> None:
    """`modifyacct` is undone by the next change of the package; `editpkg` changes everybody on it."""
    bench.panel.change(bench.alice, bench.big, "key")
    bench.panel.set_password(bench.alice, PASSWORD)
    bench.panel.terminate(bench.alice)

    asked = [act["function"] for act in control.state()["acts"]]
    assert asked == ["changepackage", "passwd", "removeacct"]


def test_everything_is_posted_so_that_no_address_holds_a_secret() -> None:
    lines: list[str] = []
    with listening(Recorder(lines)) as url:
        driver = panel("cpanel", url, CREDENTIALS)
        for verb in (lambda: driver.set_password(Account("alice"), PASSWORD), driver.plans):
            with pytest.raises((Busy, Unknown)):
                verb()

    assert len(lines) == 2 and all(line.startswith("POST /json-api/") for line in lines)
    assert not [line for line in lines if PASSWORD in line or PANEL_TOKEN in line]


class Recorder(StandIn):
    """Keeps what an access log would, and answers in no shape that WHM has."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def is_act(self, heard: Heard) -> bool:
        return False

    def answer(self, heard: Heard) -> Said:
        self.lines.append(heard.line)
        return Said(b"{}", content_type="application/json")


# Resellers

OWN = {"mailboxes": 5, "databases": 1, "sites": 1}
ARGENT = Target("revente_argent", {"disk": 51200, "bandwidth": 512000, "accounts": 10, **OWN}, "argent")
OR = Target("revente_or", {"disk": 102400, "accounts": 30, **OWN}, "or")
LISTS = {"argent": ["acct-summary", "list-accts"], "or": ["acct-summary", "list-accts", "create-acct", "ssl"]}
ALICE = Account("alice", "boreale.example")


@pytest.fixture
def shop(control: PanelControl) -> PanelControl:
    """Alice resells on `argent`, and has three clients."""
    packages = {**HOSTING, "revente_argent": {"disk": 10240, **OWN}, "revente_or": {"disk": 20480, **OWN}}
    granted = {"privileges": LISTS["argent"], "limits": {"disk": 51200, "bandwidth": 512000, "accounts": 10}}
    alice = {"user": "alice", "domain": "boreale.example", "plan": "revente_argent", "owner": "alice"}
    clients = [
        {"user": f"client{number}", "plan": "forfait_a", "owner": "alice", "usage": {"disk": 1000}}
        for number in range(3)
    ]
    plain = {"user": "dana", "domain": "dana.example", "plan": "forfait_a"}
    control.seed(packages, [{**alice, "reseller": granted}, *clients, plain], overwrite=True, acls=LISTS)
    return control


@pytest.fixture
def cpanel(panel_machine: Machine, shop: PanelControl) -> Panel:
    return panel("cpanel", panel_machine.url, CREDENTIALS)


def test_a_resellers_usage_is_that_of_all_its_accounts(cpanel: Panel, shop: PanelControl) -> None:
    shop.set_usage("alice", disk=500, bandwidth=70)

    state = cpanel.inspect(ALICE)

    assert differences(state, ARGENT) == ()
    used = {resource: state.usage[resource].amount for resource in ("accounts", "disk", "bandwidth", "sites")}
    assert used == {"accounts": 3, "disk": 3501, "bandwidth": 70, "sites": 1}


def test_the_own_account_of_a_reseller_counts_whoever_owns_it() -> None:
    stats = {
        "user": "alice",
        "diskused": 10.2,
        "totalbwused": "0",
        "acct": [{"user": "client", "deleted": 0}],
    }
    summary = {"user": "alice", "owner": "root", "diskused": "5M"}

    assert reseller_usage(summary, stats, datetime.now(UTC))["disk"].amount == 16


def test_more_accounts_than_the_new_limit_stand_in_the_way(cpanel: Panel) -> None:
    fewer = Target("revente_argent", {**ARGENT.limits, "accounts": 2}, "argent")

    assert [(one.resource, one.excess) for one in cpanel.preflight(ALICE, fewer)] == [("accounts", 1)]


def test_package_privileges_and_limits_of_a_reseller_change_together(
    cpanel: Panel, shop: PanelControl
) -> None:
    assert cpanel.change(ALICE, OR, "key") == Done()

    assert differences(cpanel.inspect(ALICE), OR) == ()
    assert [act["function"] for act in shop.state()["acts"]] == [
        "setacls",
        "setresellerlimits",
        "changepackage",
    ]


def test_half_a_change_of_a_reseller_is_found_and_completed_by_asking_again(
    cpanel: Panel, shop: PanelControl
) -> None:
    shop.set_mode("lie", calls=1)
    cpanel.change(ALICE, OR, "key")
    assert [one.what for one in differences(cpanel.inspect(ALICE), OR)] == ["privileges"]

    shop.set_mode("lie", calls=2)
    cpanel.change(ALICE, ARGENT, "key")
    assert [one.what for one in differences(cpanel.inspect(ALICE), ARGENT)] == [
        "accounts",
        "bandwidth",
        "disk",
    ]

    cpanel.change(ALICE, OR, "key")
    assert differences(cpanel.inspect(ALICE), OR) == ()


def test_privileges_that_no_list_says_are_somebodys_own(cpanel: Panel, shop: PanelControl) -> None:
    shop.seed({}, acls={"argent": ["ssl"]})

    assert cpanel.inspect(ALICE).privileges == "custom"


def test_what_a_suspended_reseller_may_do_is_not_told_and_so_not_confirmed(cpanel: Panel) -> None:
    cpanel.suspend(ALICE, "unpaid")

    assert [one.what for one in differences(cpanel.inspect(ALICE), ARGENT)] == ["privileges"]


def test_the_clients_of_a_reseller_go_off_line_with_it_and_come_back(
    cpanel: Panel, shop: PanelControl
) -> None:
    for suspended in (1, 0):
        for _ in range(2):
            (cpanel.suspend(ALICE, "unpaid") if suspended else cpanel.resume(ALICE))
        assert {shop.account(user)["suspended"] for user in ("alice", "client0", "client2")} == {suspended}
        assert shop.account("dana")["suspended"] == 0


def test_an_ordinary_account_becomes_a_reseller_and_one_again(cpanel: Panel, shop: PanelControl) -> None:
    dana = Account("dana", "dana.example")
    cpanel.change(dana, OR, "key")
    assert differences(cpanel.inspect(dana), OR) == ()
    assert shop.account("dana")["owner"] == "dana"

    small = Target("forfait_a", HOSTING["forfait_a"])
    cpanel.change(dana, small, "key")
    assert differences(cpanel.inspect(dana), small) == ()


def test_a_reseller_with_accounts_neither_ends_nor_becomes_ordinary(
    cpanel: Panel, shop: PanelControl
) -> None:
    """They would be nobody's."""
    small = Target("forfait_a", HOSTING["forfait_a"])
    with pytest.raises(Refused, match="still has 3 accounts"):
        cpanel.terminate(ALICE)
    with pytest.raises(Refused, match="still has 3 accounts"):
        cpanel.change(ALICE, small, "key")

    assert [one.resource for one in cpanel.preflight(ALICE, small)] == ["accounts"]
    assert shop.state()["acts"] == []


def test_a_reseller_is_opened_once_and_completed_when_asked_again(cpanel: Panel, shop: PanelControl) -> None:
    bob = Account("bob", "bob.example")
    cpanel.create(bob, OR, PASSWORD, "bob@example.com", "key")
    assert differences(cpanel.inspect(bob), OR) == ()

    charlie = Account("charlie", "charlie.example")
    plain = Target(OR.plan, {"disk": 20480, **OWN})
    cpanel.create(charlie, plain, PASSWORD, "charlie@example.com", "key")
    cpanel.create(charlie, OR, PASSWORD, "charlie@example.com", "key")
    assert differences(cpanel.inspect(charlie), OR) == ()
    assert shop.count("charlie", "createacct") == 1


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (Target("forfait_a", {"accounts": 5}), "must name its privileges"),
        (Target("revente_or", {}, "platine"), "no list of privileges called platine"),
        (Target("revente_or", {}, "zinc"), "argent and zinc say the same"),
    ],
)
def test_what_cannot_be_a_reseller_is_refused_before_anything_is_sent(
    cpanel: Panel, shop: PanelControl, target: Target, why: str
) -> None:
    shop.seed({}, acls={"zinc": LISTS["argent"]})

    with pytest.raises(Refused, match=why):
        cpanel.change(ALICE, target, "key")

    assert shop.state()["acts"] == []


def test_only_root_makes_resellers(panel_machine: Machine, shop: PanelControl) -> None:
    host = panel("cpanel", panel_machine.url, {**CREDENTIALS, "user": "hebergeur"})

    with pytest.raises(Refused, match="only root"):
        host.change(Account("dana", "dana.example"), OR, "key")

    assert host.inspect(Account("dana", "dana.example")).privileges == ""


@pytest.mark.parametrize("told", [[{"ssl": 1, "list-accts": 0}], {"ssl": "1", "list-accts": "0"}, ["ssl"]])
def test_privileges_are_read_however_they_are_told(told: object) -> None:
    assert allowed(told) == {"ssl"}
