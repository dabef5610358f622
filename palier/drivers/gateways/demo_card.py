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
from palier.drivers.gateway import Charge, PaymentReport, RefundReport, SavedMethod, Started
from palier.drivers.gateways.signature import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed
from palier.drivers.http import Http, understood

TOLERANCE = timedelta(minutes=5)


class DemoCard:
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

    def start(self, charge: Charge) -> Started:
        asked = {
            "key": charge.key,
            "amount": charge.money.minor,
            "currency": charge.money.currency,
            "description": charge.description,
            "return_url": charge.return_url,
            "callback_url": charge.callback_url,
            "method": charge.method,
            "customer_reference": charge.customer_reference,
            "language": charge.language,
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
                occurred_at=datetime.fromisoformat(answer["occurred_at"]),
                reason=str(answer.get("reason", "")),
            )

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> PaymentReport:
        sent = {name.lower(): value for name, value in headers.items()}
        timestamp, report_id = sent.get(TIMESTAMP_HEADER, ""), sent.get(ID_HEADER, "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
            raise Forged("the call-back has no readable instant")
        if not is_signed(self._secret, int(timestamp), report_id, body, sent.get(SIGNATURE_HEADER, "")):
            raise Forged("the call-back is not signed by the gateway")
        if abs(self._now() - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
            raise Forged("the call-back was signed too long ago, or by a clock that is wrong")
        try:
            report = payment_report(json.loads(body))
        except (KeyError, TypeError, ValueError, AttributeError):
            report = None
        if report is None or report.report_id != report_id:
            raise Forged("the call-back does not hold the report that it names")
        return report


def payment_report(answer: Mapping[str, Any]) -> PaymentReport:
    """The gateway's JSON, read. Raises KeyError, TypeError or ValueError when it is not as documented."""
    if answer["state"] not in ("pending", "needs_action", "succeeded", "failed"):
        raise ValueError(answer["state"])
    method = answer.get("method")
    return PaymentReport(
        reference=str(answer["reference"]),
        key=str(answer["key"]),
        state=answer["state"],
        money=Money(int(answer["amount"]), str(answer["currency"])),
        report_id=str(answer["report_id"]),
        method=saved_method(method) if method else None,
        occurred_at=datetime.fromisoformat(answer["occurred_at"]),
        reason=str(answer.get("reason") or ""),
    )


def saved_method(answer: Mapping[str, Any]) -> SavedMethod:
    expires_on = answer.get("expires_on")
    return SavedMethod(
        token=str(answer["token"]),
        label=str(answer["label"]),
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
    )
