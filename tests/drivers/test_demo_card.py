"""The demo card's driver, over HTTP, against the card server in its own process; and its reading of call-backs."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from palier.core.money import Money
from palier.drivers.errors import Forged
from palier.drivers.gateway import Charge, PaymentReport, SavedMethod
from palier.drivers.gateways.demo_card import DemoCard
from palier.drivers.gateways.signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from palier.drivers.registry import gateway
from palier.entrypoints.demo.card_control import CardControl
from tests.drivers.gateway_contract import GatewayContract, Till
from tests.machines import CARD_SECRET, Machine, Merchant, card_control

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class DemoCardServer:
    def __init__(self, control: CardControl) -> None:
        self.control = control

    def client_decides(self, redirect_url: str, decision: str) -> str:
        answer = httpx.post(redirect_url, data={"decision": decision}, trust_env=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def saved_card(self, behaviour: str) -> str:
        self.control.keep_method(f"card_{behaviour}", behaviour)
        return f"card_{behaviour}"

    def misbehave(self, how: str) -> None:
        self.control.set_mode(how)

    def charge_count(self) -> int:
        return self.control.count("charges_made")

    def refund_count(self) -> int:
        return self.control.count("refunds_made")

    def dispute(self, reference: str, state: str) -> None:
        self.control.dispute(reference, state)


@pytest.fixture
def till(card_machine: Machine, merchant: Merchant) -> Till:
    control = card_control(card_machine)
    control.reset()
    return Till(
        gateway=gateway("demo_card", card_machine.url, {"secret": CARD_SECRET}),
        unreachable=gateway("demo_card", "http://127.0.0.1:9", {"secret": CARD_SECRET}),
        charge=Charge(
            key="invoice-1042",
            money=Money(725, "CAD"),
            description="Ateliers Boréale, Forfait B",
            return_url="http://127.0.0.1:9/follow",
            callback_url=f"{merchant.url}/paid?from=card",
            method=None,
            account="boreale",
        ),
        merchant=merchant,
        other_end=DemoCardServer(control),
        secret=CARD_SECRET,
    )


class TestDemoCard(GatewayContract):
    pass


REPORT: dict[str, Any] = {
    "report_id": "rep_1",
    "reference": "pay_1",
    "key": "invoice-1042",
    "state": "succeeded",
    "amount": 725,
    "currency": "CAD",
    "occurred_at": "2026-11-23T11:59:00+00:00",
    "reason": "",
    "method": {"token": "card_1", "label": "Visa •••• 4242", "expires_on": "2030-12-31"},
}


def callback(
    report: Any = REPORT, signed_at: datetime = NOON, report_id: str = "rep_1"
) -> tuple[dict[str, str], bytes]:
    body, timestamp = json.dumps(report).encode(), int(signed_at.timestamp())
    headers = {
        ID_HEADER.title(): report_id,
        TIMESTAMP_HEADER.upper(): str(timestamp),
        SIGNATURE_HEADER: signature("s3cret", timestamp, report_id, body),
    }
    return headers, body


def at_noon() -> DemoCard:
    return DemoCard("http://127.0.0.1:9", {"secret": "s3cret"}, now=lambda: NOON)


def test_a_signed_report_is_read_whatever_the_case_of_its_headers() -> None:
    report = at_noon().read_callback(*callback())

    assert isinstance(report, PaymentReport)
    assert (report.reference, report.state, report.money) == ("pay_1", "succeeded", Money(725, "CAD"))
    assert report.method == SavedMethod("card_1", "Visa •••• 4242", date(2030, 12, 31))


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_clocks_may_differ_by_five_minutes(minutes: int) -> None:
    signed_at = NOON + timedelta(minutes=minutes)

    assert isinstance(at_noon().read_callback(*callback(signed_at=signed_at)), PaymentReport)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_report_signed_too_long_ago_or_in_the_future_is_forged(minutes: int) -> None:
    with pytest.raises(Forged, match="too long ago"):
        at_noon().read_callback(*callback(signed_at=NOON + timedelta(minutes=minutes)))


def with_another_id(headers: dict[str, str]) -> None:
    headers[ID_HEADER.title()] = "rep_2"


def with_another_instant(headers: dict[str, str]) -> None:
    headers[TIMESTAMP_HEADER.upper()] = str(int(NOON.timestamp()) + 1)


def without_a_signature(headers: dict[str, str]) -> None:
    headers.pop(SIGNATURE_HEADER)


def with_an_odd_signature(headers: dict[str, str]) -> None:
    headers[SIGNATURE_HEADER] = "v1=é"


def with_an_odd_instant(headers: dict[str, str]) -> None:
    headers[TIMESTAMP_HEADER.upper()] = "²"


@pytest.mark.parametrize(
    "altered",
    [with_another_id, with_another_instant, without_a_signature, with_an_odd_signature, with_an_odd_instant],
)
def test_headers_that_were_altered_are_forged(altered: Callable[[dict[str, str]], None]) -> None:
    headers, body = callback()
    altered(headers)

    with pytest.raises(Forged):
        at_noon().read_callback(headers, body)


@pytest.mark.parametrize(
    "report",
    [
        None,
        [],
        {},
        {**REPORT, "state": "maybe"},
        {**REPORT, "amount": "lots"},
        {**REPORT, "report_id": "rep_2"},
    ],
)
def test_a_signed_body_that_is_no_report_of_its_id_is_forged(report: Any) -> None:
    with pytest.raises(Forged, match="does not hold the report"):
        at_noon().read_callback(*callback(report))


def test_a_report_signed_with_another_secret_is_forged() -> None:
    other = DemoCard("http://127.0.0.1:9", {"secret": "another"}, now=lambda: NOON)

    with pytest.raises(Forged, match="not signed by the gateway"):
        other.read_callback(*callback())
