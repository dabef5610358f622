"""Stripe's objects, read: payments, set-ups, refunds and disputes as they stand.

Pure: dictionaries in the shapes of `API_VERSION` in, reports out. Raises `KeyError`, `TypeError` or `ValueError` for
anything else.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.core.money import Money
from palier.drivers.gateway import (
    DisputeReport,
    DisputeState,
    PaymentReport,
    PaymentState,
    RefundReport,
    RefundState,
    SavedMethod,
    SetupReport,
    SetupState,
)
from palier.drivers.gateways.stripe_amounts import from_stripe

#: The name under which our key is kept with everything that we make at Stripe.
KEY = "palier_key"

Found = Mapping[str, Any]

_INTENT: dict[str, PaymentState] = {
    "succeeded": "succeeded",
    "processing": "pending",
    "requires_action": "needs_action",
    "requires_confirmation": "needs_action",
    "requires_capture": "pending",
    "requires_payment_method": "failed",
    "canceled": "failed",
}
_REFUND: dict[str, RefundState] = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
#: An inquiry (warning_…) moves no money, and a dispute that was prevented was refunded instead.
_DISPUTE: dict[str, DisputeState] = {
    "needs_response": "opened",
    "under_review": "opened",
    "won": "won",
    "lost": "lost",
}
#: In our words, where we have one.
_REASON = {
    "authentication_required": "confirmation_needed",
    "payment_intent_authentication_failure": "declined",
}


def key_of(found: Found) -> str:
    """Our key, or empty for what we did not make."""
    return str((found.get("metadata") or {}).get(KEY) or "")


def payment_of_intent(intent: Found) -> PaymentReport:
    """A payment intent, with its payment method expanded where the method should be kept."""
    state = _INTENT[intent["status"]]
    method = intent.get("payment_method")
    is_kept = state == "succeeded" and bool(intent.get("setup_future_usage"))
    received = intent.get("amount_received") if state == "succeeded" else None
    return PaymentReport(
        reference=str(intent["id"]),
        key=key_of(intent),
        state=state,
        money=from_stripe(received or intent["amount"], intent["currency"]),
        method=saved_method(method) if is_kept and isinstance(method, dict) else None,
        reason=reason_of(intent.get("last_payment_error")) if state != "succeeded" else "",
    )


def payment_of_session(session: Found) -> PaymentReport:
    """A page, with its payment intent expanded. As long as it is open the client may try another card there: a
    declined one is the reason of its last try, and no end."""
    intent = session.get("payment_intent")
    if isinstance(intent, dict):
        report = payment_of_intent(intent)
        if report.state != "failed":
            return report
    is_over = session["status"] == "expired"
    return PaymentReport(
        reference=str(session["id"]),
        key=key_of(session),
        state="failed" if is_over else "needs_action",
        money=_total(session),
        method=None,
        reason="page_left" if is_over else reason_of(_error_in(intent)),
    )


def setup_of_session(session: Found) -> SetupReport:
    """A page that saves a method, with its set-up intent and that one's payment method expanded."""
    intent = session.get("setup_intent")
    if isinstance(intent, dict) and intent["status"] == "succeeded":
        return setup_of_intent(intent, str(session["id"]))
    is_over = session["status"] == "expired"
    state: SetupState = "failed" if is_over else "needs_action"
    return SetupReport(
        str(session["id"]), key_of(session), state, None, "page_left" if is_over else _setup_error(intent)
    )


def setup_of_intent(intent: Found, reference: str = "") -> SetupReport:
    has_succeeded = intent["status"] == "succeeded"
    return SetupReport(
        reference=reference or str(intent["id"]),
        key=key_of(intent),
        state="succeeded" if has_succeeded else "needs_action",
        method=saved_method(intent["payment_method"]) if has_succeeded else None,
        reason="" if has_succeeded else _setup_error(intent),
    )


def refund_report(refund: Found) -> RefundReport:
    return RefundReport(
        reference=str(refund["id"]),
        payment_reference=_id(refund["payment_intent"]),
        key=key_of(refund),
        state=_REFUND[refund["status"]],
        money=from_stripe(refund["amount"], refund["currency"]),
        reason=str(refund.get("failure_reason") or ""),
    )


def dispute_report(dispute: Found) -> DisputeReport | None:
    """None where no money was taken."""
    state = _DISPUTE.get(dispute["status"])
    if state is None or not dispute.get("payment_intent"):
        return None
    return DisputeReport(
        reference=str(dispute["id"]),
        payment_reference=_id(dispute["payment_intent"]),
        state=state,
        money=from_stripe(dispute["amount"], dispute["currency"]),
        reason=str(dispute.get("reason") or ""),
    )


def saved_method(method: Found) -> SavedMethod:
    card = method.get("card")
    if not isinstance(card, Mapping):
        return SavedMethod(str(method["id"]), str(method["type"]), None)
    year, month = int(card["exp_year"]), int(card["exp_month"])
    last_day = calendar.monthrange(year, month)[1]
    brand = str(card.get("display_brand") or card["brand"]).replace("_", " ").title()
    return SavedMethod(str(method["id"]), f"{brand} •••• {card['last4']}", date(year, month, last_day))


def reason_of(error: Found | None) -> str:
    """Why the last try failed: the bank's word where it gave one."""
    if not error:
        return ""
    code = str(error.get("code") or "")
    return _REASON.get(code, code) or "declined"


def _error_in(intent: Any) -> Found | None:
    return intent.get("last_payment_error") if isinstance(intent, dict) else None


def _setup_error(intent: Any) -> str:
    return reason_of(intent.get("last_setup_error")) if isinstance(intent, dict) else ""


def _total(session: Found) -> Money:
    return from_stripe(session["amount_total"], session["currency"])


def _id(found: Any) -> str:
    return str(found["id"] if isinstance(found, dict) else found)
