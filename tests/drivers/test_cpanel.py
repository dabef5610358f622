"""The cpanel driver, over HTTP, against the demo panel in its own process; and its reading of WHM's shapes."""

import pytest

from palier.drivers.errors import Busy, Refused
from palier.drivers.panel import Account, Capability, Target
from palier.drivers.panels.cpanel import account_limits, measure, megabytes, package_limits
from palier.drivers.registry import panel
from palier.entrypoints.demo.panel_control import PanelControl
from tests.drivers.panel_contract import Bench, PanelOnBadDays
from tests.machines import HOSTING, PANEL_TOKEN, Machine, panel_control

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
