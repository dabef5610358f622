"""Stripe's driver against a Stripe-compatible server that others wrote, in a process of its own.

Where it knows what we ask (customers, payment intents read, refunds, letting a method go, signed webhooks), it must
agree with our stand-in.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from palier.core.money import Money
from palier.drivers.errors import Forged, Refused
from palier.drivers.gateway import Gateway
from palier.drivers.registry import gateway
from tests.drivers.gateway_contract import ALICE
from tests.machines import Merchant

KEY, SECRET = "sk_test_palier", "whsec_palier"


class Localstripe:
    """The merchant's own calls that we do not make, and what a browser would do."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, **form: str) -> dict[str, Any]:
        named = {
            name.replace("__", "[") + ("]" if "__" in name else ""): value for name, value in form.items()
        }
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = httpx.post(f"{self.url}{path}", data=named, headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def paid(self, customer: str) -> dict[str, Any]:
        """7.25 CAD by a card of the customer's."""
        card = {"card__number": "4242424242424242", "card__exp_month": "12", "card__exp_year": "2030"}
        method = self.post("/v1/payment_methods", type="card", card__cvc="123", **card)["id"]
        self.post(f"/v1/payment_methods/{method}/attach", customer=customer)
        return self.post(
            "/v1/payment_intents", amount="725", currency="cad", customer=customer, payment_method=method,
            confirm="true", metadata__palier_key="invoice-1042",
        )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Localstripe]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("localstripe")
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield Localstripe(url)
    finally:
        process.kill()
        process.wait(timeout=5)


def _wait_for(url: str) -> None:
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at:
        try:
            httpx.get(url, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("localstripe did not start")


@pytest.fixture
def driver(server: Localstripe) -> Gateway:
    return gateway("stripe", server.url, {"secret": KEY, "webhook_secret": SECRET})


def test_a_customer_is_opened(driver: Gateway) -> None:
    assert driver.open_account(ALICE).startswith("cus_")


def test_what_was_paid_is_read_as_it_stands(server: Localstripe, driver: Gateway) -> None:
    intent = server.paid(driver.open_account(ALICE))

    report = driver.status(intent["id"])

    assert (report.state, report.key, report.money) == ("succeeded", "invoice-1042", Money(725, "CAD"))


def test_a_part_is_sent_back(server: Localstripe, driver: Gateway) -> None:
    intent = server.paid(driver.open_account(ALICE))

    refund = driver.refund(intent["id"], Money(200, "CAD"), "refund-1")

    assert (refund.payment_reference, refund.state, refund.money) == (
        intent["id"],
        "succeeded",
        Money(200, "CAD"),
    )


def test_a_method_is_let_go(server: Localstripe, driver: Gateway) -> None:
    intent = server.paid(driver.open_account(ALICE))

    driver.forget(intent["payment_method"])
    driver.forget(intent["payment_method"])


def test_a_payment_that_is_not_there_is_refused(driver: Gateway) -> None:
    with pytest.raises(Refused, match="404"):
        driver.status("pi_nothing")


def test_its_webhooks_are_signed_as_ours_are_read(
    server: Localstripe, driver: Gateway, merchant: Merchant
) -> None:
    """It tells of customers and not of payments: news that is signed, and does not concern us."""
    hook = {"url": f"{merchant.url}/hook", "secret": SECRET, "events": ["customer.created"]}
    httpx.post(f"{server.url}/_config/webhooks/palier", json=hook, trust_env=False).raise_for_status()
    driver.open_account(ALICE)

    ((headers, body),) = merchant.wait_for(1, seconds=15)

    assert driver.read_callback(headers, body) is None
    with pytest.raises(Forged):
        driver.read_callback(headers, body.replace(b"Ateliers", b"Atelier "))
