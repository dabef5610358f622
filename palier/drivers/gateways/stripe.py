"""Stripe, by its own SDK: hosted pages (Checkout), saved methods, refunds, disputes, signed webhooks.

We load no script of theirs: the client pays on Stripe's page, and confirms there or on their bank's page whatever the
bank asks (3-D Secure). A webhook is only a hint: what it is about is read again, so that one that comes late or out of
order says nothing old.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import stripe
from stripe.params import PaymentIntentCreateParams
from stripe.params.checkout import SessionCreateParams

from palier.core.money import Money
from palier.drivers.errors import Busy, Forged, Refused, Unknown
from palier.drivers.gateway import (
    Ability,
    Charge,
    Holder,
    PaymentReport,
    RefundReport,
    Report,
    Setup,
    SetupReport,
    Started,
    StartState,
)
from palier.drivers.gateways.stripe_amounts import least_charge, to_stripe
from palier.drivers.gateways.stripe_line import READ_SECONDS, Declined, StripeLine
from palier.drivers.gateways.stripe_reading import (
    KEY,
    dispute_report,
    key_of,
    payment_of_intent,
    payment_of_session,
    refund_report,
    setup_of_intent,
    setup_of_session,
)
from palier.drivers.http import understood

SIGNATURE_HEADER = "stripe-signature"
TOLERANCE_SECONDS = 300

_STATE: dict[str, StartState] = {
    "succeeded": "succeeded",
    "processing": "needs_action",  # the bank thinks: only a call-back or `status` says the end
    "requires_action": "needs_action",
}
_LOCALE = {"fr": "fr-CA", "en": "en"}


class Stripe:
    abilities = frozenset({Ability.PAGE, Ability.CHARGE_SAVED, Ability.SET_UP, Ability.REFUND})

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        """`credentials`: `secret` (sk_…), and `webhook_secret` (whsec_…): several, with spaces between, while one is
        being replaced. `url` is Stripe's own where it is empty."""
        self._url = url
        self._secret = credentials["secret"]
        self._webhook_secrets = credentials["webhook_secret"].split()
        self._read_seconds = float(credentials.get("read_seconds", READ_SECONDS))

    @cached_property
    def _line(self) -> StripeLine:
        return StripeLine(self._url, self._secret, self._read_seconds)

    def least(self, currency: str) -> int:
        return least_charge(currency)

    def open_account(self, holder: Holder) -> str:
        answer = self._line.act(
            lambda client: client.v1.customers.create(
                {
                    "name": holder.name,
                    "preferred_locales": [_LOCALE.get(holder.language, "en")],
                    "metadata": {KEY: holder.reference},
                },
                {"idempotency_key": f"account-{holder.reference}"},
            )
        )
        with understood("the customer", Unknown):
            return str(answer["id"])

    def start(self, charge: Charge) -> Started:
        return self._page_for(charge) if charge.method is None else self._charge_saved(charge, charge.method)

    def _page_for(self, charge: Charge) -> Started:
        params = checkout(charge)
        session = self._line.act(
            lambda client: client.v1.checkout.sessions.create(params, {"idempotency_key": charge.key})
        )
        with understood("the page", Unknown):
            return Started(str(session["id"]), "needs_action", str(session["url"]))

    def _charge_saved(self, charge: Charge, method: str) -> Started:
        params = charge_of_saved(charge, method)
        try:
            intent: Mapping[str, Any] = self._line.act(
                lambda client: client.v1.payment_intents.create(params, {"idempotency_key": charge.key})
            )
        except Declined as declined:
            intent = declined.intent
        with understood("the payment", Unknown):
            state = _STATE.get(intent["status"], "failed")
            return Started(str(intent["id"]), state, page_of(intent) if state == "needs_action" else "")

    def status(self, reference: str) -> PaymentReport:
        if reference.startswith("cs_"):
            found = self._line.read(
                lambda client: client.v1.checkout.sessions.retrieve(
                    reference, {"expand": ["payment_intent.payment_method"]}
                )
            )
            with understood("the page"):
                return payment_of_session(found)
        found = self._line.read(
            lambda client: client.v1.payment_intents.retrieve(reference, {"expand": ["payment_method"]})
        )
        with understood("the payment"):
            return payment_of_intent(found)

    def start_setup(self, setup: Setup) -> Started:
        params: SessionCreateParams = {
            "mode": "setup",
            "customer": setup.account,
            "client_reference_id": setup.key,
            "metadata": {KEY: setup.key},
            "setup_intent_data": {"metadata": {KEY: setup.key}},
            "allowed_payment_method_types": ["card"],
            "locale": _LOCALE.get(setup.language, "auto"),
            "success_url": setup.return_url,
            "cancel_url": setup.return_url,
        }
        session = self._line.act(
            lambda client: client.v1.checkout.sessions.create(params, {"idempotency_key": setup.key})
        )
        with understood("the page", Unknown):
            return Started(str(session["id"]), "needs_action", str(session["url"]))

    def setup_status(self, reference: str) -> SetupReport:
        if reference.startswith("cs_"):
            found = self._line.read(
                lambda client: client.v1.checkout.sessions.retrieve(
                    reference, {"expand": ["setup_intent.payment_method"]}
                )
            )
            with understood("the page"):
                return setup_of_session(found)
        found = self._line.read(
            lambda client: client.v1.setup_intents.retrieve(reference, {"expand": ["payment_method"]})
        )
        with understood("the set-up"):
            return setup_of_intent(found)

    def refund(self, reference: str, money: Money, key: str) -> RefundReport:
        """Stripe forgets an idempotency key after a day, and a refund may be under way for weeks: one of this key is
        looked for first, and said as it stands."""
        intent = self._paid_intent(reference)
        if known := self._refund_of(intent, key):
            if known.money != money:
                raise Refused("this key was used for another amount")
            return known
        amount = to_stripe(money)
        answer = self._line.act(
            lambda client: client.v1.refunds.create(
                {"payment_intent": intent, "amount": amount, "metadata": {KEY: key}},
                {"idempotency_key": key},
            )
        )
        with understood("the refund", Unknown):
            return refund_report(answer)

    def _refund_of(self, intent: str, key: str) -> RefundReport | None:
        found = self._line.read(
            lambda client: client.v1.refunds.list({"payment_intent": intent, "limit": 100})
        )
        with understood("the refunds"):
            ours = (refund for refund in found["data"] if key_of(refund) == key)
            return next(map(refund_report, ours), None)

    def _paid_intent(self, reference: str) -> str:
        """What was paid on a page, where all we know is the page."""
        if not reference.startswith("cs_"):
            return reference
        report = self.status(reference)
        if report.state != "succeeded":
            raise Refused("there is nothing to refund: the page was not paid")
        return report.reference

    def forget(self, token: str) -> None:
        try:
            self._line.act(
                lambda client: client.v1.payment_methods.detach(
                    token, None, {"idempotency_key": f"forget-{token}"}
                )
            )
        except Refused as refusal:
            if "HTTP 400" not in refusal.reason and "HTTP 404" not in refusal.reason:
                raise  # else it is not attached to anybody: forgotten already

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Report | None:
        event = self._signed_event(headers, body)
        try:
            return self._report_of(str(event["type"]), event["data"]["object"])
        except Refused as refusal:
            # Gone since, or a key that may not read it: sent again, it may be understood.
            reason = refusal.reason
        except Unknown as unsure:
            reason = unsure.reason
        except (KeyError, TypeError, ValueError):
            return None
        raise Busy(reason)

    def _signed_event(self, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        sent = {name.lower(): value for name, value in headers.items()}
        claimed = sent.get(SIGNATURE_HEADER, "")
        if not any(_is_signed(body, claimed, secret) for secret in self._webhook_secrets):
            raise Forged("the webhook is not signed by Stripe, or was signed too long ago")
        try:
            event = json.loads(body)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise Forged("the webhook holds no event")
        return event

    def _report_of(self, kind: str, about: Mapping[str, Any]) -> Report | None:
        """What an event is about, as it stands now; None for what we did not make."""
        what = str(about["id"])
        thing = kind.rpartition(".")[0]
        if thing in ("payment_intent", "checkout.session", "setup_intent") and not key_of(about):
            return None
        match thing:
            case "payment_intent":
                return (
                    None if _is_of_page(about) and kind != "payment_intent.succeeded" else self.status(what)
                )
            case "checkout.session":
                return self.setup_status(what) if about["mode"] == "setup" else self.status(what)
            case "setup_intent":
                return self.setup_status(what)
            case "refund" | "charge.refund":
                refund = self._line.read(
                    lambda client: client.v1.refunds.retrieve(what, {"expand": ["payment_intent"]})
                )
                return refund_report(refund) if _pays_us(refund) else None
            case "charge.dispute":
                dispute = self._line.read(
                    lambda client: client.v1.disputes.retrieve(what, {"expand": ["payment_intent"]})
                )
                return dispute_report(dispute) if _pays_us(dispute) else None
        return None


def checkout(charge: Charge) -> SessionCreateParams:
    """A page for one payment, whose card is kept for the next ones."""
    return {
        "mode": "payment",
        "customer": charge.account,
        "client_reference_id": charge.key,
        "metadata": {KEY: charge.key},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": charge.money.currency.lower(),
                    "unit_amount": to_stripe(charge.money),
                    "product_data": {"name": charge.description},
                },
            }
        ],
        "payment_intent_data": {
            "description": charge.description,
            "metadata": {KEY: charge.key, "palier_page": "yes"},
            "setup_future_usage": "off_session",
        },
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},  # the client pays the invoice, in its currency
        "locale": _LOCALE.get(charge.language, "auto"),
        "success_url": charge.return_url,
        "cancel_url": charge.return_url,
    }


def charge_of_saved(charge: Charge, method: str) -> PaymentIntentCreateParams:
    """A payment that is taken at once. With the client there, their bank may ask them on a page of its own."""
    params: PaymentIntentCreateParams = {
        "amount": to_stripe(charge.money),
        "currency": charge.money.currency.lower(),
        "customer": charge.account,
        "payment_method": method,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "description": charge.description,
        "metadata": {KEY: charge.key},
    }
    if charge.off_session:
        return {**params, "off_session": True}
    return {**params, "return_url": charge.return_url}


def page_of(intent: Mapping[str, Any]) -> str:
    """Where the client answers their bank."""
    action = intent.get("next_action") or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")


def _pays_us(found: Mapping[str, Any]) -> bool:
    """Is it about a payment that we asked for? The account may serve others too."""
    intent = found.get("payment_intent")
    return isinstance(intent, dict) and bool(key_of(intent))


def _is_of_page(intent: Mapping[str, Any]) -> bool:
    """On its page, one try is not the end: the page says the end."""
    return bool((intent.get("metadata") or {}).get("palier_page"))


def _is_signed(body: bytes, claimed: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, claimed, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError):
        return False
    return True
