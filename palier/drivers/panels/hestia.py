"""HestiaCP, through its HTTP API and an access key (docs/reference/panel-promise).

A command and its arguments are fields of a form. What is known of it, and what is done about that:

- The outcome is the exit code, in the header `Hestia-Exit-Code`; the sentence beside it can begin with "Error:" while
  the code is 0. With `returncode=yes` the status would always be 200 and the sentence be lost: it is not asked for.
- The permissions called `billing`, which come with the panel, do not list packages: exit 10. A change then relies on
  the panel, which refuses a package that it does not know (exit 3).
- It refuses a package that does not cover what is used (exit 8), but not for mailboxes, and a fault in it lets mail
  domains pass. So usage is compared here too, and a change is never forced.
- Suspending twice is exit 5, letting work twice is 0: what is so already is found by looking.
- Restarting its web server can break the very request that caused it: nothing is known then.
- Disk and bandwidth are counted by its clockwork. Mailboxes are limited by domain, and listed in all: with several
  domains of mail, how full the fullest is cannot be told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import httpx

from palier.core.fit import Measure
from palier.drivers.errors import Busy, NotThere, Refused, Unknown
from palier.drivers.http import Exchange, understood
from palier.drivers.panel import Account, Capability, Done, Outcome, Panel, State, Target

EXIT_CODE = "Hestia-Exit-Code"
# Its exit codes (func/main.sh).
NOT_THERE, EXISTS, SUSPENDED, FORBIDDEN, LOAD, RESTART = 3, 4, 5, 10, 14, 20

#: our word: (its limit, its usage, how surely)
RESOURCES: dict[str, tuple[str, str, Literal["live", "sampled"]]] = {
    "disk": ("DISK_QUOTA", "U_DISK", "sampled"),
    "bandwidth": ("BANDWIDTH", "U_BANDWIDTH", "sampled"),
    "mailboxes": ("MAIL_ACCOUNTS", "U_MAIL_ACCOUNTS", "live"),
    "databases": ("DATABASES", "U_DATABASES", "live"),
    "sites": ("WEB_DOMAINS", "U_WEB_DOMAINS", "live"),
}


@dataclass(frozen=True)
class Answer:
    code: int
    text: str


class Api(Exchange[Answer]):
    """An answer with an exit code is one, whatever its status."""

    def _attempt(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response | Exception:
        outcome = super()._attempt(method, path, body)
        if isinstance(outcome, httpx.Response) and EXIT_CODE in outcome.headers:
            outcome.status_code = 200
        return outcome

    def reading(self, response: httpx.Response) -> Answer | None:
        code = response.headers.get(EXIT_CODE, "")
        return Answer(int(code), response.text.strip()) if code.isdecimal() else None


class Hestia(Panel):
    title: ClassVar[str] = "HestiaCP"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability) - {Capability.SIGN_IN}
    needs: ClassVar[tuple[str, ...]] = ("url", "access_key", "secret_key")
    no_secrets: ClassVar[frozenset[str]] = frozenset({"read_seconds"})

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """The access key of an administrator, with the permissions `billing` and, better, `v-list-user-packages`;
        `read_seconds` if 90 is not right."""
        self._signed = {"access_key": settings["access_key"], "secret_key": settings["secret_key"]}
        self._api = Api(
            url,
            headers={},
            secrets=tuple(self._signed.values()),
            read_seconds=float(settings.get("read_seconds", 90)),
            certificate=settings.get("certificate", ""),
        )

    def version(self) -> str:
        """Its version, where the key may ask; that it may not is an answer too."""
        answer = self._ask("v-list-sys-config", "json")
        if answer.code == FORBIDDEN:
            return self.title
        found = self._json(answer, "v-list-sys-config")
        with understood("v-list-sys-config"):
            return f"HestiaCP {found['config']['VERSION']}"

    def inspect(self, account: Account) -> State:
        user = self._user(account)
        with understood("v-list-user"):
            return State(
                plan=str(user["PACKAGE"]),
                limits=limits_in(user),
                usage=usage_in(user, datetime.now(UTC)),
                suspended=user["SUSPENDED"] == "yes",
            )

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        self._require_package(target.plan)
        return self._act("v-change-user-package", account.username, target.plan)

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """A user and its first domain. Asked again, it goes on where it stopped: the address tells whose user it is."""
        try:
            user = self._user(account)
        except NotThere:
            self._require_package(target.plan)
            asked = (account.username, password, email, target.plan, account.username)
            self._act("v-add-user", *asked, secret=password)
            user = {"CONTACT": email, "PACKAGE": target.plan, "U_WEB_DOMAINS": "0"}
        with understood("v-list-user"):
            if (user["CONTACT"], user["PACKAGE"]) != (email, target.plan):
                raise Refused(f"the user name {account.username} is taken on the panel")
            has_domain = user["U_WEB_DOMAINS"] != "0"
        return Done() if has_domain else self._act("v-add-domain", account.username, account.domain)

    def suspend(self, account: Account, reason: str) -> Outcome:
        if self._user(account).get("SUSPENDED") == "yes":
            return Done()
        return self._act("v-suspend-user", account.username, so_already=SUSPENDED)

    def resume(self, account: Account) -> Outcome:
        self._user(account)
        return self._act("v-unsuspend-user", account.username)

    def terminate(self, account: Account) -> Outcome:
        return self._act("v-delete-user", account.username, so_already=NOT_THERE)

    def set_password(self, account: Account, password: str) -> Outcome:
        return self._act("v-change-user-password", account.username, password, secret=password)

    def plans(self) -> Mapping[str, Mapping[str, int]]:
        found = self._packages()
        if found is None:
            raise Refused("the access key may not list packages: its permissions lack v-list-user-packages")
        return found

    def _packages(self) -> Mapping[str, Mapping[str, int]] | None:
        """None when the key may not ask."""
        answer = self._ask("v-list-user-packages", "json")
        if answer.code == FORBIDDEN:
            return None
        found = self._json(answer, "v-list-user-packages")
        with understood("v-list-user-packages"):
            return {str(name): limits_in(package) for name, package in found.items()}

    def _require_package(self, name: str) -> None:
        known = self._packages()
        if known is not None and name not in known:
            raise Refused(f"the panel has no package called {name}")

    def _user(self, account: Account) -> Mapping[str, Any]:
        answer = self._ask("v-list-user", account.username, "json")
        if answer.code == NOT_THERE:
            raise NotThere(f"the panel has no user called {account.username}")
        found = self._json(answer, "v-list-user")
        with understood("v-list-user"):
            return dict(found[account.username])

    def _ask(self, command: str, *arguments: str) -> Answer:
        return self._api.read("POST", "/api/", data=self._form(command, arguments))

    def _json(self, answer: Answer, command: str) -> Any:
        if answer.code:
            raise self._no(answer, Busy)
        with understood(command):
            return json.loads(answer.text)

    def _act(self, command: str, *arguments: str, secret: str = "", so_already: int = 0) -> Done:
        form = self._form(command, arguments)
        answer = self._api.act("POST", "/api/", secrets=(secret,), data=form)
        if answer.code not in (0, so_already):
            raise self._no(answer, Unknown, secret)
        return Done()

    def _form(self, command: str, arguments: tuple[str, ...]) -> dict[str, str]:
        numbered = {f"arg{number}": argument for number, argument in enumerate(arguments, 1)}
        return {**self._signed, "cmd": command, **numbered}

    def _no(
        self, answer: Answer, unsure: type[Busy] | type[Unknown], secret: str = ""
    ) -> Busy | Refused | Unknown:
        """A service that did not start again leaves the work done by half."""
        said = self._api.clean(answer.text.removeprefix("Error:").strip() or "no reason given", (secret,))
        reason = f"exit {answer.code}: {said}"
        if answer.code == LOAD:
            return Busy(reason)
        return unsure(reason) if answer.code == RESTART else Refused(reason)


def limits_in(found: Mapping[str, Any]) -> dict[str, int]:
    """Of a user or of a package, which name them alike."""
    told = {resource: str(found[limit]) for resource, (limit, _, _) in RESOURCES.items()}
    return {resource: int(text) for resource, text in told.items() if text != "unlimited"}


def usage_in(user: Mapping[str, Any], at: datetime) -> dict[str, Measure]:
    found = {resource: measured(user.get(field), at, how) for resource, (_, field, how) in RESOURCES.items()}
    if int(user.get("U_MAIL_DOMAINS") or 0) > 1 and found["mailboxes"].amount:
        found["mailboxes"] = Measure(0, at, "unknown")
    return found


def measured(text: object, at: datetime, how: Literal["live", "sampled"]) -> Measure:
    if text in (None, ""):
        return Measure(0, at, "unknown")
    return Measure(int(str(text)), at, how)
