"""What the Scénarios page, the demo world and the tests tell the demo card, and what they read from it."""

from typing import Any

import httpx

from palier.drivers.certificates import trusting
from palier.drivers.http import Http


class CardControl:
    """Raises what drivers raise: Busy when the card server is not running, for instance."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._http = Http(url, {"Authorization": f"Bearer {secret}"}, (secret,), read_seconds=10)

    def state(self) -> dict[str, Any]:
        """Charges, refunds, methods, outbox, delivered, delivery, mode and counts."""
        return self._http.read("GET", "/control/state")

    def count(self, what: str = "charges_made") -> int:
        """`charges_asked`, `charges_made`, `refunds_asked` or `refunds_made`."""
        return int(self.state()["counts"][what])

    def keep_method(self, token: str, behaviour: str = "approve", **card: str) -> None:
        """A saved card: `approve`, `decline` or `challenge` when charged; `label` and `expires_on` if wished."""
        asked = {"token": token, "behaviour": behaviour, **card}
        self._http.act("POST", "/control/methods", json=asked)

    def pay(self, page_url: str, next_time: str = "approve") -> None:
        """Approve a charge on its own page, as a client would; `next_time` is what the card kept there will do."""
        form = {"decision": "approve", "next_time": next_time}
        answer = httpx.post(page_url, data=form, trust_env=False, verify=trusting(), timeout=10)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise ValueError(f"the page of the demo card answered {answer.status_code}")

    def dispute(self, reference: str, state: str = "opened", amount: int | None = None) -> None:
        """The payer's bank takes a charge back (`opened`), or has decided: `won` or `lost`."""
        asked = {"reference": reference, "state": state, "amount": amount}
        self._http.act("POST", "/control/disputes", json=asked)

    def set_delivery(self, delivery: str, seconds: float = 0, calls: int | None = None) -> None:
        """`normal`, `twice`, `late`, `out_of_order` or `never`: for the next `calls` reports, or from now on."""
        asked = {"delivery": delivery, "seconds": seconds, "calls": calls}
        self._http.act("POST", "/control/delivery", json=asked)

    def set_mode(self, mode: str, **how: Any) -> None:
        """`ok`, `slow`, `busy`, `down`, `refuse` or `timeout_after_doing`, as mode.py says."""
        self._http.act("POST", "/control/mode", json={"mode": mode, **how})

    def reset(self) -> None:
        """Forget everything."""
        self._http.act("POST", "/control/reset", json={})
