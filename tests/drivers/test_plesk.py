"""The plesk driver, over HTTP, against a stand-in with the documented shapes; and each of its traps."""

import base64
import time
from collections.abc import Iterator

import pytest

from palier.drivers.errors import Busy, Refused, Unknown
from palier.drivers.panel import Account, Capability, Done, Panel, Target, differences
from palier.drivers.panels.plesk.line import element_of
from palier.drivers.registry import panel
from tests.drivers.panel_contract import PASSWORD, Bench, PanelOnBadDays
from tests.machines import HOSTING
from tests.stand_ins.listening import Heard, Said, listening
from tests.stand_ins.plesk_server import KEY, PleskServer

SETTINGS = {"key": KEY, "read_seconds": "0.5"}
NOBODY_LISTENS = "http://127.0.0.1:9"
BROWSER = "203.0.113.9"
ALICE = Account("alice", "boreale.example", BROWSER)
SMALL, BIG, OPEN = (Target(name, HOSTING[name]) for name in HOSTING)


@pytest.fixture
def server() -> Iterator[PleskServer]:
    server = PleskServer()
    for name, limits in HOSTING.items():
        server.add_plan(name, limits)
    server.add("alice", "boreale.example", "forfait_a")
    with listening(server):
        yield server


@pytest.fixture
def plesk(server: PleskServer) -> Panel:
    return panel("plesk", server.url, SETTINGS)


@pytest.fixture
def bench(server: PleskServer, plesk: Panel) -> Bench:
    return Bench(
        panel=plesk,
        unreachable=panel("plesk", NOBODY_LISTENS, SETTINGS),
        alice=ALICE,
        nobody=Account("bob", "bob.example"),
        small=SMALL,
        big=BIG,
        other_end=server,
        secrets=(KEY,),
        measured="databases",
        untold="bandwidth",
    )


class TestPlesk(PanelOnBadDays):
    def test_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)


def test_a_stale_key_is_refused_with_status_200(server: PleskServer) -> None:
    with pytest.raises(Refused, match=r"Invalid secret key usage \(11003\)"):
        panel("plesk", server.url, {"key": "stale"}).version()


# `ok` with problems


def test_what_it_says_that_it_did_not_apply_is_handed_on(server: PleskServer, plesk: Panel) -> None:
    server.problems = (
        "Description Current Requested Allowed\n"
        "Disk space   10 GB   25 GB   10 GB\n"
        "Maximum number of log files   10   0   0\n"
    )

    assert plesk.change(ALICE, BIG, "key") == Done(
        ("Disk space 10 GB 25 GB 10 GB", "Maximum number of log files 10 0 0")
    )


# Whom a request means


def test_only_the_one_subscription_is_touched_of_an_owner_with_two(server: PleskServer, plesk: Panel) -> None:
    server.add("alice", "other.example", "forfait_a")

    plesk.suspend(ALICE, "unpaid")
    plesk.change(ALICE, BIG, "key")

    other = server.webspaces["other.example"]
    assert (other["status"], other["plan"], server.customers["alice"]["status"]) == ("0", "forfait_a", "0")


def test_the_owner_of_another_subscription_is_not_removed_with_the_first(
    server: PleskServer, plesk: Panel
) -> None:
    server.add("alice", "other.example", "forfait_a")

    plesk.terminate(ALICE)
    assert (list(server.webspaces), list(server.customers)) == (["other.example"], ["alice"])

    plesk.terminate(Account("alice", "other.example"))
    assert (server.webspaces, server.customers) == ({}, {})


def test_an_account_without_a_domain_is_refused(plesk: Panel) -> None:
    with pytest.raises(Refused, match="domain"):
        plesk.inspect(Account("alice"))


# Plans and limits


def test_a_change_leaves_the_subscription_with_its_plan(server: PleskServer, plesk: Panel) -> None:
    """Setting limits one by one would lock it: later edits of its plan would not reach it."""
    plesk.change(ALICE, BIG, "key")

    assert server.webspaces["boreale.example"]["locked"] == "false"
    assert not [heard for heard in server.heard if b"<limit>" in heard.body]


def test_minus_one_is_unlimited(plesk: Panel) -> None:
    plesk.change(ALICE, OPEN, "key")

    assert plesk.inspect(ALICE).limits == {"disk": 102400, "mailboxes": 100}


def test_a_subscription_without_a_plan_is_on_none(server: PleskServer, plesk: Panel) -> None:
    """Only an add-on is left, which is no plan."""
    server.webspaces["boreale.example"]["plan"] = "custom"

    assert [one.what for one in differences(plesk.inspect(ALICE), SMALL)] == ["plan"]


def test_addon_domains_are_sites_and_subdomains_are_not(server: PleskServer, plesk: Panel) -> None:
    server.webspaces["boreale.example"]["sites"] += ["boreale.net", "boreale.org"]

    assert plesk.inspect(ALICE).usage["sites"].amount == 3
    assert [misfit.resource for misfit in plesk.preflight(ALICE, SMALL)] == ["sites"]


def test_bytes_are_read_in_megabytes_and_the_statistics_are_sampled(
    server: PleskServer, plesk: Panel
) -> None:
    server.use("disk", 4321)

    disk = plesk.inspect(ALICE).usage["disk"]

    assert (disk.amount, disk.exactness) == (4321, "sampled")


