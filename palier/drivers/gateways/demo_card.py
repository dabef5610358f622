"""The card of the demo: a gateway like a real one, whose money is pretend (the demo's card_server).

Same key, same payment. A charge of a saved method is decided at once; any other sends the client to the
gateway's own page. What happened is told by signed call-backs and, with certainty, by `status`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from palier.core.money import Money
from palier.drivers.errors import Forged, Unknown
from palier.drivers.gateway import (
    Ability,
    Charge,
    DisputeReport,
    Holder,
    PaymentReport,
    RefundReport,
    Report,
    SavedMethod,
    Setup,
    SetupReport,
    Started,
)
from palier.drivers.gateways.signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed
from palier.drivers.http import Http, understood

TOLERANCE = timedelta(minutes=5)


class DemoCard:
    abilities = frozenset({Ability.PAGE, Ability.CHARGE_SAVED, Ability.SET_UP, Ability.REFUND})

    def __init__(
        self,
        url: str,
        credentials: Mapping[str, str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`credentials`: `secret`, which opens the gateway's API and signs its call-backs."""
        self._secret = credentials["secret"]
        self._now = now
        self._http = Http(
            url,
            headers={"Authorization": f"Bearer {self._secret}"},
            secrets=(self._secret,),
            read_seconds=float(credentials.get("read_seconds", 30)),
        )

    def least(self, currency: str) -> int:
        return 0

    def open_account(self, holder: Holder) -> str:
        return holder.reference

    def start(self, charge: Charge) -> Started:
        asked = {
            "key": charge.key,
            "amount": charge.money.minor,
            "currency": charge.money.currency,
            "description": charge.description,
            "return_url": charge.return_url,
            "callback_url": charge.callback_url,
            "method": charge.method,
            "customer_reference": charge.account,
            "language": charge.language,
            "off_session": charge.off_session,
        }
        answer = self._http.act("POST", "/v1/charges", json=asked)
        with understood("the charge", Unknown):
            state = answer["state"]
            if state not in ("succeeded", "failed", "needs_action"):
                raise ValueError(state)
            return Started(str(answer["reference"]), state, str(answer["redirect_url"]))

    def status(self, reference: str) -> PaymentReport:
        answer = self._http.read("GET", f"/v1/charges/{reference}")
        with understood("the charge"):
            return payment_report(answer)

    def start_setup(self, setup: Setup) -> Started:
        asked = {
            "key": setup.key,
            "return_url": setup.return_url,
            "callback_url": setup.callback_url,
            "customer_reference": setup.account,
            "language": setup.language,
        }
        answer = self._http.act("POST", "/v1/setups", json=asked)
        with understood("the set-up", Unknown):
            return Started(str(answer["reference"]), "needs_action", str(answer["redirect_url"]))

    def setup_status(self, reference: str) -> SetupReport:
        answer = self._http.read("GET", f"/v1/setups/{reference}")
        with understood("the set-up"):
            return setup_report(answer)

    def refund(self, reference: str, money: Money, key: str) -> RefundReport:
        asked = {"reference": reference, "amount": money.minor, "currency": money.currency, "key": key}
        answer = self._http.act("POST", "/v1/refunds", json=asked)
        with understood("the refund", Unknown):
            return RefundReport(
                reference=str(answer["refund_reference"]),
                payment_reference=str(answer["reference"]),
                key=str(answer["key"]),
                state=answer["state"],
                money=Money(int(answer["amount"]), str(answer["currency"])),
                reason=str(answer.get("reason", "")),
            )

    def forget(self, token: str) -> None:
        self._http.act("DELETE", f"/v1/methods/{token}")

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Report:
        sent = {name.lower(): value for name, value in headers.items()}
        timestamp, report_id = sent.get(TIMESTAMP_HEADER, ""), sent.get(ID_HEADER, "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
            raise Forged("the call-back has no readable instant")
        if not is_signed(self._secret, int(timestamp), report_id, body, sent.get(SIGNATURE_HEADER, "")):
            raise Forged("the call-back is not signed by the gateway")
        if abs(self._now() - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
            raise Forged("the call-back was signed too long ago, or by a clock that is wrong")
        try:
            told = json.loads(body)
            if told["report_id"] != report_id:
                raise ValueError(report_id)
            return report_of(told)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise Forged("the call-back does not hold the report that it names")


def report_of(told: Mapping[str, Any]) -> Report:
    """What a call-back is about. Raises KeyError, TypeError or ValueError when it is not as documented."""
    about = told.get("about", "payment")
    readers: dict[str, Callable[[Mapping[str, Any]], Report]] = {
        "payment": payment_report,
        "setup": setup_report,
        "dispute": dispute_report,
    }
    return readers[about](told)


def payment_report(answer: Mapping[str, Any]) -> PaymentReport:
    """The gateway's JSON, read. Raises KeyError, TypeError or ValueError when it is not as documented."""
    method = answer.get("method")
    return PaymentReport(
        reference=str(answer["reference"]),
        key=str(answer["key"]),
        state=one_of(answer["state"], "pending", "needs_action", "succeeded", "failed"),
        money=Money(int(answer["amount"]), str(answer["currency"])),
        method=saved_method(method) if method else None,
        reason=str(answer.get("reason") or ""),
    )


def setup_report(answer: Mapping[str, Any]) -> SetupReport:
    method = answer.get("method")
    return SetupReport(
        reference=str(answer["reference"]),
        key=str(answer["key"]),
        state=one_of(answer["state"], "needs_action", "succeeded", "failed"),
        method=saved_method(method) if method else None,
        reason=str(answer.get("reason") or ""),
    )


def dispute_report(answer: Mapping[str, Any]) -> DisputeReport:
    return DisputeReport(
        reference=str(answer["dispute_reference"]),
        payment_reference=str(answer["reference"]),
        state=one_of(answer["state"], "opened", "won", "lost"),
        money=Money(int(answer["amount"]), str(answer["currency"])),
        reason=str(answer.get("reason") or ""),
    )


def one_of(state: Any, *states: str) -> Any:
    if state not in states:
        raise ValueError(state)
    return state


def saved_method(answer: Mapping[str, Any]) -> SavedMethod:
    expires_on = answer.get("expires_on")
    return SavedMethod(
        token=str(answer["token"]),
        label=str(answer["label"]),
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
    )
