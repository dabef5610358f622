"""Stripe's driver: the real SDK over HTTP, against the stand-in in its own process; and its reading of webhooks."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from palier.core.money import Money
from palier.drivers.errors import Busy, Forged, Refused, Unknown
from palier.drivers.gateway import Charge, DisputeReport, PaymentReport, RefundReport
from palier.drivers.gateways.stripe import Stripe
from palier.drivers.gateways.stripe_amounts import from_stripe, to_stripe
from palier.drivers.registry import gateway
from tests.drivers.gateway_contract import ALICE, GatewayContract, Till, heard, paid
from tests.drivers.panel_contract import everything_said
from tests.machines import Merchant
from tests.stand_ins.stripe_server import KEY, WEBHOOK_SECRET, signature


class StandIn:
    """The other end of Stripe's driver."""

    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, what: str, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = httpx.post(f"{self.url}/control/{what}", json=asked, trust_env=False).json()
        return found

    def client_decides(self, redirect_url: str, decision: str) -> str:
        answer = httpx.post(redirect_url, data={"decision": decision}, trust_env=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def saved_card(self, behaviour: str) -> str:
        return str(self.tell("method", behaviour=behaviour)["id"])

    def misbehave(self, how: str) -> None:
        self.tell("mode", mode=how)

    def charge_count(self) -> int:
        return len(self.tell("state")["intents"])

    def refund_count(self) -> int:
        return len(self.tell("state")["refunds"])

    def dispute(self, reference: str, state: str) -> None:
        self.tell("dispute", payment_intent=reference, status="needs_response")
        if state != "opened":
            self.tell("dispute", payment_intent=reference, status=state)


@pytest.fixture(scope="module")
def stripe_url() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stand_ins.stripe_server", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().split()[-1]
    process.terminate()
    process.stdout.close()
    process.wait(timeout=5)


@pytest.fixture
def till(stripe_url: str, merchant: Merchant) -> Till:
    stand_in = StandIn(stripe_url)
    stand_in.tell("reset", webhook_url=f"{merchant.url}/stripe")
    driver = gateway(
        "stripe", stripe_url, {"secret": KEY, "webhook_secret": WEBHOOK_SECRET, "read_seconds": "5"}
    )
    return Till(
        gateway=driver,
        unreachable=gateway(
            "stripe", "http://127.0.0.1:9", {"secret": KEY, "webhook_secret": WEBHOOK_SECRET}
        ),
        charge=Charge(
            key="0199-invoice-1042",
            money=Money(725, "CAD"),
            description="Hébergement Boréal · 2026-0042",
            return_url="http://127.0.0.1:9/follow",
            callback_url="http://127.0.0.1:9/ignored",
            method=None,
            account=driver.open_account(ALICE),
            language="fr",
        ),
        merchant=merchant,
        other_end=StandIn(stripe_url),
        secret=KEY,
    )


@pytest.fixture
def stand_in(till: Till) -> StandIn:
    assert isinstance(till.other_end, StandIn)
    return till.other_end


class TestStripe(GatewayContract):
    pass


# What is asked of Stripe


def test_a_page_asks_for_the_invoice_in_its_currency_by_card_in_the_clients_language(
    till: Till, stand_in: StandIn
) -> None:
    till.gateway.start(till.charge)

    (session,) = stand_in.tell("state")["sessions"]
    assert (session["amount_total"], session["currency"], session["locale"]) == (725, "cad", "fr-CA")
    assert session["success_url"] == session["cancel_url"] == till.charge.return_url


def test_a_customer_is_opened_once_at_stripe(till: Till, stand_in: StandIn) -> None:
    till.gateway.open_account(ALICE)

    (customer,) = stand_in.tell("state")["customers"]
    assert (customer["name"], customer["metadata"]) == (
        "Ateliers Boréale inc.",
        {"palier_key": ALICE.reference},
    )


@pytest.mark.parametrize(
    ("money", "sent"),
    [
        (Money(725, "CAD"), 725),
        (Money(725, "JPY"), 725),
        (Money(725, "ISK"), 72500),  # ISO has no decimals; Stripe keeps two, always zero
        (Money(725, "UGX"), 72500),
        (Money(72500, "MGA"), 725),  # and the other way round
        (Money(5120, "KWD"), 5120),
    ],
)
def test_amounts_are_sent_and_read_as_stripe_documents_them(money: Money, sent: int) -> None:
    assert to_stripe(money) == sent
    assert from_stripe(sent, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(5124, "KWD"), Money(72501, "MGA")])
def test_an_amount_that_stripe_cannot_express_is_refused_rather_than_rounded(money: Money) -> None:
    with pytest.raises(Refused, match="steps of"):
        to_stripe(money)


@pytest.mark.parametrize("currency", ["CAD", "USD", "GBP", "HUF"])
def test_a_charge_below_the_least_is_refused_and_one_of_the_least_is_taken(till: Till, currency: str) -> None:
    least = till.gateway.least(currency)
    till.gateway.start(replace(till.charge, key="0199-enough", money=Money(least, currency)))
    with pytest.raises(Refused):
        till.gateway.start(replace(till.charge, key="0199-too-small", money=Money(least - 1, currency)))


# What its answers mean


@pytest.mark.parametrize("how", ["error", "html", "html_502"])
def test_an_answer_that_proves_nothing_leaves_us_not_knowing(till: Till, stand_in: StandIn, how: str) -> None:
    stand_in.misbehave(how)

    with pytest.raises(Unknown):
        till.gateway.start(till.charge)
    with pytest.raises(Busy):
        till.gateway.status("pi_any")