@pytest.mark.parametrize(
    ("status", "is_suspended"), [("0", False), ("4", False), ("16", True), ("64", True), ("256", True)]
)
def test_a_backup_is_no_suspension(
    server: PleskServer, plesk: Panel, status: str, is_suspended: bool
) -> None:
    server.webspaces["boreale.example"]["status"] = status

    assert plesk.inspect(ALICE).suspended == is_suspended


@pytest.mark.parametrize("target", [Target("forfait_a", {}, "gold"), Target("forfait_a", {"accounts": 5})])
def test_a_reseller_is_left_to_people(server: PleskServer, plesk: Panel, target: Target) -> None:
    with pytest.raises(Refused, match="by hand"):
        plesk.change(ALICE, target, "key")

    assert server.act_count("received") == 0


# Opening


def test_an_opening_that_stopped_after_the_customer_goes_on(server: PleskServer, plesk: Panel) -> None:
    server.customers["bob"] = {"password": PASSWORD, "status": "0"}
    bob = Account("bob", "bob.example")

    assert plesk.create(bob, SMALL, PASSWORD, "bob@example.com", "key") == Done()

    assert differences(plesk.inspect(bob), SMALL) == ()


def test_a_domain_of_somebody_else_is_refused_before_anything_is_sent(
    server: PleskServer, plesk: Panel
) -> None:
    with pytest.raises(Refused, match="is taken"):
        plesk.create(Account("bob", "boreale.example"), SMALL, PASSWORD, "bob@example.com", "key")

    assert list(server.customers) == ["alice"]


def test_a_new_subscription_gets_the_first_shared_address_or_the_one_of_the_settings(
    server: PleskServer, plesk: Panel
) -> None:
    plesk.create(Account("bob", "bob.example"), SMALL, PASSWORD, "bob@example.com", "key")
    own = panel("plesk", server.url, {**SETTINGS, "ip": "192.0.2.99"})
    own.create(Account("dana", "dana.example"), SMALL, PASSWORD, "dana@example.com", "key")

    sent = [heard.body for heard in server.heard if b"<add><gen_setup>" in heard.body]
    assert b"192.0.2.7<" in sent[0] and b"192.0.2.99<" in sent[1]


def test_nothing_secret_is_in_an_address(server: PleskServer, plesk: Panel) -> None:
    plesk.set_password(ALICE, PASSWORD)
    plesk.sign_in_url(ALICE)

    assert server.customers["alice"]["password"] == PASSWORD
    assert {heard.line for heard in server.heard} == {"POST /enterprise/control/agent.php {}"}


# Signing in


def test_a_sign_in_is_for_the_address_of_the_browser(server: PleskServer, plesk: Panel) -> None:
    url = plesk.sign_in_url(ALICE)

    assert url.startswith(f"{server.url}/enterprise/rsession_init.php?PLESKSESSID=")
    assert base64.b64encode(BROWSER.encode()) in server.heard[-1].body


def test_a_sign_in_without_the_address_of_the_browser_is_refused(plesk: Panel) -> None:
    """The panel would let in our own machine, and nobody else."""
    with pytest.raises(Refused, match="browser"):
        plesk.sign_in_url(Account("alice", "boreale.example"))


# What is no answer of theirs

BILLION = (
    "<!DOCTYPE packet ["
    '<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def test_an_answer_that_declares_entities_is_dropped_unread(server: PleskServer, plesk: Panel) -> None:
    server.prolog = BILLION
    started = time.monotonic()

    with pytest.raises(Busy):
        plesk.plans()
    with pytest.raises(Unknown):
        plesk.set_password(ALICE, PASSWORD)

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<packet>",
        b"<!DOCTYPE packet><packet/>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE p SYSTEM "file:///etc/passwd"><p/>'.encode(
            "utf-16"
        ),
        b'<?xml version="1.0" encoding="x-none"?><packet/>',
    ],
)
def test_what_is_no_document_or_declares_one_is_not_read(body: bytes) -> None:
    assert element_of(body) is None


def test_a_page_that_happens_to_be_xml_is_not_an_answer(server: PleskServer, plesk: Panel) -> None:
    server.answer = lambda heard: Said(b"<html><body>Sign in</body></html>")  # type: ignore[method-assign]

    with pytest.raises(Busy, match="sign-in page"):
        plesk.plans()


def test_an_act_without_a_result_leaves_us_not_knowing(server: PleskServer, plesk: Panel) -> None:
    answer = server.answer

    def nothing(heard: Heard) -> Said:
        return Said(b"<packet><customer/></packet>") if server.is_act(heard) else answer(heard)

    server.answer = nothing  # type: ignore[method-assign]

    with pytest.raises(Unknown, match="has no result"):
        plesk.set_password(ALICE, PASSWORD)


def test_an_element_out_of_its_place_is_refused_by_the_panel(plesk: Panel) -> None:
    """That is why packets are written in order."""
    with pytest.raises(Refused, match="1014"):
        plesk._line.ask("webspace", "get", ("dataset", ""), ("filter", ""))  # type: ignore[attr-defined]
