"""What every payment gateway driver must do. A driver's test class inherits these and gives a `till`.

`EveryGateway` is for all; `GatewayContract` for those that have pages, saved methods and refunds.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import pytest

from palier.core.money import Money
from palier.drivers.errors import Busy, Forged, Refused, Unknown
from palier.drivers.gateway import (
    Ability,
    Charge,
    DisputeReport,
    Gateway,
    Holder,
    PaymentReport,
    Report,
    Setup,
    SetupReport,
)
from tests.drivers.panel_contract import everything_said
from tests.machines import Merchant


class OtherEnd(Protocol):
    """The gateway's side: the client on its page, the cards it keeps, its bad days."""

    def client_decides(self, redirect_url: str, decision: str) -> str:
        """approve, decline, challenge, confirm, refuse, cancel: where the browser is sent next."""

    def saved_card(self, behaviour: str) -> str: ...
    def misbehave(self, how: str) -> None: ...
    def charge_count(self) -> int: ...
    def refund_count(self) -> int: ...
    def dispute(self, reference: str, state: str) -> None: ...


@dataclass
class Till:
    gateway: Gateway
    unreachable: Gateway
    charge: Charge  # 7.25 CAD, no saved method
    merchant: Merchant
    other_end: OtherEnd
    secret: str


CAD_7_25, CAD_2 = Money(725, "CAD"), Money(200, "CAD")
ALICE = Holder("0199-boreale", "Ateliers Boréale inc.", "fr")


def paid(till: Till) -> str:
    """The reference of a charge that the client has approved."""
    started = till.gateway.start(till.charge)
    till.other_end.client_decides(started.redirect_url, "approve")
    return till.gateway.status(started.reference).reference


def heard(till: Till, kind: type[Report], state: str = "") -> list[Report]:
    """What the call-backs so far say of one kind of thing, once there is any (in that state)."""
    for count in range(1, 20):
        said = [till.gateway.read_callback(*one) for one in till.merchant.wait_for(count)]
        found = [report for report in said if isinstance(report, kind)]
        if any(report.state == state or not state for report in found):
            return list(found)
    raise AssertionError("nothing was heard")


class EveryGateway:
    def test_the_same_customer_has_the_same_account(self, till: Till) -> None:
        first = till.gateway.open_account(ALICE)

        assert first and till.gateway.open_account(ALICE) == first

    def test_it_takes_what_it_calls_its_least(self, till: Till) -> None:
        least = max(1, till.gateway.least("CAD"))
        started = till.gateway.start(replace(till.charge, money=Money(least, "CAD")))

        assert started.state in ("needs_action", "awaiting_transfer", "succeeded")

    def test_of_a_currency_it_says_nothing_of_it_knows_no_least(self, till: Till) -> None:
        assert till.gateway.least("XXX") == 0

    def test_the_same_key_is_the_same_payment(self, till: Till) -> None:
        assert till.gateway.start(till.charge) == till.gateway.start(till.charge)

    def test_another_key_is_another_payment(self, till: Till) -> None:
        other = replace(till.charge, key="0199-another")

        assert till.gateway.start(till.charge).reference != till.gateway.start(other).reference

    @pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"state": "succeeded"}', b"\xff"])
    def test_a_call_back_that_nobody_signed_is_forged(self, till: Till, body: bytes) -> None:
        with pytest.raises(Forged):
            till.gateway.read_callback({}, body)

    def test_what_a_gateway_cannot_do_it_refuses(self, till: Till) -> None:
        gateway, abilities = till.gateway, till.gateway.abilities
        if Ability.REFUND not in abilities:
            with pytest.raises(Refused):
                gateway.refund("any", CAD_2, "refund-1")
        if Ability.SET_UP not in abilities:
            with pytest.raises(Refused):
                gateway.start_setup(Setup("key", "http://back", "http://call", "boreale"))
        if Ability.SLOW in abilities:
            assert gateway.start(till.charge).state == "awaiting_transfer"


