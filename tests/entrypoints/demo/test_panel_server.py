"""The demo panel, as its control sees it: what it keeps, what it counts, how it misbehaves."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.panel import Account, Panel, Target
from palier.drivers.registry import panel
from palier.entrypoints.demo.panel_control import PanelControl
from tests.machines import HOSTING, PANEL_TOKEN, Machine, panel_control, running_panel

ALICE = Account("alice", "boreale.example")
FORFAIT_B = Target("forfait_b", HOSTING["forfait_b"])
ALICE_ON_A = {"user": "alice", "domain": "boreale.example", "plan": "forfait_a", "usage": {"disk": 12698}}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running_panel(tmp_path_factory.mktemp("panel")) as machine:
        yield machine


@pytest.fixture
def control(machine: Machine) -> PanelControl:
    control = panel_control(machine)
    control.reset()
    control.seed(HOSTING, [ALICE_ON_A])
    return control


@pytest.fixture
def driver(machine: Machine) -> Panel:
    return panel("cpanel", machine.url, {"user": "root", "token": PANEL_TOKEN, "read_seconds": "2"})


# What it keeps


def test_seeding_again_leaves_accounts_as_they_are(control: PanelControl, driver: Panel) -> None:
    driver.change(ALICE, FORFAIT_B, "key")

    control.seed(HOSTING, [ALICE_ON_A])

    assert control.account("alice")["plan"] == "forfait_b"


def test_seeding_can_overwrite(control: PanelControl, driver: Panel) -> None:
    driver.change(ALICE, FORFAIT_B, "key")

    control.seed(HOSTING, [ALICE_ON_A], overwrite=True)

    assert control.account("alice")["plan"] == "forfait_a"


def test_usage_is_set_one_resource_at_a_time(control: PanelControl, driver: Panel) -> None:
    control.set_usage("alice", mailboxes=4)

    usage = driver.inspect(ALICE).usage
    assert (usage["disk"].amount, usage["mailboxes"].amount) == (12698, 4)


@pytest.mark.parametrize(
    ("user", "usage"),
    [("bob", {"disk": 1}), ("alice", {"discs": 1}), ("alice", {"disk": -1}), ("alice", {"sites": 0})],
)
def test_usage_that_makes_no_sense_is_refused(
    control: PanelControl, user: str, usage: dict[str, int]
) -> None:
    with pytest.raises(Refused):
        control.set_usage(user, **usage)

    assert control.account("alice")["usage"]["disk"] == 12698


def test_an_account_of_a_package_that_is_not_there_is_refused_and_nothing_kept(control: PanelControl) -> None:
    with pytest.raises(Refused, match="no package"):
        control.seed({"forfait_x": {"disk": 1}}, [{"user": "bob", "plan": "forfait_y"}])

    assert "forfait_x" not in control.state()["packages"]


def test_a_killed_panel_has_lost_nothing(tmp_path: Path) -> None:
    with running_panel(tmp_path) as machine:
        control = panel_control(machine)
        control.seed(HOSTING, [ALICE_ON_A])
        control.set_mode("lie", calls=3)
        driver = panel("cpanel", machine.url, {"user": "root", "token": PANEL_TOKEN})
        driver.change(ALICE, FORFAIT_B, "key")
        before = control.state()

        machine.kill()
        with pytest.raises(Busy):
            driver.plans()
        machine.start()

        assert control.state() == before


def test_it_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    with running_panel(tmp_path) as machine:
        assert machine.stop() == 0
        machine.start()


@pytest.mark.parametrize("server", ["panel_server", "card_server"])
def test_it_needs_no_django_and_no_http_client(server: str) -> None:
    look = f"import sys, palier.entrypoints.demo.{server}; print({{'django', 'httpx'}} & set(sys.modules))"

    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "set()"


def test_control_wants_the_token(machine: Machine, control: PanelControl) -> None:
    with pytest.raises(Refused, match="Access denied"):
        PanelControl(machine.url, "guessed").state()


def test_the_state_that_control_reads_holds_no_open_session(control: PanelControl, driver: Panel) -> None:
    driver.sign_in_url(ALICE)

    assert "sessions" not in control.state()


# What it counts


def test_every_act_is_counted_by_account(control: PanelControl, driver: Panel) -> None:
    driver.change(ALICE, FORFAIT_B, "key")
    driver.change(ALICE, FORFAIT_B, "key")
    driver.suspend(ALICE, "unpaid")

    assert control.count("alice") == 2
    assert control.count("alice", "suspendacct") == 1
    assert [act["detail"] for act in control.state()["acts"]] == ["forfait_b", "forfait_b", "unpaid"]


def test_an_act_that_was_not_done_is_received_all_the_same(control: PanelControl, driver: Panel) -> None:
    control.set_mode("lie")
    driver.change(ALICE, FORFAIT_B, "key")

    assert (control.count("alice", what="received"), control.count("alice", what="done")) == (1, 0)


def test_looking_is_not_an_act(control: PanelControl, driver: Panel) -> None:
    driver.inspect(ALICE)
    driver.plans()

    assert control.state()["acts"] == []


# How it misbehaves


def test_a_mode_can_hold_for_the_next_calls_only(control: PanelControl, driver: Panel) -> None:
    control.set_mode("refuse", calls=2, reason="The quota file is read-only.")

    for _ in range(2):
        with pytest.raises(Refused, match="read-only"):
            driver.change(ALICE, FORFAIT_B, "key")
    driver.change(ALICE, FORFAIT_B, "key")

    assert control.account("alice")["plan"] == "forfait_b"


def test_a_mode_leaves_reads_alone(control: PanelControl, driver: Panel) -> None:
    control.set_mode("busy", calls=1)

    assert driver.inspect(ALICE).plan == "forfait_a"
    assert control.state()["mode"]["mode"] == "busy"


def test_a_mode_can_touch_reads_too(control: PanelControl, driver: Panel) -> None:
    control.set_mode("busy", reads=True)

    with pytest.raises(Busy, match="try again later"):
        driver.inspect(ALICE)


def test_a_slow_panel_does_the_work_in_the_end(control: PanelControl) -> None:
    control.set_mode("slow", seconds=0.3)
    impatient = panel("cpanel", control.url, {"user": "root", "token": PANEL_TOKEN, "read_seconds": "0.1"})
    patient = panel("cpanel", control.url, {"user": "root", "token": PANEL_TOKEN, "read_seconds": "2"})

    with pytest.raises(Unknown, match="ReadTimeout"):
        impatient.change(ALICE, FORFAIT_B, "key")
    patient.change(ALICE, FORFAIT_B, "key")

    assert control.count("alice") == 2


def test_a_panel_that_is_down_answers_only_to_control(machine: Machine, control: PanelControl) -> None:
    control.set_mode("down")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{machine.url}/health", trust_env=False)

    control.set_mode("ok")
    assert httpx.get(f"{machine.url}/health", trust_env=False).json() == {"ok": True}


@pytest.mark.parametrize("mode", ["dowm", ""])
def test_a_mode_that_nobody_knows_is_refused(control: PanelControl, mode: str) -> None:
    with pytest.raises(Refused, match="mode must be one of"):
        control.set_mode(mode)


def test_a_function_that_whm_has_not_is_said_so(machine: Machine, control: PanelControl) -> None:
    answer = httpx.post(
        f"{machine.url}/json-api/makecoffee?api.version=1",
        headers={"Authorization": f"WHM root:{PANEL_TOKEN}"},
        trust_env=False,
    )

    assert answer.json()["metadata"]["result"] == 0


# Signing in


def sign_in(driver: Panel, language: str, suffix: str = "") -> httpx.Response:
    return httpx.get(
        driver.sign_in_url(ALICE) + suffix, headers={"Accept-Language": language}, trust_env=False
    )


def test_signing_in_shows_the_account_in_the_browsers_language(control: PanelControl, driver: Panel) -> None:
    assert "Forfait du serveur\u00a0: forfait_a" in sign_in(driver, "fr-CA,fr;q=0.9").text
    assert "Package on the server: forfait_a" in sign_in(driver, "en-CA").text
    assert "Package on the server: forfait_a" in sign_in(driver, "fr-CA", "&lang=en").text


def test_the_page_allows_no_script_and_no_inline_style(control: PanelControl, driver: Panel) -> None:
    page = sign_in(driver, "fr")

    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert "style=" not in page.text and "<script" not in page.text


def test_an_address_with_a_wrong_session_shows_nothing(control: PanelControl, driver: Panel) -> None:
    page = sign_in(driver, "en", "x")

    assert page.status_code == 403
    assert "forfait_a" not in page.text