def test_a_key_that_is_not_good_is_refused_and_not_repeated(stripe_url: str, till: Till) -> None:
    wrong = gateway("stripe", stripe_url, {"secret": "sk_test_wrong", "webhook_secret": "whsec"})

    with pytest.raises(Refused) as error:
        wrong.start(till.charge)
    assert "Invalid API Key" in error.value.reason
    assert "sk_test_wrong" not in everything_said(error.value)


def test_the_sdk_asks_once_however_it_fails(till: Till, stand_in: StandIn) -> None:
    before = stand_in.tell("state")["counts"]["asked"]
    stand_in.misbehave("error")

    with pytest.raises(Unknown):
        till.gateway.start(till.charge)

    assert stand_in.tell("state")["counts"]["asked"] == before + 1


def test_a_page_that_nobody_paid_in_time_has_failed(till: Till, stand_in: StandIn) -> None:
    started = till.gateway.start(till.charge)

    stand_in.tell("expire", session=started.reference)

    report = till.gateway.status(started.reference)
    assert (report.state, report.reason) == ("failed", "page_left")


def test_what_was_paid_on_a_page_is_refunded_by_the_page_too(till: Till) -> None:
    started = till.gateway.start(till.charge)
    till.other_end.client_decides(started.redirect_url, "approve")

    assert till.gateway.refund(started.reference, Money(725, "CAD"), "refund-1").state == "succeeded"


def test_a_refund_is_made_once_when_stripe_has_forgotten_its_key(till: Till, stand_in: StandIn) -> None:
    """Keys are kept for a day there, and a refund may be under way for longer."""
    reference = paid(till)
    first = till.gateway.refund(reference, Money(200, "CAD"), "refund-1")
    stand_in.tell("forget_keys")

    assert till.gateway.refund(reference, Money(200, "CAD"), "refund-1") == first
    with pytest.raises(Refused, match="another amount"):
        till.gateway.refund(reference, Money(201, "CAD"), "refund-1")
    assert stand_in.refund_count() == 1


# Webhooks


def event(kind: str, about: dict[str, Any]) -> bytes:
    return json.dumps({"id": "evt_1", "type": kind, "data": {"object": about}}).encode()


def signed(body: bytes, **how: Any) -> tuple[dict[str, str], bytes]:
    return {"Stripe-Signature": signature(body, **how)}, body


def test_a_webhook_that_was_signed_too_long_ago_is_forged(till: Till) -> None:
    with pytest.raises(Forged):
        till.gateway.read_callback(*signed(event("charge.succeeded", {"id": "ch_1"}), at=time.time() - 301))


def test_either_secret_is_good_while_one_is_being_replaced(stripe_url: str) -> None:
    driver = Stripe(stripe_url, {"secret": KEY, "webhook_secret": "whsec_new whsec_old"})
    body = event("charge.succeeded", {"id": "ch_1"})

    for secret in ("whsec_new", "whsec_old"):
        assert driver.read_callback(*signed(body, secret=secret)) is None
    with pytest.raises(Forged):
        driver.read_callback(*signed(body, secret="whsec_stolen"))


@pytest.mark.parametrize(
    "body",
    [
        event(
            "payment_intent.succeeded", {"id": "pi_other", "metadata": {}}
        ),  # another shop on the same account
        event("customer.updated", {"id": "cus_1"}),
        json.dumps({"type": "payment_intent.succeeded"}).encode(),
        json.dumps({"data": {}}).encode(),
    ],
)
def test_what_does_not_concern_us_is_none_of_ours(till: Till, body: bytes) -> None:
    assert till.gateway.read_callback(*signed(body)) is None


def test_a_webhook_whose_matter_cannot_be_read_now_is_asked_for_again(till: Till, stand_in: StandIn) -> None:
    paid(till)
    ours = [one for one in till.merchant.wait_for(3) if b"payment_intent.succeeded" in one[1]]
    stand_in.misbehave("down")

    with pytest.raises(Busy):
        till.gateway.read_callback(*ours[0])


def test_the_news_of_a_first_try_says_what_became_of_it(till: Till) -> None:
    """Late and out of order: the news of the decline is read after the money has come."""
    card = till.other_end.saved_card("challenge")
    started = till.gateway.start(replace(till.charge, method=card))
    till.other_end.client_decides(started.redirect_url, "confirm")

    reports = heard(till, PaymentReport)

    assert {report.state for report in reports if isinstance(report, PaymentReport)} == {"succeeded"}


def test_an_inquiry_of_the_bank_takes_no_money_and_is_no_dispute(till: Till, stand_in: StandIn) -> None:
    reference = paid(till)
    heard_before = len(till.merchant.heard)

    stand_in.tell("dispute", payment_intent=reference, status="warning_needs_response")

    ours = till.merchant.wait_for(heard_before + 1)[-1]
    assert not isinstance(till.gateway.read_callback(*ours), DisputeReport)


def test_a_refund_made_in_the_dashboard_has_no_key_of_ours(till: Till, stand_in: StandIn) -> None:
    reference = paid(till)

    stand_in.tell("refund", payment_intent=reference, amount=200)

    (report,) = {one for one in heard(till, RefundReport) if isinstance(one, RefundReport)}
    assert (report.key, report.payment_reference, report.money) == ("", reference, Money(200, "CAD"))
