"""Proxmox VE, virtual machines and containers, through proxmoxer (docs/reference/panel-promise).

There are no plans: the limits are the whole truth. The account's user name is the name of the guest, which is looked
for in the whole cluster, since guests move. What is known of it, and what is done about that:

- **Disks never get smaller**, however empty: of a machine the refusal comes at the end of a task, of a container at
  once. So it is refused here. The same size is an error for a container, and is not sent. Sizes are absolute: `+5G`
  sent twice is 10 GB.
- Most acts are tasks: their answer is a number, and their exit status the outcome. `WARNINGS: n` is one too: done,
  and somebody should look.
- A change is several steps. The handle of a task carries those that are left, so that whoever asks how far it is goes
  on with them; each looks first, so that one which was done already is not done again.
- Some settings wait for the next start: with `restart: when_needed` the guest is started anew, else they are missing
  when the limits are read back, and a person looks.
- A name is in the list of the cluster only some seconds after its guest is there: guests without one are looked at.
- Making a guest twice would make two. So its number is made of its name, and the second one is refused there.
- A guest that a backup or a migration has locked is left alone: Busy.

A suspended guest is stopped, does not start with its node, and bears a tag: clients stop theirs too.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from palier.drivers.errors import Busy, Refused
from palier.drivers.http import understood
from palier.drivers.panel import (
    Account,
    Capability,
    Done,
    Outcome,
    Panel,
    Pending,
    State,
    Target,
    differences,
)
from palier.drivers.panels.proxmox.guests import Guests
from palier.drivers.panels.proxmox.line import Line
from palier.drivers.panels.proxmox.reading import KIND_OF_CONTAINER, KIND_OF_MACHINE, OF_ACCOUNT, Guest, Setup
from palier.drivers.panels.proxmox.steps import MAKING, RESOURCES, Steps, Work

CLONE_SECONDS, LOOK_EVERY = 60.0, 0.5


class Proxmox(Panel):
    title: ClassVar[str] = "Proxmox VE"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability) - {
        Capability.PLANS,
        Capability.SIGN_IN,
    }
    needs: ClassVar[tuple[str, ...]] = ("url", "user", "token_name", "token")
    no_secrets: ClassVar[frozenset[str]] = frozenset(
        {"user", "token_name", "read_seconds", "template", "ostemplate", "node", "storage", "pool", "net0"}
        | {"full", "ids_from", "disk", "guest_user", "restart"}
    )

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """`user` is `somebody@realm`, and `token` the secret of the token that is called `token_name`.

        New machines are clones of `template` (a number), new containers are made of `ostemplate` on `node` and
        `storage`, with `net0`. `ids_from` is the first number they may have, `disk` the setting that is a machine's
        disk, `guest_user` whose password is set in it, and `restart` says `when_needed` if a change may start it anew.
        """
        token = (settings["user"], settings["token_name"], settings["token"])
        seconds = float(settings.get("read_seconds", 30))
        self._line = Line(url, token, settings.get("certificate", ""), seconds)
        self._guests = Guests(self._line, str(settings.get("disk", "")))
        self._steps = Steps(self._line, self._guests, settings.get("restart") == "when_needed")
        self._first = int(settings.get("ids_from", 100_000))
        self._options = {name: str(settings[name]) for name in self.no_secrets & settings.keys()}

    # Looking

    def version(self) -> str:
        found = self._line.read("version")
        with understood("the version"):
            return f"Proxmox VE {found['version']}"

    def inspect(self, account: Account) -> State:
        with understood("the guest"):
            return state_of(self._guests.setup(self._guests.found(account.username)))

    # Acting

    def change(self, account: Account, target: Target, key: str) -> Outcome:
        if strange := target.limits.keys() - set(RESOURCES):
            raise Refused(f"a guest has no limit of {', '.join(sorted(strange))}")
        setup = self._guests.setup(self._guests.found(account.username))
        with understood("the guest"):
            wanted, held = target.limits.get("disk"), setup.limits.get("disk")
        if wanted is not None and held is not None and wanted < held:
            raise Refused(
                f"a disk cannot get smaller than the {held} MB that it has: {wanted} MB are asked for"
            )
        return self._steps.go_on(Work(setup.guest, ("config", "resize", "restart"), target.limits))

    def create(self, account: Account, target: Target, password: str, email: str, key: str) -> Outcome:
        """Asked again, it goes on where it stopped."""
        guest = self._guests.find(account.username)
        if guest is None:
            if "template" not in self._options:
                return self._make_container(account, target, password)
            guest, task = self._clone(account)
            if not self._is_over(task, CLONE_SECONDS):
                return Pending(Work(guest, ("clone", *MAKING, "no_password"), target.limits).handle(task))
        setup = self._guests.setup(guest)
        with understood("the guest"):
            is_another = setup.is_running and bool(differences(state_of(setup), target))
            settings = setup.settings_for(target.limits)
        if setup.domain != account.domain or is_another:
            raise Refused(f"there is another guest called {account.username}")
        work = Work(guest, MAKING, target.limits)
        if setup.is_running or not guest.is_machine:
            return self._steps.go_on(work)
        if not setup.takes_password_at_start:
            return self._steps.go_on(replace(work, steps=(*MAKING, "no_password")))
        task = self._steps.set(setup, secret=password, settings={"cipassword": password, **settings})
        return (
            Pending(replace(work, steps=("password", *MAKING)).handle(task))
            if task
            else self._steps.go_on(work)
        )

    def suspend(self, account: Account, reason: str) -> Outcome:
        return self._steps.go_on(Work(self._guests.found(account.username), ("mark", "stop"), {}))

    def resume(self, account: Account) -> Outcome:
        return self._steps.go_on(Work(self._guests.found(account.username), ("unmark", "start"), {}))

    def terminate(self, account: Account) -> Outcome:
        guest = self._guests.find(account.username)
        return Done() if guest is None else self._steps.go_on(Work(guest, ("stop", "remove"), {}))

    def set_password(self, account: Account, password: str) -> Outcome:
        guest = self._guests.found(account.username)
        if not guest.is_machine:
            raise Refused("Proxmox VE cannot set a password inside a container")
        asked = {"username": self._options.get("guest_user", "root"), "password": password}
        self._line.act("post", *guest.path, "agent", "set-user-password", given=asked, secrets=(password,))
        return Done()

    def poll(self, handle: str) -> Outcome:
        return self._steps.poll(handle)

    # Making

    def _clone(self, account: Account) -> tuple[Guest, str]:
        template = next(
            (row for row in self._guests.rows() if str(row["vmid"]) == self._options["template"]), None
        )
        if template is None:
            raise Refused(f"there is no template {self._options['template']}")
        vmid = self._guests.free_number(account.username, self._first)
        node = self._options.get("node", str(template["node"]))
        asked = {"newid": vmid, "name": account.username, "description": OF_ACCOUNT + account.domain}
        asked |= {name: self._options[name] for name in ("storage", "pool", "full") if name in self._options}
        if node != template["node"]:
            asked["target"] = node
        path = ("nodes", str(template["node"]), KIND_OF_MACHINE, self._options["template"], "clone")
        return Guest(KIND_OF_MACHINE, vmid, node), self._line.act("post", *path, given=asked)

    def _make_container(self, account: Account, target: Target, password: str) -> Outcome:
        if missing := [name for name in ("ostemplate", "node", "storage") if name not in self._options]:
            raise Refused(f"new guests cannot be made: the options lack {', '.join(missing)}")
        guest = Guest(
            KIND_OF_CONTAINER, self._guests.free_number(account.username, self._first), self._options["node"]
        )
        limits = target.limits
        asked: dict[str, Any] = {"vmid": guest.vmid, "hostname": account.username, "password": password}
        asked |= {"description": OF_ACCOUNT + account.domain, "ostemplate": self._options["ostemplate"]}
        asked |= {"storage": self._options["storage"], "unprivileged": 1, "onboot": 1}
        asked |= {name: self._options[name] for name in ("pool", "net0") if name in self._options}
        asked |= {
            name: limits[ours] for name, ours in (("cores", "cpus"), ("memory", "memory")) if ours in limits
        }
        if "disk" in limits:
            asked["rootfs"] = f"{self._options['storage']}:{limits['disk'] / 1024:g}"
        task = self._line.act("post", "nodes", guest.node, guest.kind, given=asked, secrets=(password,))
        work = Work(guest, ("make", *MAKING), limits)
        return Pending(work.handle(task)) if task else self._steps.go_on(replace(work, steps=MAKING))

    def _is_over(self, task: str, seconds: float) -> bool:
        give_up_at = time.monotonic() + seconds
        while task and time.monotonic() < give_up_at:
            try:
                found = self._line.read("nodes", task.split(":")[1], "tasks", task, "status")
            except Busy:
                return False
            if found.get("status") == "stopped":
                said = str(found.get("exitstatus"))
                if said != "OK" and not said.startswith("WARNINGS"):
                    raise Refused(self._line.clean(said))
                return True
            time.sleep(LOOK_EVERY)
        return not task


def state_of(setup: Setup) -> State:
    return State(
        plan=None,
        limits=setup.limits,
        usage=setup.usage(datetime.now(UTC)),
        suspended=setup.is_marked and not setup.is_running,
        grows_only=frozenset({"disk"}),
    )
