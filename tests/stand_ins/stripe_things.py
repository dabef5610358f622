"""What the stand-in for Stripe holds, in the documented shapes of the objects that the product reads.

    https://docs.stripe.com/api (customers, checkout sessions, payment and set-up intents, refunds, disputes, events)
    https://docs.stripe.com/api/idempotent_requests

A card behaves as its payment method was told to: `approve`, `decline`, or `challenge` (3-D Secure).
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

Found = dict[str, Any]

CARD = {
    "brand": "visa",
    "last4": "4242",
    "exp_month": 12,
    "exp_year": 2030,
    "funding": "credit",
    "country": "CA",
}


class Problem(Exception):
    """An answer of Stripe that is an error, with its status and its body."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}


@dataclass
class Things:
    """All that was made, and the events to be told of it."""

    address: str = ""
    customers: dict[str, Found] = field(default_factory=dict)
    methods: dict[str, Found] = field(default_factory=dict)
    behaviours: dict[str, str] = field(default_factory=dict)
    intents: dict[str, Found] = field(default_factory=dict)
    setups: dict[str, Found] = field(default_factory=dict)
    sessions: dict[str, Found] = field(default_factory=dict)
    refunds: dict[str, Found] = field(default_factory=dict)
    disputes: dict[str, Found] = field(default_factory=dict)
    events: list[Found] = field(default_factory=list)

    # Made by the merchant

    def make_customer(self, asked: Found) -> Found:
        return kept(
            self.customers, "cus", "customer", name=asked.get("name"), metadata=asked.get("metadata", {})
        )

    def make_method(self, behaviour: str, customer: str | None = None, method_id: str | None = None) -> Found:
        method = kept(
            self.methods,
            "pm",
            "payment_method",
            type="card",
            card=dict(CARD),
            customer=customer,
            made_id=method_id,
        )
        self.behaviours[method["id"]] = behaviour
        return method

    def make_session(self, asked: Found) -> Found:
        if "payment_method_types" in asked:
            raise Problem(
                400, "invalid_request_error", "payment_method_types is no longer supported.",
                code="payment_method_types_no_longer_supported", param="payment_method_types",
            )  # fmt: skip
        for name in ("mode", "success_url", "customer"):
            required(asked, name)
        self._customer(asked["customer"])
        is_setup = asked["mode"] == "setup"
        price = {} if is_setup else asked["line_items"]["0"]["price_data"]
        if not is_setup and int(price["unit_amount"]) <= 0:
            raise Problem(400, "invalid_request_error", "Invalid positive integer", param="line_items")
        if not is_setup:
            not_too_small(int(price["unit_amount"]), price["currency"])
        session = kept(
            self.sessions,
            "cs_test",
            "checkout.session",
            mode=asked["mode"],
            status="open",
            payment_status="no_payment_required" if is_setup else "unpaid",
            customer=asked["customer"],
            client_reference_id=asked.get("client_reference_id"),
            metadata=asked.get("metadata", {}),
            amount_total=None if is_setup else int(price["unit_amount"]),
            currency=None if is_setup else price["currency"],
            locale=asked.get("locale"),
            success_url=asked["success_url"],
            cancel_url=asked.get("cancel_url"),
            payment_intent=None,
            setup_intent=None,
        )
        session["url"] = f"{self.address}/c/pay/{session['id']}"
        session["asked"] = asked
        if is_setup:
            data = asked.get("setup_intent_data", {})
            setup = kept(
                self.setups, "seti", "setup_intent", status="requires_payment_method", payment_method=None,
                metadata=data.get("metadata", {}), last_setup_error=None, usage="off_session",
            )  # fmt: skip
            session["setup_intent"] = setup["id"]
        return session

    def make_intent(self, asked: Found) -> Found:
        """Confirmed at once, with a method of the customer's."""
        for name in ("amount", "currency", "customer", "payment_method", "confirm"):
            required(asked, name)
        if "payment_method_types" in asked:
            raise Problem(400, "invalid_request_error", "payment_method_types is no longer supported.")
        not_too_small(int(asked["amount"]), asked["currency"])
        method = asked["payment_method"]
        if method not in self.methods:
            raise Problem(
                400, "invalid_request_error", f"No such PaymentMethod: '{method}'", code="resource_missing",
                param="payment_method",
            )  # fmt: skip
        is_off_session = asked.get("off_session") == "true"
        intent = self._intent(
            int(asked["amount"]), asked["currency"], asked.get("metadata", {}), asked["customer"]
        )
        match self.behaviours[method], is_off_session:
            case "approve", _:
                self.pay(intent, method)
            case "challenge", False:
                required(asked, "return_url")
                url = f"{self.address}/3ds/{intent['id']}"
                redirect = {"url": url, "return_url": asked["return_url"]}
                intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
                intent.update(status="requires_action", payment_method=method)
                self.tell("payment_intent.requires_action", intent)
            case "challenge", True:
                self._decline(intent, "authentication_required")
                raise card_error(intent)
            case _:
                self._decline(intent, "card_declined")
                raise card_error(intent)
        return intent

    def make_refund(self, asked: Found) -> Found:
        required(asked, "payment_intent")
        intent = self.intents.get(asked["payment_intent"])
        if intent is None or intent["status"] != "succeeded":
            raise Problem(
                400, "invalid_request_error",
                "This PaymentIntent does not have a successful charge: there is nothing to refund.",
                code="payment_intent_unexpected_state",
            )  # fmt: skip
        amount = int(asked.get("amount") or intent["amount_received"])
        done = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == intent["id"])
        if amount + done > intent["amount_received"]:
            raise Problem(400, "invalid_request_error", "Refund amount is more than what is left on charge")
        refund = kept(
            self.refunds, "re", "refund", amount=amount, currency=intent["currency"], status="succeeded",
            payment_intent=intent["id"], charge=intent["latest_charge"], metadata=asked.get("metadata", {}),
            reason=None,
        )  # fmt: skip
        self.tell("refund.created", refund)
        charge = {"id": intent["latest_charge"], "object": "charge", "payment_intent": intent["id"]}
        self.tell("charge.refunded", charge)
        return refund

    def detach(self, method_id: str) -> Found:
        method = self.methods.get(method_id)
        if method is None or method["customer"] is None:
            raise Problem(400, "invalid_request_error", "The payment method is not attached to a customer.")
        method["customer"] = None
        return method

    # Decided on a page

    def decide(self, session: Found, decision: str) -> str:
        """What a client does on a page of Checkout; where their browser is sent next, or empty to stay."""
        asked = session["asked"]
        if session["status"] != "open":
            return str(asked["success_url"])
        if decision == "cancel":
            return str(asked["cancel_url"])
        if session["mode"] == "setup":
            return self._decide_setup(session, decision)
        intent = self._intent_of(session)
        if decision in ("approve", "confirm"):
            method = self.make_method("approve", session["customer"])
            session.update(status="complete", payment_status="paid")
            self.tell("checkout.session.completed", session)
            self.pay(intent, method["id"])
            return str(asked["success_url"])
        if decision == "challenge":
            intent["status"] = "requires_action"
            self.tell("payment_intent.requires_action", intent)
            return ""
        self._decline(
            intent, "payment_intent_authentication_failure" if decision == "refuse" else "card_declined"
        )
        return ""

    def _decide_setup(self, session: Found, decision: str) -> str:
        setup = self.setups[session["setup_intent"]]
        if decision != "approve":
            setup["last_setup_error"] = {"code": "card_declined", "type": "card_error"}
            return ""
        method = self.make_method("approve", session["customer"])
        setup.update(status="succeeded", payment_method=method["id"])
        session["status"] = "complete"
        self.tell("setup_intent.succeeded", setup)
        self.tell("checkout.session.completed", session)
        return str(session["success_url"])

    def answer_bank(self, intent: Found, decision: str) -> str:
        """What a client answers their bank about a saved card."""
        back = str(intent["next_action"]["redirect_to_url"]["return_url"])
        if decision == "confirm":
            self.pay(intent, intent["payment_method"])
        elif decision == "refuse":
            self._decline(intent, "payment_intent_authentication_failure")
        return back

    def expire(self, session: Found) -> None:
        session["status"] = "expired"
        self.tell("checkout.session.expired", session)

    def pay(self, intent: Found, method: str) -> None:
        intent.update(
            status="succeeded", amount_received=intent["amount"], payment_method=method,
            latest_charge="ch_" + secrets.token_hex(12), last_payment_error=None, next_action=None,
        )  # fmt: skip
        self.tell("payment_intent.succeeded", intent)
        charge = {"id": intent["latest_charge"], "object": "charge", "metadata": intent["metadata"]}
        self.tell("charge.succeeded", charge)

    def dispute(self, intent: Found, status: str, amount: int | None = None) -> Found:
        """The bank takes a payment back, asks about it (`warning_…`), or has decided."""
        found = next((one for one in self.disputes.values() if one["payment_intent"] == intent["id"]), None)
        is_new = found is None
        dispute = found or kept(
            self.disputes, "du", "dispute", amount=amount or intent["amount"], currency=intent["currency"],
            payment_intent=intent["id"], charge=intent["latest_charge"], reason="fraudulent", metadata={},
        )  # fmt: skip
        dispute["status"] = status
        self.tell(f"charge.dispute.{'created' if is_new else 'closed'}", dispute)
        return dispute

    def _intent(self, amount: int, currency: str, metadata: Found, customer: str) -> Found:
        if currency != currency.lower():
            raise Problem(400, "invalid_request_error", "Invalid currency", param="currency")
        intent = kept(
            self.intents, "pi", "payment_intent", amount=amount, amount_received=0, currency=currency,
            customer=customer, metadata=metadata, status="requires_payment_method", payment_method=None,
            latest_charge=None, last_payment_error=None, next_action=None, setup_future_usage=None,
        )  # fmt: skip
        self.tell("payment_intent.created", intent)
        return intent

    def _intent_of(self, session: Found) -> Found:
        """Made when the client first confirms."""
        if session["payment_intent"] is None:
            data = session["asked"].get("payment_intent_data", {})
            intent = self._intent(
                session["amount_total"], session["currency"], data.get("metadata", {}), session["customer"]
            )
            intent["setup_future_usage"] = data.get("setup_future_usage")
            session["payment_intent"] = intent["id"]
        return self.intents[session["payment_intent"]]

    def _decline(self, intent: Found, code: str) -> None:
        error = {"type": "card_error", "code": code, "message": "Your card was declined."}
        intent.update(
            status="requires_payment_method", payment_method=None, last_payment_error=error, next_action=None
        )
        self.tell("payment_intent.payment_failed", intent)

    def _customer(self, customer: str) -> None:
        if customer not in self.customers:
            raise Problem(
                400, "invalid_request_error", f"No such customer: '{customer}'", code="resource_missing"
            )

    def tell(self, kind: str, about: Found) -> None:
        """An event holds its object as it was then, with nothing expanded."""
        self.events.append({
            "id": "evt_" + secrets.token_hex(12), "object": "event", "type": kind, "created": int(time.time()),
            "api_version": "2026-10-28.endive", "livemode": False, "data": {"object": shown(about)},
        })  # fmt: skip


