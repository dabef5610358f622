"""What the Scénarios page, the demo world and the tests tell the demo panel, and what they read from it."""

from collections.abc import Mapping, Sequence
from typing import Any

from palier.drivers.http import Http


class PanelControl:
    """Raises what drivers raise: Busy when the panel is not running, for instance."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._http = Http(url, {"Authorization": f"whm control:{token}"}, (token,), read_seconds=10)

    def state(self) -> dict[str, Any]:
        """Packages, accounts, mode, acts and their counts."""
        return self._http.read("GET", "/control/state")

    def account(self, user: str) -> dict[str, Any]:
        """plan, limits, usage, suspended (0 or 1), domain, passwords_set. KeyError when there is none."""
        found: dict[str, Any] = self.state()["accounts"][user]
        return found

    def count(self, user: str, function: str = "changepackage", what: str = "done") -> int:
        """How often an act was `received`, or truly `done`."""
        return int(self.state()["counts"].get(user, {}).get(function, {}).get(what, 0))

    def seed(
        self,
        packages: Mapping[str, Mapping[str, int]],
        accounts: Sequence[Mapping[str, Any]] = (),
        overwrite: bool = False,
        acls: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Packages by name, with their limits; accounts as {user, plan, domain, usage, suspended, owner, reseller};
        what resellers may do, by the name of the list (panel_resellers.py).

        Accounts that exist are left as they are, unless `overwrite`.
        """
        asked = {
            "packages": packages,
            "accounts": list(accounts),
            "overwrite": overwrite,
            "acls": dict(acls or {}),
        }
        self._http.act("POST", "/control/seed", json=asked)

    def set_usage(self, user: str, **usage: int | None) -> None:
        """Only the resources named; None means that the panel cannot tell."""
        self._http.act("POST", "/control/usage", json={"user": user, "usage": usage})

    def set_mode(self, mode: str, **how: Any) -> None:
        """One of mode.MODES; `calls`, `seconds`, `reads`, `reason`, `http_status` as mode.py says."""
        self._http.act("POST", "/control/mode", json={"mode": mode, **how})

    def reset(self) -> None:
        """Forget everything."""
        self._http.act("POST", "/control/reset", json={})
