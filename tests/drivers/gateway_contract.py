"""What every payment gateway driver must do. A driver's test class inherits this one and gives a `till`."""

from dataclasses import dataclass, replace
from datetime import UTC
from typing import Protocol

import pytest

from palier.core.money import Money
from palier.drivers.errors import Busy, Forged, Refused, Unknown
from palier.drivers.gateway import Charge, Gateway
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


@dataclass
class Till:
    gateway: Gateway
    unreachable: Gateway
    charge: Charge  # 7.25 CAD, no saved method
    merchant: Merchant
    other_end: OtherEnd
    secret: str


CAD_7_25, CAD_2 = Money(725, "CAD"), Money(200, "CAD")


def paid(till: Till) -> str:
    """The reference of a charge that the client has approved."""
    started = till.gateway.start(till.charge)
    till.other_end.client_decides(started.redirect_url, "approve")
    return started.reference


class GatewayContract:
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
        assert report.occurred_at.tzinfo is UTC or report.occurred_at.utcoffset() is not None
        assert report.method is not None and report.method.label == "Visa •••• 4242"

    def test_a_declined_charge_has_failed_with_a_reason_and_can_be_paid_after_all(self, till: Till) -> None:
        started = till.gateway.start(till.charge)
        till.other_end.client_decides(started.redirect_url, "decline")
        declined = till.gateway.status(started.reference)

        till.other_end.client_decides(till.gateway.start(till.charge).redirect_url, "approve")

        assert (declined.state, declined.reason, declined.method) == ("failed", "card_declined", None)
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

        assert till.gateway.status(started.reference).reason == "authentication_failed"

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
        assert bool(started.redirect_url) == (state != "succeeded")
        assert till.gateway.status(started.reference).state == state

    def test_the_card_of_one_payment_pays_the_next(self, till: Till) -> None:
        card = till.gateway.status(paid(till)).method
        assert card is not None

        started = till.gateway.start(replace(till.charge, key="second", method=card.token))

        assert started.state == "succeeded"

    def test_a_card_that_is_not_known_fails(self, till: Till) -> None:
        started = till.gateway.start(replace(till.charge, method="no-such-card"))

        assert till.gateway.status(started.reference).reason == "card_unknown"

    # Once

    def test_the_same_key_is_the_same_payment(self, till: Till) -> None:
        assert till.gateway.start(till.charge) == till.gateway.start(till.charge)
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
        ((headers, body),) = till.merchant.wait_for(1)

        assert till.gateway.read_callback(headers, body) == till.gateway.status(reference)

    def test_a_call_back_that_was_altered_is_forged(self, till: Till) -> None:
        paid(till)
        ((headers, body),) = till.merchant.wait_for(1)

        with pytest.raises(Forged):
            till.gateway.read_callback(headers, body.replace(b"725", b"525"))

    @pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"state": "succeeded"}'])
    def test_a_call_back_that_nobody_signed_is_forged(self, till: Till, body: bytes) -> None:
        with pytest.raises(Forged):
            till.gateway.read_callback({}, body)

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
