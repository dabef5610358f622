"""The demo card: its page, and reports that come twice, late, out of order or never."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from palier.core.money import Money
from palier.drivers.errors import Busy, Refused
from palier.drivers.gateway import Charge, Gateway, PaymentReport, Setup
from palier.drivers.registry import gateway
from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.card_page import amount
from tests.machines import (
    CARD_SECRET,
    Machine,
    Merchant,
    card_control,
    listening_merchant,
    running_card,
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running_card(tmp_path_factory.mktemp("card")) as machine:
        yield machine


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    with listening_merchant() as merchant:
        yield merchant


@pytest.fixture
def control(machine: Machine) -> CardControl:
    control = card_control(machine)
    control.reset()
    return control


@pytest.fixture
def driver(machine: Machine, control: CardControl) -> Gateway:
    return gateway("demo_card", machine.url, {"secret": CARD_SECRET})


@pytest.fixture
def charge(merchant: Merchant) -> Charge:
    return charge_told_to(merchant)


def charge_told_to(merchant: Merchant) -> Charge:
    return Charge(
        key="invoice-1042",
        money=Money(725, "CAD"),
        description="Ateliers Boréale <Forfait B>",
        return_url="http://127.0.0.1:9/follow?change=7",
        callback_url=f"{merchant.url}/paid",
        method=None,
        account="boreale",
    )


def decide(page: str, decision: str, **fold: str) -> httpx.Response:
    return httpx.post(page, data={"decision": decision, **fold}, trust_env=False)


def reports(driver: Gateway, merchant: Merchant, count: int) -> list[PaymentReport]:
    return [driver.read_callback(headers, body) for headers, body in merchant.wait_for(count)]


# The page


def shown(page: str, language: str) -> httpx.Response:
    return httpx.get(page, headers={"Accept-Language": language}, trust_env=False)


def test_the_page_says_what_is_paid_and_how_much(driver: Gateway, charge: Charge) -> None:
    page = shown(driver.start(charge).redirect_url, "fr-CA")

    assert "Ateliers Boréale &lt;Forfait B&gt;" in page.text
    assert "7,25\u00a0$" in page.text
    assert '<html lang="fr">' in page.text


def test_the_charges_language_comes_before_the_browsers(driver: Gateway, charge: Charge) -> None:
    page = driver.start(replace(charge, language="en")).redirect_url

    assert "$7.25" in shown(page, "fr-CA").text
    assert "7,25\u00a0$" in shown(page + "?lang=fr", "en-CA").text


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(5, "CAD", "$0.05"), (725, "USD", "US$7.25"), (725, "JPY", "JP¥725"), (7250, "KWD", "KWD7.250")],
)
def test_amounts_have_the_decimals_of_their_currency(minor: int, currency: str, written: str) -> None:
    assert amount({"amount": minor, "currency": currency}, "en") == written


def test_the_page_allows_no_script_no_inline_style_and_one_way_back(driver: Gateway, charge: Charge) -> None:
    page = shown(driver.start(charge).redirect_url, "fr")

    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert policy.endswith("form-action 'self' http://127.0.0.1:9")
    assert "style=" not in page.text and "<script" not in page.text


def test_the_style_is_served(machine: Machine, driver: Gateway, charge: Charge) -> None:
    page = shown(driver.start(charge).redirect_url, "fr").text
    (path,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)

    assert httpx.get(machine.url + path, trust_env=False).headers["content-type"].startswith("text/css")


def test_every_control_of_the_page_has_a_label(driver: Gateway, charge: Charge) -> None:
    page = shown(driver.start(charge).redirect_url, "fr").text

    fields = re.findall(r"<input [^>]+>", page)
    assert len(fields) == len(re.findall(r"<label>[^<]*<input [^>]+>[^<]*</label>", page)) == 9


def test_a_decision_sends_the_browser_back(driver: Gateway, charge: Charge) -> None:
    answer = decide(driver.start(charge).redirect_url, "approve")

    assert (answer.status_code, answer.headers["location"]) == (303, charge.return_url)


def test_a_paid_page_only_leads_back(driver: Gateway, charge: Charge) -> None:
    page = driver.start(charge).redirect_url
    decide(page, "approve")

    text = shown(page, "en").text
    assert "already made" in text and "<form" not in text


def test_a_decision_that_is_not_on_the_page_is_refused(driver: Gateway, charge: Charge) -> None:
    started = driver.start(charge)

    assert decide(started.redirect_url, "confirm").status_code == 400
    assert driver.status(started.reference).state == "needs_action"


def test_a_page_that_does_not_exist_says_so(machine: Machine) -> None:
    assert shown(f"{machine.url}/pay/pay_guessed", "en").status_code == 404


@pytest.mark.parametrize(("next_time", "state"), [("decline", "failed"), ("challenge", "needs_action")])
def test_the_fold_decides_what_the_card_does_next_time(
    driver: Gateway, charge: Charge, next_time: str, state: str
) -> None:
    started = driver.start(charge)
    decide(started.redirect_url, "approve", next_time=next_time)
    card = driver.status(started.reference).method
    assert card is not None

    assert driver.start(replace(charge, key="renewal", method=card.token)).state == state


# The reports


def test_a_report_is_sent_until_it_is_heard(driver: Gateway, charge: Charge, merchant: Merchant) -> None:
    merchant.says = [500, 503]

    decide(driver.start(charge).redirect_url, "approve")

    first, *others = reports(driver, merchant, 3)
    assert others == [first, first]


def test_a_report_can_come_twice(driver: Gateway, charge: Charge, merchant: Merchant) -> None:
    decide(driver.start(charge).redirect_url, "approve", delivery="twice")

    first, second = reports(driver, merchant, 2)
    assert first == second


def test_a_report_can_come_late(
    driver: Gateway, charge: Charge, merchant: Merchant, control: CardControl
) -> None:
    started = driver.start(charge)
    control.set_delivery("late", seconds=0.4)
    decide(started.redirect_url, "approve")

    assert driver.status(started.reference).state == "succeeded"
    assert merchant.heard == []
    assert reports(driver, merchant, 1)[0].state == "succeeded"


def test_reports_can_come_out_of_order(driver: Gateway, charge: Charge, merchant: Merchant) -> None:
    started = driver.start(charge)
    decide(started.redirect_url, "approve", delivery="out_of_order")

    success, failure = reports(driver, merchant, 2)
    assert (success.state, failure.state) == ("succeeded", "failed")
    assert driver.status(started.reference) == success


def test_the_late_news_waits_until_the_first_was_heard(
    driver: Gateway, charge: Charge, merchant: Merchant
) -> None:
    merchant.says = [500]
    decide(driver.start(charge).redirect_url, "approve", delivery="out_of_order")

    assert [report.state for report in reports(driver, merchant, 3)] == ["succeeded", "succeeded", "failed"]


def test_a_report_can_never_come(
    driver: Gateway, charge: Charge, merchant: Merchant, control: CardControl
) -> None:
    started = driver.start(charge)
    decide(started.redirect_url, "approve", delivery="never")

    assert driver.status(started.reference).state == "succeeded"
    assert control.state()["outbox"] == []


def test_control_sets_the_delivery_of_the_next_reports(
    driver: Gateway, charge: Charge, merchant: Merchant, control: CardControl
) -> None:
    control.set_delivery("never", calls=1)
    decide(driver.start(charge).redirect_url, "decline")
    decide(driver.start(charge).redirect_url, "approve")

    assert reports(driver, merchant, 1)[0].state == "succeeded"


def test_a_saved_card_is_reported_too(
    driver: Gateway, charge: Charge, merchant: Merchant, control: CardControl
) -> None:
    control.keep_method("card_of_alice", label="Mastercard •••• 0341", expires_on="2027-06-30")

    driver.start(replace(charge, method="card_of_alice"))

    (report,) = reports(driver, merchant, 1)
    assert report.method is not None and report.method.label == "Mastercard •••• 0341"


def test_a_killed_gateway_still_reports(tmp_path: Path, merchant: Merchant) -> None:
    with running_card(tmp_path) as machine:
        driver = gateway("demo_card", machine.url, {"secret": CARD_SECRET})
        started = driver.start(charge_told_to(merchant))
        merchant.says = [500, 500]
        decide(started.redirect_url, "approve")
        merchant.wait_for(1)

        machine.kill()
        with pytest.raises(Busy):
            driver.status(started.reference)
        machine.start()

        assert driver.status(started.reference).state == "succeeded"
        assert set(reports(driver, merchant, 3)) == {driver.status(started.reference)}


# A card that is saved, and money that is taken back


def test_a_card_is_saved_on_a_page_of_its_own(machine: Machine, driver: Gateway, merchant: Merchant) -> None:
    asked = Setup("setup-1", "http://127.0.0.1:9/methods", f"{merchant.url}/paid", "boreale", "en")
    started = driver.start_setup(asked)

    page = httpx.get(started.redirect_url, trust_env=False).text

    assert "<title>Save a card" in page and "Nothing is paid now." in page
    decide(started.redirect_url, "approve")
    assert "Card saved" in httpx.get(started.redirect_url, trust_env=False).text
    assert driver.start_setup(asked).reference == started.reference


def test_a_client_who_goes_back_has_saved_nothing(driver: Gateway, merchant: Merchant) -> None:
    started = driver.start_setup(
        Setup("setup-1", "http://127.0.0.1:9/methods", f"{merchant.url}/paid", "boreale")
    )

    decide(started.redirect_url, "cancel")

    assert driver.setup_status(started.reference).state == "needs_action"


# Who may ask


def test_only_the_merchant_may_ask(machine: Machine, charge: Charge) -> None:
    stranger = gateway("demo_card", machine.url, {"secret": "guessed"})

    with pytest.raises(Refused, match="missing or wrong"):
        stranger.start(charge)
    with pytest.raises(Refused):
        CardControl(machine.url, "guessed").state()


@pytest.mark.parametrize("amount", [0, -1])
def test_a_charge_of_nothing_is_refused(driver: Gateway, charge: Charge, amount: int) -> None:
    with pytest.raises(Refused, match="above zero"):
        driver.start(replace(charge, money=Money(amount, "CAD")))


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "//elsewhere.example", "http://a b/"])
def test_a_way_back_that_is_no_web_address_is_refused(driver: Gateway, charge: Charge, url: str) -> None:
    with pytest.raises(Refused, match="web addresses"):
        driver.start(replace(charge, return_url=url))