def kept(where: dict[str, Found], prefix: str, kind: str, made_id: str | None = None, **more: Any) -> Found:
    found = {
        "id": made_id or f"{prefix}_{secrets.token_hex(12)}",
        "object": kind,
        "created": int(time.time()),
        **more,
    }
    where[found["id"]] = found
    return found


def shown(found: Found) -> Found:
    """As it is told: without what is ours."""
    return {name: value for name, value in found.items() if name != "asked"}


def required(asked: Found, name: str) -> None:
    if not asked.get(name):
        raise Problem(
            400,
            "invalid_request_error",
            f"Missing required param: {name}.",
            code="parameter_missing",
            param=name,
        )


def not_too_small(amount: int, currency: str) -> None:
    """https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, for the currencies that tests pay in."""
    if amount < {"cad": 50, "usd": 50, "gbp": 30, "huf": 17500}.get(currency, 1):
        raise Problem(
            400,
            "invalid_request_error",
            "The Checkout Session's total amount must convert to at least 50 cents.",
            code="amount_too_small",
        )


def card_error(intent: Found) -> Problem:
    error = intent["last_payment_error"]
    return Problem(
        402, "card_error", error["message"], code=error["code"], decline_code="generic_decline",
        payment_intent=shown(intent),
    )  # fmt: skip
