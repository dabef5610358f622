"""The webhook driver against a stand-in, and against the very server that its page shows."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from palier.drivers.errors import Busy, Forged, NotThere, Refused, Unknown
from palier.drivers.gateways.signature import signature
from palier.drivers.panel import Account, Capability, Done, Panel, Pending, Target
from palier.drivers.panels.webhook import Webhook
from palier.drivers.registry import panel
from tests.drivers.panel_contract import PASSWORD, Bench, PanelContract, PanelOnBadDays
from tests.stand_ins.listening import listening
from tests.stand_ins.webhook_server import SECRET, One, WebhookServer

PAGE = (Path(__file__).parents[2] / "docs/reference/webhook-panel.md").read_text("utf-8")
NOBODY_LISTENS = "http://127.0.0.1:9"
SMALL = Target("small", {"disk": 2048, "mailboxes": 5, "databases": 1})
BIG = Target("large", {"disk": 10240, "mailboxes": 50, "databases": 10})
ALICE, BOB = Account("alice", "boreale.example"), Account("bob", "bob.example")
SETTINGS = {"secret": SECRET, "read_seconds": "5"}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def bridge() -> Iterator[WebhookServer]:
    server = WebhookServer()
    server.plans = {SMALL.plan: dict(SMALL.limits), BIG.plan: dict(BIG.limits)}
    server.accounts["alice"] = One("alice", ALICE.domain, SMALL.plan, dict(SMALL.limits))
    with listening(server):
        yield server


@pytest.fixture
def driver(bridge: WebhookServer) -> Panel:
    return panel("webhook", bridge.url, SETTINGS)


@pytest.fixture
def bench(bridge: WebhookServer, driver: Panel) -> Bench:
    return Bench(
        panel=driver,
        unreachable=panel("webhook", NOBODY_LISTENS, SETTINGS),
        alice=ALICE,
        nobody=BOB,
        small=SMALL,
        big=BIG,
        other_end=bridge,
        secrets=(SECRET,),
    )


class TestWebhook(PanelOnBadDays):
    def test_it_can_do_everything(self, bench: Bench) -> None:
        assert bench.panel.capabilities == frozenset(Capability)


# The server of the page


class OfThePage:
    """What the contract does with the example: its accounts are a dictionary."""

    def __init__(self, accounts: dict[str, Any]) -> None:
        self.accounts = accounts

    def misbehave(self, how: str) -> None:
        raise AssertionError

    def act_count(self, what: str) -> int:
        raise AssertionError

    def use(self, resource: str, amount: int | None) -> None:
        self.accounts["alice"]["used"][resource] = amount


@pytest.fixture
def written() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {"__name__": "the_page"}
    exec(compile(code, "webhook-panel", "exec"), names)
    return names


class TestTheServerOfThePage(PanelContract):
    @pytest.fixture
    def bench(self, written: dict[str, Any]) -> Iterator[Bench]:
        used = {"disk": 5, "mailboxes": 1}
        boreale = {"domain": ALICE.domain, "plan": "small", "suspended": False, "password": "", "used": used}
        written["ACCOUNTS"]["alice"] = boreale
        written["Bridge"].log_message = lambda *args: None
        settings = {"secret": written["SECRET"], "read_seconds": "5"}
        with ThreadingHTTPServer(("127.0.0.1", 0), written["Bridge"]) as server:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield Bench(
                panel=panel("webhook", f"http://127.0.0.1:{server.server_address[1]}", settings),
                unreachable=panel("webhook", NOBODY_LISTENS, settings),
                alice=ALICE,
                nobody=BOB,
                small=Target("small", written["PLANS"]["small"]),
                big=Target("large", written["PLANS"]["large"]),
                other_end=OfThePage(written["ACCOUNTS"]),
                secrets=(written["SECRET"],),
                untold="disk",
            )
            server.shutdown()

    def test_every_sign_in_has_its_own_address(self, bench: Bench) -> None:
        """It does not do that, and says so."""
        with pytest.raises(Refused, match="we do not do sign_in_url"):
            bench.panel.sign_in_url(bench.alice)

    def test_what_is_signed_by_somebody_else_is_refused(self, bench: Bench) -> None:
        url = bench.panel._http._url  # type: ignore[attr-defined]

        with pytest.raises(Refused, match="401"):
            panel("webhook", url, {"secret": "another"}).version()


def test_the_state_of_the_page_is_read(bridge: WebhookServer, driver: Panel) -> None:
    (shown,) = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)
    bridge.says = {"answer": "done", "state": json.loads(shown)}

    state = driver.inspect(ALICE)

    assert state.limits == {"disk": 10240, "mailboxes": 50}
    assert {name: found.exactness for name, found in state.usage.items()} == {
        "disk": "live",
        "mailboxes": "sampled",
        "databases": "unknown",
    }


@pytest.mark.parametrize(
    "verb", ["version", "plans", "inspect", "change", "create", "suspend", "set_password"]
)
def test_the_page_says_what_is_sent(bridge: WebhookServer, driver: Panel, verb: str) -> None:
    calls: dict[str, Any] = {
        "version": lambda: driver.version(),
        "plans": lambda: driver.plans(),
        "inspect": lambda: driver.inspect(ALICE),
        "change": lambda: driver.change(ALICE, BIG, "key"),
        "create": lambda: driver.create(BOB, BIG, PASSWORD, "bob@example.com", "key"),
        "suspend": lambda: driver.suspend(ALICE, "unpaid"),
        "set_password": lambda: driver.set_password(ALICE, PASSWORD),
    }
    calls[verb]()

    sent = json.loads(bridge.heard[-1].body)
    (beside,) = re.findall(rf"^\| `{verb}` \| (.*?) \|", PAGE, re.MULTILINE)
    assert sent.pop("verb") == verb and set(sent) == set(re.findall(r"`(\w+)`", beside))


# What takes longer


def test_what_it_works_on_is_asked_about(bridge: WebhookServer, driver: Panel) -> None:
    bridge.works_on_it = True

    begun = driver.change(ALICE, BIG, "key")

    assert begun == Pending("job-0") and driver.poll("job-0") == begun
    bridge.finish("job-0")
    assert driver.poll("job-0") == Done()


def test_work_that_fails_later_is_refused_with_its_reason(bridge: WebhookServer, driver: Panel) -> None:
    bridge.works_on_it = True
    driver.change(ALICE, BIG, "key")
    bridge.finish("job-0", {"answer": "refused", "reason": "the disk is full"})

    with pytest.raises(Refused, match="the disk is full"):
        driver.poll("job-0")


@pytest.mark.parametrize("handle", ["", "x" * 201])
def test_a_handle_that_cannot_be_kept_leaves_us_not_knowing(
    bridge: WebhookServer, driver: Panel, handle: str
) -> None:
    bridge.says = {"answer": "pending", "handle": handle}

    with pytest.raises(Unknown):
        driver.suspend(ALICE, "unpaid")


# What it answers


def test_problems_are_told(bridge: WebhookServer, driver: Panel) -> None:
    bridge.says = {"answer": "done", "problems": ["mail is not moved yet"]}

    assert driver.suspend(ALICE, "unpaid") == Done(("mail is not moved yet",))


@pytest.mark.parametrize("said", [{"answer": "yes"}, {}, {"answer": "pending"}])
def test_an_answer_that_is_not_documented_leaves_us_not_knowing(
    bridge: WebhookServer, driver: Panel, said: dict[str, str]
) -> None:
    bridge.says = said

    with pytest.raises(Unknown):
        driver.suspend(ALICE, "unpaid")
    with pytest.raises(Busy):
        driver.poll("job-0")


def test_busy_says_until_when(bridge: WebhookServer, driver: Panel) -> None:
    bridge.misbehave("busy")

    with pytest.raises(Busy) as busy:
        driver.suspend(ALICE, "unpaid")
    assert busy.value.retry_after == timedelta(seconds=2)


def test_an_account_that_is_not_there_is_told_of_every_act(driver: Panel) -> None:
    with pytest.raises(NotThere):
        driver.suspend(BOB, "unpaid")


# Call-backs


def called(
    secret: str = SECRET, at: datetime = NOW, body: bytes = b'{"handle": "job-0"}'
) -> tuple[dict[str, str], bytes]:
    timestamp = int(at.timestamp())
    headers = {"Palier-Timestamp": str(timestamp), "Palier-Id": "one"}
    return {**headers, "Palier-Signature": signature(secret, timestamp, "one", body)}, body


@pytest.fixture
def at_noon() -> Webhook:
    return Webhook("https://bridge.example", {"secret": SECRET}, now=lambda: NOW)


def test_a_call_back_names_a_handle(at_noon: Webhook) -> None:
    assert at_noon.read_callback(*called()) == "job-0"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_one_of_another_time_is_forged(at_noon: Webhook, minutes: int) -> None:
    with pytest.raises(Forged):
        at_noon.read_callback(*called(at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("spoilt", ["palier-timestamp", "palier-id", "palier-signature"])
def test_one_whose_headers_were_changed_is_forged(at_noon: Webhook, spoilt: str) -> None:
    headers, body = called()
    changed = {name: "1" if name.lower() == spoilt else value for name, value in headers.items()}

    with pytest.raises(Forged):
        at_noon.read_callback(changed, body)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"job": 1}', b"\xff"])
def test_one_that_names_nothing_is_forged(at_noon: Webhook, body: bytes) -> None:
    with pytest.raises(Forged):
        at_noon.read_callback(*called(body=body))


def test_one_of_somebody_else_is_forged(at_noon: Webhook) -> None:
    with pytest.raises(Forged):
        at_noon.read_callback(*called(secret="another"))