class GatewayContract(EveryGateway):
    # On the gateway's page

    def test_a_charge_without_a_saved_method_sends_the_client_to_a_page(self, till: Till) -> None:
        started = till.gateway.start(till.charge)

        assert started.state == "needs_action"
        assert started.redirect_url.startswith("http")
        assert till.gateway.status(started.reference).state == "needs_action"

    def test_an_approved_charge_has_succeeded_and_its_card_is_kept(self, till: Till) -> None:
        started = till.gateway.start(till.charge)

        assert till.other_end.client_decides(started.redirect_url, "approve") == till.charge.return_url

        report = till.gateway.status(started.reference)
        assert (report.state, report.key, report.money) == ("succeeded", till.charge.key, CAD_7_25)
        assert report.method is not None and report.method.label == "Visa •••• 4242"

    def test_a_declined_charge_brings_nothing_says_why_and_can_be_paid_after_all(self, till: Till) -> None:
        started = till.gateway.start(till.charge)
        till.other_end.client_decides(started.redirect_url, "decline")
        declined = till.gateway.status(started.reference)

        till.other_end.client_decides(till.gateway.start(till.charge).redirect_url, "approve")

        assert declined.state in ("failed", "needs_action")
        assert (declined.reason, declined.method) == ("card_declined", None)
        assert till.gateway.status(started.reference).state == "succeeded"

    def test_a_challenge_is_confirmed_on_a_second_page(self, till: Till) -> None:
        started = till.gateway.start(till.charge)

        till.other_end.client_decides(started.redirect_url, "challenge")
        assert till.gateway.status(started.reference).state == "needs_action"

        till.other_end.client_decides(started.redirect_url, "confirm")
        assert till.gateway.status(started.reference).state == "succeeded"

    def test_a_challenge_that_is_not_met_has_failed(self, till: Till) -> None:
        started = till.gateway.start(till.charge)
        till.other_end.client_decides(started.redirect_url, "challenge")

        till.other_end.client_decides(started.redirect_url, "refuse")

        report = till.gateway.status(started.reference)
        assert report.state != "succeeded" and report.reason in ("authentication_failed", "declined")

    def test_a_client_who_goes_back_has_decided_nothing(self, till: Till) -> None:
        started = till.gateway.start(till.charge)

        assert till.other_end.client_decides(started.redirect_url, "cancel") == till.charge.return_url
        assert till.gateway.status(started.reference).state == "needs_action"

    # With a saved card

    @pytest.mark.parametrize(
        ("behaviour", "state"),
        [("approve", "succeeded"), ("decline", "failed"), ("challenge", "needs_action")],
    )
    def test_a_saved_card_is_charged_at_once(self, till: Till, behaviour: str, state: str) -> None:
        card = till.other_end.saved_card(behaviour)

        started = till.gateway.start(replace(till.charge, method=card))

        assert started.state == state
        assert started.redirect_url or state != "needs_action"
        assert till.gateway.status(started.reference).state == state

    def test_the_card_of_one_payment_pays_the_next(self, till: Till) -> None:
        card = till.gateway.status(paid(till)).method
        assert card is not None

        started = till.gateway.start(replace(till.charge, key="second", method=card.token))

        assert started.state == "succeeded"

    def test_a_saved_card_is_confirmed_on_the_banks_page(self, till: Till) -> None:
        started = till.gateway.start(replace(till.charge, method=till.other_end.saved_card("challenge")))

        assert till.other_end.client_decides(started.redirect_url, "confirm") == till.charge.return_url
        assert till.gateway.status(started.reference).state == "succeeded"

    def test_a_card_that_must_be_confirmed_brings_nothing_while_the_client_is_away(self, till: Till) -> None:
        away = replace(till.charge, method=till.other_end.saved_card("challenge"), off_session=True)

        report = till.gateway.status(till.gateway.start(away).reference)

        assert (report.state, report.reason) == ("failed", "confirmation_needed")

    def test_a_card_that_is_not_known_brings_nothing(self, till: Till) -> None:
        unknown = replace(till.charge, method="no-such-card")
        try:
            report = till.gateway.status(till.gateway.start(unknown).reference)
        except Refused:
            return
        assert (report.state, report.reason) == ("failed", "card_unknown")

    # Saved without a payment

    def test_a_card_is_saved_without_paying_and_then_charged(self, till: Till) -> None:
        account = till.gateway.open_account(ALICE)
        setup = Setup("setup-1", till.charge.return_url, till.charge.callback_url, account, "fr")
        started = till.gateway.start_setup(setup)
        assert till.gateway.setup_status(started.reference).state == "needs_action"

        assert till.other_end.client_decides(started.redirect_url, "approve") == setup.return_url

        report = till.gateway.setup_status(started.reference)
        assert (report.state, report.key) == ("succeeded", "setup-1")
        assert report.method is not None and report.method.label == "Visa •••• 4242"
        charged = till.gateway.start(replace(till.charge, method=report.method.token, account=account))
        assert charged.state == "succeeded"

    def test_the_saving_of_a_card_is_told_by_a_call_back(self, till: Till) -> None:
        account = till.gateway.open_account(ALICE)
        setup = Setup("setup-1", till.charge.return_url, till.charge.callback_url, account, "fr")
        till.other_end.client_decides(till.gateway.start_setup(setup).redirect_url, "approve")

        report = heard(till, SetupReport)[0]

        assert isinstance(report, SetupReport) and (report.state, report.key) == ("succeeded", "setup-1")

    def test_a_card_that_is_let_go_may_be_let_go_again(self, till: Till) -> None:
        card = till.other_end.saved_card("approve")

        till.gateway.forget(card)
        till.gateway.forget(card)

    # Once

    def test_the_same_key_charges_a_saved_card_once(self, till: Till) -> None:
        saved = replace(till.charge, method=till.other_end.saved_card("approve"))

        assert till.gateway.start(saved) == till.gateway.start(saved)
        assert till.other_end.charge_count() == 1

    def test_the_same_key_with_another_amount_is_refused(self, till: Till) -> None:
        till.gateway.start(till.charge)

        with pytest.raises(Refused, match="another amount"):
            till.gateway.start(replace(till.charge, money=CAD_2))

    def test_a_second_approval_changes_nothing(self, till: Till) -> None:
        started = till.gateway.start(till.charge)
        till.other_end.client_decides(started.redirect_url, "approve")
        first = till.gateway.status(started.reference)

        assert till.other_end.client_decides(started.redirect_url, "decline") == till.charge.return_url
        assert till.gateway.status(started.reference) == first

    # Money back

    def test_a_refund_is_part_of_a_payment(self, till: Till) -> None:
        reference = paid(till)

        refund = till.gateway.refund(reference, CAD_2, "refund-1")

        assert (refund.payment_reference, refund.state, refund.money) == (reference, "succeeded", CAD_2)

    def test_the_same_refund_is_made_once(self, till: Till) -> None:
        reference = paid(till)

        assert till.gateway.refund(reference, CAD_7_25, "refund-1") == till.gateway.refund(
            reference, CAD_7_25, "refund-1"
        )
        assert till.other_end.refund_count() == 1

    def test_the_same_refund_with_another_amount_is_refused(self, till: Till) -> None:
        reference = paid(till)
        till.gateway.refund(reference, CAD_2, "refund-1")

        with pytest.raises(Refused):
            till.gateway.refund(reference, Money(201, "CAD"), "refund-1")

    def test_no_more_is_refunded_than_was_paid(self, till: Till) -> None:
        reference = paid(till)
        till.gateway.refund(reference, Money(600, "CAD"), "refund-1")

        with pytest.raises(Refused, match="more than what is left"):
            till.gateway.refund(reference, Money(126, "CAD"), "refund-2")

    def test_what_was_not_paid_is_not_refunded(self, till: Till) -> None:
        started = till.gateway.start(till.charge)

        with pytest.raises(Refused, match="nothing to refund"):
            till.gateway.refund(started.reference, CAD_2, "refund-1")

    # Call-backs

    def test_a_call_back_says_what_status_says(self, till: Till) -> None:
        reference = paid(till)

        assert set(heard(till, PaymentReport)) == {till.gateway.status(reference)}

    def test_the_last_call_back_of_a_page_says_the_end(self, till: Till) -> None:
        """The first try was declined, the second has brought the money."""
        started = till.gateway.start(till.charge)
        till.other_end.client_decides(started.redirect_url, "decline")
        till.other_end.client_decides(started.redirect_url, "approve")

        reports = heard(till, PaymentReport, "succeeded")
        assert reports[-1] == till.gateway.status(started.reference)

    def test_a_call_back_that_was_altered_is_forged(self, till: Till) -> None:
        paid(till)
        ((headers, body),) = till.merchant.wait_for(1)

        with pytest.raises(Forged):
            till.gateway.read_callback(headers, body.replace(b"725", b"525"))

    # Taken back by the bank

    @pytest.mark.parametrize("state", ["opened", "won", "lost"])
    def test_a_dispute_is_told_with_the_payment_that_it_is_about(self, till: Till, state: str) -> None:
        reference = paid(till)

        till.other_end.dispute(reference, state)

        report = heard(till, DisputeReport, state)[-1]
        assert isinstance(report, DisputeReport)
        assert (report.payment_reference, report.state, report.money) == (reference, state, CAD_7_25)

    # A bad day

    def test_a_gateway_that_charges_and_goes_silent_leaves_us_not_knowing(self, till: Till) -> None:
        card = till.other_end.saved_card("approve")
        till.other_end.misbehave("timeout_after_doing")
        with pytest.raises(Unknown):
            till.gateway.start(replace(till.charge, method=card))

        till.other_end.misbehave("ok")
        assert till.gateway.start(replace(till.charge, method=card)).state == "succeeded"
        assert till.other_end.charge_count() == 1

    def test_a_busy_gateway_has_done_nothing(self, till: Till) -> None:
        till.other_end.misbehave("busy")

        with pytest.raises(Busy):
            till.gateway.start(till.charge)
        assert till.other_end.charge_count() == 0

    def test_a_gateway_that_hangs_up_leaves_us_not_knowing(self, till: Till) -> None:
        till.other_end.misbehave("down")

        with pytest.raises(Unknown):
            till.gateway.start(till.charge)
        with pytest.raises(Busy):
            till.gateway.status("any")

    def test_a_gateway_that_is_not_there_is_busy_because_nothing_was_sent(self, till: Till) -> None:
        with pytest.raises(Busy):
            till.unreachable.start(till.charge)

    @pytest.mark.parametrize("how", ["busy", "down", "refuse", "timeout_after_doing"])
    def test_no_error_holds_the_secret(self, till: Till, how: str) -> None:
        till.other_end.misbehave(how)

        with pytest.raises((Busy, Refused, Unknown)) as error:
            till.gateway.start(till.charge)

        assert till.secret not in everything_said(error.value)
