"""A stand-in for HestiaCP's HTTP API: the commands that the driver calls, by an access key.

Evidence: [R] run and seen, [S] read in the public source of hestiacp (web/api/index.php, web/inc/helpers.php,
func/main.sh, install/common/api/billing and the commands themselves), [K] general knowledge.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.listening import Heard, Said, StandIn

ACCESS_KEY, SECRET_KEY = "AKADEMIC1234567890AB", "a-secret-access-key-that-nobody-may-see0"
# [S] helpers.php: what its exit codes are in HTTP; all others are 400.
STATUS = {0: 200, 2: 422, 5: 401, 6: 401, 9: 401, 10: 401, 21: 401}
# [S] install/common/api/billing
BILLING = {
    *(
        "v-add-user",
        "v-delete-user",
        "v-suspend-user",
        "v-unsuspend-user",
        "v-change-user-shell",
        "v-list-user",
    ),
    *("v-list-users", "v-make-tmp-file", "v-add-domain", "v-change-user-package", "v-change-user-password"),
}
FIELDS = {
    "disk": "DISK_QUOTA",
    "bandwidth": "BANDWIDTH",
    "mailboxes": "MAIL_ACCOUNTS",
    "databases": "DATABASES",
    "sites": "WEB_DOMAINS",
}
USED = {
    "disk": "U_DISK",
    "bandwidth": "U_BANDWIDTH",
    "mailboxes": "U_MAIL_ACCOUNTS",
    "databases": "U_DATABASES",
    "sites": "U_WEB_DOMAINS",
}
#: [R] What it compares with a package before a change; not mailboxes. A fault of it lets mail domains pass.
COMPARED = {"sites": "WEB_DOMAIN", "databases": "DATABASE", "disk": "DISK", "bandwidth": "BANDWIDTH"}
Limits = dict[str, int]


class Exit(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass
class User:
    package: str
    limits: Limits
    contact: str
    suspended: bool = False
    used: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(USED, 0))
    mail_domains: int = 0
    password: str = ""
    domains: set[str] = field(default_factory=set)


class HestiaServer(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.packages: dict[str, Limits] = {}
        self.users: dict[str, User] = {}
        self.permitted = BILLING | {"v-list-user-packages", "v-list-sys-config"}
        self.next_exit: Exit | None = None

    # What the contract's other end does

    def use(self, resource: str, amount: int | None) -> None:
        self.users["alice"].used[resource] = amount

    def is_act(self, heard: Heard) -> bool:
        return not heard.form["cmd"].startswith("v-list-")

    # The API

    def answer(self, heard: Heard) -> Said:
        try:
            said = self._run(heard.form)
        except Exit as error:
            text = error.words if error.words.startswith("Error:") else f"Error: {error.words}"  # [S]
            return self._said(text, error.code, STATUS.get(error.code, 400))
        return self._said(said, 0, 200 if said else 204)  # [S]

    def _said(self, text: str, code: int, status: int) -> Said:
        return Said(
            text.encode(), status=status, headers=(("Hestia-Exit-Code", str(code)),), content_type="text/html"
        )

    def _run(self, form: dict[str, str]) -> str:
        if (form["access_key"], form["secret_key"]) != (ACCESS_KEY, SECRET_KEY):
            raise Exit(9, "Error: Invalid or expired key")  # [K] the words
        assert "returncode" not in form
        command = form["cmd"]
        if command not in self.permitted:
            raise Exit(
                10, f"Error: Key {ACCESS_KEY} don't have permission to run the command {command}"
            )  # [R] 10
        arguments = [form[f"arg{n}"] for n in range(1, 14) if f"arg{n}" in form]
        if command.startswith("v-list-"):
            return json.dumps(getattr(self, command.replace("-", "_"))(*arguments))
        self.counts["received"] += command == "v-change-user-package"
        if self.how == "busy":
            raise Exit(14, "Error: LA is too high")  # [S] E_LA
        if self.how == "refuse":
            raise Exit(1, "told to refuse")
        if self.next_exit is not None:
            raise self.next_exit
        if self.how == "lie":
            return ""
        return str(getattr(self, command.replace("-", "_"))(*arguments) or "")

    def v_list_sys_config(self, form: str) -> dict[str, Any]:
        return {"config": {"VERSION": "1.9.4", "API_SYSTEM": "1"}}  # [S]

    def v_list_user_packages(self, form: str) -> dict[str, Any]:
        return {name: told(limits) for name, limits in self.packages.items()}  # [S]

    def v_list_user(self, name: str, form: str) -> dict[str, Any]:
        user = self._user(name)
        used = {USED[ours]: "" if amount is None else str(amount) for ours, amount in user.used.items()}
        state = {
            "PACKAGE": user.package,
            "CONTACT": user.contact,
            "SUSPENDED": "yes" if user.suspended else "no",
        }
        return {name: {**told(user.limits), **state, **used, "U_MAIL_DOMAINS": str(user.mail_domains)}}  # [S]

    def v_change_user_package(self, name: str, package: str, force: str = "no") -> str:
        assert force == "no"
        user = self._user(name)
        if package not in self.packages:
            raise Exit(3, f"package {package} doesn't exist")  # [R]
        limits = self.packages[package]
        for ours, theirs in COMPARED.items():
            if ours in limits and (user.used[ours] or 0) > limits[ours]:
                raise Exit(8, f"Package doesn't cover {theirs} usage")  # [R]
        self.counts["done"] += 1
        kept = user.limits.get("databases")
        user.package, user.limits = package, dict(limits)
        if self.how == "half":
            user.limits["databases"] = kept or 0
        return "Error: shell nologin is not valid"  # [R] and yet the code is 0

    def v_add_user(self, name: str, password: str, email: str, package: str, person: str) -> None:
        if name in self.users:
            raise Exit(4, f"user {name} exists")  # [R]
        if package not in self.packages:
            raise Exit(3, f"package {package} doesn't exist")
        self.users[name] = User(package, dict(self.packages[package]), email, password=password)

    def v_add_domain(self, name: str, domain: str) -> None:
        user = self._user(name)
        if domain in user.domains:
            raise Exit(4, f"Web domain {domain} exists")  # [S] E_EXISTS
        user.domains.add(domain)
        user.used["sites"] = (user.used["sites"] or 0) + 1
        user.mail_domains += 1  # [S] web, DNS and mail

    def v_suspend_user(self, name: str) -> None:
        if self._user(name).suspended:
            raise Exit(5, f"user {name} is suspended")  # [R]
        self.users[name].suspended = True

    def v_unsuspend_user(self, name: str) -> None:
        self._user(name).suspended = False  # [R] twice is 0

    def v_delete_user(self, name: str) -> None:
        self._user(name)
        del self.users[name]

    def v_change_user_password(self, name: str, password: str) -> None:
        if password.startswith("sapin"):
            raise Exit(2, f"Password {password} not accepted due to PAM restrictions")  # [S] of v-add-user
        self._user(name).password = password

    def _user(self, name: str) -> User:
        if name not in self.users:
            raise Exit(3, f"user {name} doesn't exist")  # [S] E_NOTEXIST
        return self.users[name]


def told(limits: Limits) -> dict[str, str]:
    """[R] Strings, and "unlimited"."""
    return {theirs: str(limits.get(ours, "unlimited")) for ours, theirs in FIELDS.items()}
